#include "reports/html_plain.h"

#include <algorithm>
#include <cmath>

#include "harness/results/tensor_rows.h"
#include "reports/html_plain_parts.h"
#include "reports/output_text.h"

namespace quantgate {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--line:#d5dae0;--page:#fff;--panel:#f6f8fa;
--pass:#1a6b37;--fail:#b3261e;--unsure:#8a5a00}
@media(prefers-color-scheme:dark){:root{--ink:#e7eaee;--soft:#9aa5b1;--line:#343b44;--page:#101317;
--panel:#181c22;--pass:#5fcf85;--fail:#ff8a80;--unsure:#f0b84a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:2rem 1.25rem 4rem;color:var(--ink);background:var(--page);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1{font-size:1.6rem;line-height:1.2;margin:.2rem 0 .6rem}
h2{font-size:1.2rem;margin:2.5rem 0 .6rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.4rem 0 .4rem}
p{margin:.4rem 0;max-width:75ch}.soft{color:var(--soft)}
.pass{color:var(--pass)}.fail{color:var(--fail)}.inconclusive{color:var(--unsure)}
.error{color:var(--fail)}.warning{color:var(--unsure)}.note{color:var(--soft)}
b.pass,b.fail,b.inconclusive,b.error,b.warning,b.note{text-transform:capitalize}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;
overflow-wrap:anywhere}
thead th{border-bottom:2px solid var(--line);font-weight:600;overflow-wrap:normal}
.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
.hit{background:var(--panel);font-weight:600}.miss{color:var(--fail)}
article{border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem;margin:.8rem 0}
code,pre{font:.85rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--panel);border-radius:.5rem;padding:.8rem 1rem;white-space:pre-wrap}
img{width:56px;height:56px;image-rendering:pixelated;border:1px solid var(--line)}
summary{cursor:pointer;font-weight:600;margin:.8rem 0}
@media print{body{max-width:none;padding:0;font-size:11px}article,tr{break-inside:avoid}
.scroll{overflow:visible}}
)css";

std::string Title(const RunReport& report) {
  return report.context.title.empty() ? "Quantgate report" : report.context.title;
}

void WriteHead(const RunReport& report, HtmlWriter& page) {
  page.Raw(
      "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=viewport content=\"width=device-width,initial-scale=1\">\n");
  page.Element("title", Title(report) + " – " + VerdictName(report.verdict));
  page.Raw("\n<style>").Raw(kStyle).Raw("</style>\n</head>\n<body>\n<main>\n");
}

std::string Headline(const RunReport& report) {
  const auto& variants = report.variants;
  if (variants.empty()) return "No variant was evaluated.";
  const auto count = [&](Verdict verdict) {
    return std::count_if(variants.begin(), variants.end(),
                         [&](const VariantResult& v) { return v.verdict == verdict; });
  };
  const std::string all = std::to_string(variants.size());
  if (variants.size() == 1) {
    return report.verdict == Verdict::kPass   ? "The variant passed the gate."
           : report.verdict == Verdict::kFail ? "The variant failed the gate."
                                              : "The variant could not be decided.";
  }
  if (report.verdict == Verdict::kPass) return "All " + all + " variants passed the gate.";
  std::string text = std::to_string(count(Verdict::kFail)) + " of " + all + " variants failed";
  const auto unsure = count(Verdict::kInconclusive);
  if (unsure > 0) text += ", " + std::to_string(unsure) + " could not be decided";
  return text + ".";
}

// What decided, in a sentence.
std::string Reason(const VariantResult& variant) {
  if (!variant.error.empty()) return "could not be run: " + variant.error;
  std::string text;
  for (const RuleResult& rule : variant.rules) {
    if (rule.verdict == Verdict::kPass) continue;
    text += (text.empty() ? "" : "; ") + rule.explanation;
  }
  if (!text.empty()) return text;
  if (variant.rules.empty()) return "no rule was asked for";
  if (variant.rules.size() == 1) return "the rule holds";
  if (variant.rules.size() == 2) return "both rules hold";
  return "all " + std::to_string(variant.rules.size()) + " rules hold";
}

void WriteVerdict(const RunReport& report, HtmlWriter& page) {
  page.Element("p class=soft", Title(report)).Raw("<h1>");
  WriteVerdictWord(VerdictName(report.verdict), page);
  page.Raw(" – ").Text(Headline(report)).Raw("</h1>\n<ul>\n");
  for (const VariantResult& variant : report.variants) {
    page.Raw("<li>");
    WriteVerdictWord(VerdictName(variant.verdict), page);
    page.Raw(" ").Element("code", variant.name).Raw(": ").Text(Reason(variant)).Raw("</li>\n");
  }
  page.Raw("</ul>\n");
  const DatasetFacts& data = report.dataset;
  page.Element(
      "p class=soft",
      "Judged on " + CountText(data.samples) + " samples of " + data.name +
          (report.reference.auc ? "; the reference model's area under the ROC curve is " +
                                      PercentText(report.reference.auc->value) + "."
           : report.reference.accuracy.n > 0 ? "; the reference model's top-1 is " +
                                                   PercentText(report.reference.accuracy.top1) + "."
           : !report.context.task_reason.empty()
               ? ". Not judged as a classification: " + report.context.task_reason + "."
               : ", which have no labels."));
}

std::string IntervalText(const Interval& interval, double factor, int decimals) {
  return " [" + FixedText(interval.low * factor, decimals) + ", " +
         FixedText(interval.high * factor, decimals) + "]";
}

void WriteAnswerCells(const VariantResult& variant, HtmlWriter& page) {
  const bool labelled = variant.accuracy.n > 0;
  page.Number(variant.auc ? "AUC " + FixedText(variant.auc->value * 100, 2) +
                                IntervalText(variant.auc->delong95, 100, 2)
              : labelled ? FixedText(variant.accuracy.top1 * 100, 2) +
                               IntervalText(variant.accuracy.wilson95, 100, 2)
                         : "–");
  const bool paired = variant.paired && variant.paired->n > 0;
  page.Number(variant.auc_drop ? FixedText(variant.auc_drop->value * 100, 2) +
                                     IntervalText(variant.auc_drop->delong95, 100, 2)
              : paired && labelled ? FixedText(variant.paired->drop * 100, 2) +
                                         IntervalText(variant.paired->drop95, 100, 2)
                                   : "–");
  page.Number(paired ? CountText(variant.paired->flips) : "–");
}

void WriteOutputCells(const VariantResult& variant, HtmlWriter& page) {
  for (const std::string& text : {OutputSqnrText(variant), OutputErrorText(variant)}) {
    page.Number(text.empty() ? "–" : text);
  }
}

void WriteVariantRow(const RunReport& report, const VariantResult& variant, HtmlWriter& page) {
  page.Raw("<tr><td>").Element("code", variant.name).Raw("</td>");
  if (ShowsOutputErrors(report)) {
    WriteOutputCells(variant, page);
  } else {
    WriteAnswerCells(variant, page);
  }
  const TensorError* worst = LowestSqnr(variant.tensors);
  page.Cell(worst != nullptr ? worst->tensor + " (" + FixedText(worst->sqnr_db, 1) + " dB)" : "–");
  page.Number(SizeText(variant.model.size_bytes));
}

void WriteVariants(const RunReport& report, HtmlWriter& page) {
  page.Raw("<section><h2>Variants</h2>\n");
  if (ShowsOutputErrors(report)) {
    page.OpenTable(
        {"Variant", "#Output SQNR", "#Output max error", "Worst layer (SQNR)", "#Size", "Verdict"});
  } else {
    page.OpenTable({"Variant", "#Top-1 %, 95 % interval", "#Drop in points, 95 % interval",
                    "#Flips", "Worst layer (SQNR)", "#Size", "Verdict"});
  }
  WriteVariantRow(report, report.reference, page);
  page.Cell("reference").Raw("</tr>\n");
  for (const VariantResult& variant : report.variants) {
    WriteVariantRow(report, variant, page);
    page.Raw("<td>");
    WriteVerdictWord(VerdictName(variant.verdict), page);
    page.Raw("</td></tr>\n");
  }
  page.CloseTable();
  page.Element(
      "p class=soft",
      ShowsOutputErrors(report)
          ? "SQNR of the output where it is lowest; largest error of any value of any "
            "output, in its units."
          : "Drop: accuracy lost against the reference on the same samples. Flips: samples "
            "whose prediction changed, rightly or wrongly.");
  page.Raw("</section>\n");
}

void WriteFinding(const Finding& finding, HtmlWriter& page) {
  page.Raw("<article><h3>");
  WriteVerdictWord(SeverityName(finding.severity), page);
  page.Raw(" ").Text(finding.id + " " + finding.name + " – " + finding.variant).Raw("</h3>");
  page.Element("p", finding.message);
  if (!finding.fix.empty()) page.Element("p", "Fix: " + finding.fix);
  if (!finding.repro.empty()) {
    page.Raw("<p>See it again: ").Element("code", finding.repro).Raw("</p>");
  }
  if (!finding.evidence.empty()) {
    page.OpenTable({"Evidence", "#Value", "Unit", "#n"});
    for (const MetricValue& metric : finding.evidence) {
      page.Raw("<tr>").Cell(metric.name).Number(SignificantText(metric.value));
      page.Cell(metric.unit).Number(CountText(metric.n)).Raw("</tr>\n");
    }
    page.CloseTable();
  }
  page.Raw("</article>\n");
}

void WriteFindings(const RunReport& report, HtmlWriter& page) {
  page.Raw("<section><h2>Findings</h2>\n");
  if (report.findings.empty()) page.Raw("<p>Nothing was found to be wrong.</p>\n");
  for (const Finding& finding : report.findings) WriteFinding(finding, page);
  page.Raw("</section>\n");
}

}  // namespace

void WriteVerdictWord(std::string_view word, HtmlWriter& page) {
  page.Raw("<b class=").Raw(word).Raw(">").Raw(word).Raw("</b>");
}

std::string RenderHtmlPlain(const RunReport& report) {
  HtmlWriter page;
  WriteHead(report, page);
  WriteVerdict(report, page);
  WriteVariants(report, page);
  WriteBaseline(report, page);
  WriteFindings(report, page);
  for (const VariantResult& variant : report.variants) WriteAttribution(variant, page);
  if (report.repair) WriteRepair(*report.repair, page);
  WriteRules(report, page);
  WriteLayers(report, page);
  WriteSamples(report, page);
  if (report.calibration_check) WriteCalibration(*report.calibration_check, page);
  WriteModels(report, page);
  WriteReproduce(report, page);
  page.Raw("</main>\n</body>\n</html>\n");
  return std::move(page).Take();
}

}  // namespace quantgate
