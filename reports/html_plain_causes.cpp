// Where a loss comes from and what repairs it, as tables of the plain page.
#include "harness/results/attribution.h"
#include "reports/html_plain_parts.h"

namespace quantgate {
namespace {

std::string Unit(const Attribution& a) {
  if (!a.classifies) return "percent of the output's size";
  return a.labelled ? "points of top-1" : "points of predictions that differ";
}

void WriteSource(std::string_view name, std::string_view what, std::optional<double> points,
                 std::optional<double> alone, std::optional<double> so_far, HtmlWriter& page) {
  page.Raw("<tr>").Cell(name).Cell(what).Number(FixedText(points, 2)).Number(FixedText(alone, 2));
  page.Number(FixedText(so_far, 2)).Raw("</tr>\n");
}

void WriteOp(const OpLoss& op, HtmlWriter& page) {
  page.Raw("<tr>").Number(std::to_string(op.variant_op)).Cell(op.op_type).Cell(op.tensor);
  page.Number(FixedText(op.own.points, 2)).Number(FixedText(op.alone.points, 2));
  page.Number(FixedText(op.recovered_points, 2)).Number(FixedText(op.isolated_sqnr_db, 1));
  page.Number(PercentText(op.clipping_share, 0)).Number(FixedText(op.weights_sqnr_db, 1));
  page.Raw("</tr>\n");
}

}  // namespace

void WriteAttribution(const VariantResult& variant, HtmlWriter& page) {
  if (!variant.attribution) return;
  const Attribution& a = *variant.attribution;
  page.Raw("<section>").Element("h2", "Where the loss of " + variant.name + " comes from");
  page.Element("p", "From float to this variant, one source after the other, in " + Unit(a) +
                        "; the operators on " + CountText(a.samples) + " of " +
                        CountText(a.samples_given) + " samples.");
  page.OpenTable({"Source", "What is added", "#Loses", "#Alone", "#So far"});
  for (const LossSource& source : a.sources) {
    WriteSource(source.name, source.what, source.points, source.alone_points, source.points_so_far,
                page);
  }
  WriteSource("interaction", "what the sources lose together and none of them alone", std::nullopt,
              a.interaction_points, std::nullopt, page);
  WriteSource("total", "the variant", a.total.points, a.total.points, a.total.points, page);
  page.CloseTable();
  if (!a.ops.empty()) {
    page.OpenTable({"#Op", "Operator", "Tensor", "#Own", "#Alone", "#Recovered when kept float",
                    "#Own SQNR dB", "#Clipping", "#Weights SQNR dB"});
    for (const OpLoss* op : RankedByCost(a)) WriteOp(*op, page);
    page.CloseTable();
  }
  for (const std::string& text : a.unpaired) page.Element("p class=soft", "Left float: " + text);
  page.Raw("</section>\n");
}

void WriteRepair(const Repair& repair, HtmlWriter& page) {
  page.Raw("<section>").Element("h2", "Repair of " + repair.variant);
  page.OpenTable({"Tried, in order of cost", "How", repair.finds_anomalies() ? "#AUC" : "#Top-1",
                  "#Drop, points", "#Flips", "#Output SQNR dB", "#Size", "#MACs above 8 bits",
                  "Gate", "Kept at a higher precision"});
  for (size_t i = 0; i < repair.steps.size(); ++i) {
    const RepairStep& step = repair.steps[i];
    const bool chosen = static_cast<int64_t>(i) == repair.best;
    page.Raw("<tr>").Cell(step.name + (chosen ? " (chosen)" : "")).Cell(step.description);
    if (!step.error.empty()) {
      page.Element("td colspan=8", "could not run: " + step.error).Raw("</tr>\n");
      continue;
    }
    page.Number(PercentText(step.auc ? step.auc : step.top1));
    page.Number(FixedText(step.drop_points, 2)).Number(CountText(step.flips));
    page.Number(step.output_exact ? "exact" : FixedText(step.output_sqnr_db, 1));
    page.Number(SizeText(step.size_bytes));
    page.Number(PercentText(step.higher_precision_macs, 1)).Raw("<td>");
    WriteVerdictWord(VerdictName(step.verdict), page);
    std::string kept;
    for (const std::string& name : step.kept) kept += (kept.empty() ? "" : ", ") + name;
    page.Raw("</td>").Cell(kept).Raw("</tr>\n");
  }
  page.CloseTable();
  if (!repair.advice.empty()) page.Element("p", repair.advice);
  page.Raw("</section>\n");
}

}  // namespace quantgate
