#include "reports/markdown_report.h"

#include <array>
#include <cstdio>

#include "reports/ci_text.h"
#include "reports/output_text.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

constexpr size_t kMostBytes = 60000;

std::string Format(const char* format, double a, double b = 0, double c = 0) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), format, a, b, c);
  return text.data();
}

const char* Mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return "✅ pass";
    case Verdict::kFail: return "❌ fail";
    case Verdict::kInconclusive: return "❔ inconclusive";
  }
  return "";
}

constexpr const char* kBlank = "–";

std::string OutputCells(const VariantResult& variant) {
  std::string cells;
  for (const std::string& text : {OutputSqnrText(variant), OutputErrorText(variant)}) {
    cells += (text.empty() ? kBlank : text) + " | ";
  }
  return cells;
}

std::string DropCell(double drop, const Interval& interval) {
  return Format("%.2f [%.2f, %.2f]", drop * 100, interval.low * 100, interval.high * 100);
}

std::string AnswerCells(const VariantResult& variant) {
  const Accuracy& accuracy = variant.accuracy;
  std::string top1 = kBlank;
  if (accuracy.n > 0) top1 = Format("%.2f %%", accuracy.top1 * 100);
  if (variant.auc) top1 = Format("AUC %.2f %%", variant.auc->value * 100);
  std::string drop = kBlank;
  if (variant.paired && accuracy.n > 0) {
    drop = DropCell(variant.paired->drop, variant.paired->drop95);
  }
  if (variant.auc_drop) drop = DropCell(variant.auc_drop->value, variant.auc_drop->delong95);
  const bool flips = variant.paired && !variant.auc_drop;
  const std::string baseline = variant.baseline && variant.baseline->paired
                                   ? Format("%+.2f", -variant.baseline->paired->drop * 100)
                                   : kBlank;
  return top1 + " | " + drop + " | " + (flips ? std::to_string(variant.paired->flips) : kBlank) +
         " | " + baseline + " | ";
}

std::string Row(const RunReport& report, const VariantResult& variant) {
  const bool reference = &variant == &report.reference;
  return "| " + MarkdownText(reference ? "float (reference)" : variant.name) + " | " +
         (ShowsOutputErrors(report) ? OutputCells(variant) : AnswerCells(variant)) +
         HumanBytes(static_cast<double>(variant.model.size_bytes)) + " | " +
         (reference ? "" : Mark(variant.verdict)) + " |\n";
}

const char* Head(const RunReport& report) {
  return ShowsOutputErrors(report)
             ? "| variant | output SQNR | output max error | size | verdict |\n"
               "|---|---:|---:|---:|---|\n"
             : "| variant | top-1 | drop, points [95 %] | flips | against baseline | size | "
               "verdict |\n|---|---:|---:|---:|---:|---:|---|\n";
}

std::string Why(const RunReport& report) {
  std::string text;
  for (const VariantResult& variant : report.variants) {
    if (!variant.error.empty()) {
      text += "- **" + MarkdownText(variant.name) +
              "** could not run: " + MarkdownText(variant.error) + "\n";
    }
    for (const RuleResult& rule : variant.rules) {
      if (rule.verdict == Verdict::kPass) continue;
      text += "- **" + MarkdownText(variant.name) + "** " + VerdictName(rule.verdict) + ": " +
              MarkdownText(rule.explanation) + "\n";
    }
  }
  return text.empty() ? "" : "\n" + text;
}

std::string Findings(const RunReport& report) {
  std::string text;
  for (const Finding& finding : report.findings) {
    if (finding.severity == Severity::kNote) continue;
    text += "- **" + MarkdownText(finding.id + " " + finding.name) + "** (" +
            MarkdownText(finding.variant) + "): " + MarkdownText(finding.message) + " _" +
            MarkdownText(finding.fix) + "_\n";
  }
  return text.empty() ? ""
                      : "\n<details open><summary>Causes</summary>\n\n" + text + "\n</details>\n";
}

}  // namespace

std::string RenderMarkdown(const RunReport& report) {
  const std::string title = report.context.title.empty() ? "Quantgate" : report.context.title;
  std::string text =
      "## " + std::string(Mark(report.verdict)) + ": " + MarkdownText(title) + "\n\n";
  text += std::to_string(report.dataset.samples) + " samples of " +
          MarkdownText(report.dataset.name) + ".";
  if (!report.context.task_reason.empty()) {
    text += " Not judged as a classification: " + MarkdownText(report.context.task_reason) + ".";
  }
  text += std::string("\n\n") + Head(report) + Row(report, report.reference);
  for (const VariantResult& variant : report.variants) text += Row(report, variant);
  text += Why(report) + Findings(report);
  return Shortened(text, kMostBytes - 1) + "\n";
}

}  // namespace quantgate
