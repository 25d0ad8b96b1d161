// The plain page's comparisons: with the baseline, class by class, and the rules of the gate.
#include "reports/html_plain_parts.h"

namespace quantgate {
namespace {

// Points of accuracy gained since the baseline with their 95 % interval, or why there are none.
std::string GainText(const BaselineComparison& baseline) {
  if (!baseline.incomparable.empty()) return "not comparable: " + baseline.incomparable;
  if (!baseline.paired) return "–";
  const auto points = [](double drop) { return FixedText(0.0 - drop * 100, 2); };
  return points(baseline.paired->drop) + " [" + points(baseline.paired->drop95.high) + ", " +
         points(baseline.paired->drop95.low) + "]";
}

void WriteBaselineRow(const VariantResult& variant, HtmlWriter& page) {
  const BaselineComparison& baseline = *variant.baseline;
  page.Raw("<tr><td>").Element("code", variant.name).Raw("</td>");
  page.Cell(baseline.same_model ? "the same" : "another").Number(PercentText(baseline.top1));
  page.Number(variant.accuracy.n > 0 ? PercentText(variant.accuracy.top1) : "–");
  page.Cell(GainText(baseline));
  page.Number(baseline.paired ? CountText(baseline.paired->lost) : "–");
  page.Number(baseline.paired ? CountText(baseline.paired->gained) : "–");
  page.Number(SizeText(baseline.size_bytes)).Number(SizeText(variant.model.size_bytes));
  page.Cell(baseline.path).Cell(baseline.reason).Raw("</tr>\n");
}

void WriteClass(const DatasetFacts& dataset, const ClassResult& row, HtmlWriter& page) {
  const auto share = [&](int64_t part) {
    return row.n > 0 ? PercentText(static_cast<double>(part) / static_cast<double>(row.n))
                     : std::string("–");
  };
  page.Raw("<tr>").Cell(ClassText(dataset, row.label)).Number(CountText(row.n));
  page.Number(share(row.reference_correct)).Number(share(row.correct));
  page.Number(CountText(row.lost)).Number(CountText(row.gained)).Raw("</tr>\n");
}

void WriteRule(const VariantResult& variant, const RuleResult& rule, HtmlWriter& page) {
  page.Raw("<tr>").Cell(variant.name).Cell(rule.rule);
  page.Cell(rule.target.empty() ? "the variant" : rule.target);
  page.Number(SignificantText(rule.threshold)).Number(SignificantText(rule.observed));
  page.Cell(rule.unit).Raw("<td>");
  WriteVerdictWord(VerdictName(rule.verdict), page);
  page.Raw("</td>").Cell(rule.explanation).Number(PercentText(rule.confidence, 0));
  page.Number(SignificantText(rule.p_kept, 3)).Number(SignificantText(rule.p_broken, 3));
  page.Number(CountText(rule.samples_needed)).Raw("</tr>\n");
}

}  // namespace

void WriteRules(const RunReport& report, HtmlWriter& page) {
  page.Raw("<section><h2>Rules of the gate</h2>\n");
  page.OpenTable({"Variant", "Rule", "Of", "#Threshold", "#Observed", "Unit", "Verdict", "In words",
                  "#Confidence", "#p of kept", "#p of broken", "#Samples to decide"});
  for (const VariantResult& variant : report.variants) {
    for (const RuleResult& rule : variant.rules) WriteRule(variant, rule, page);
  }
  page.CloseTable().Raw("</section>\n");
}

void WriteBaseline(const RunReport& report, HtmlWriter& page) {
  bool any = false;
  for (const VariantResult& variant : report.variants) any = any || variant.baseline;
  if (!any) return;
  page.Raw("<section><h2>Since the baseline</h2>\n");
  page.OpenTable({"Variant", "Model", "#Top-1 then", "#Top-1 now",
                  "Points gained on the same samples, 95 % interval", "#Lost", "#Gained",
                  "#Size then", "#Size now", "Baseline", "Reason"});
  for (const VariantResult& variant : report.variants) {
    if (variant.baseline) WriteBaselineRow(variant, page);
  }
  page.CloseTable().Raw("</section>\n");
}

void WriteClasses(const DatasetFacts& dataset, const VariantResult& variant, HtmlWriter& page) {
  if (variant.classes.empty()) return;
  page.Raw("<details><summary>Classes</summary>");
  page.OpenTable({"Class", "#Samples", "#Reference right", "#Variant right", "#Lost", "#Gained"});
  for (const ClassResult& row : variant.classes) WriteClass(dataset, row, page);
  page.CloseTable().Raw("</details>\n");
}

}  // namespace quantgate
