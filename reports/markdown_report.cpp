#include "reports/markdown_report.h"

#include <array>
#include <cstdio>

#include "reports/ci_text.h"
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

std::string Row(const VariantResult& variant, bool reference) {
  const std::string blank = "–";
  std::string row = "| " + MarkdownText(reference ? "float (reference)" : variant.name) + " | ";
  const Accuracy& accuracy = variant.accuracy;
  row += (variant.auc      ? Format("AUC %.2f %%", variant.auc->value * 100)
          : accuracy.n > 0 ? Format("%.2f %%", accuracy.top1 * 100)
                           : blank) +
         " | ";
  if (variant.auc_drop) {
    const Interval& interval = variant.auc_drop->delong95;
    row += Format("%.2f [%.2f, %.2f]", variant.auc_drop->value * 100, interval.low * 100,
                  interval.high * 100) +
           " | " + blank + " | ";
  } else if (variant.paired) {
    row += Format("%.2f [%.2f, %.2f]", variant.paired->drop * 100, variant.paired->drop95.low * 100,
                  variant.paired->drop95.high * 100) +
           " | " + std::to_string(variant.paired->flips) + " | ";
  } else {
    row += blank + " | " + blank + " | ";
  }
  row += (variant.baseline && variant.baseline->paired
              ? Format("%+.2f", -variant.baseline->paired->drop * 100)
              : blank) +
         " | ";
  row += HumanBytes(static_cast<double>(variant.model.size_bytes)) + " | ";
  return row + (reference ? "" : Mark(variant.verdict)) + " |\n";
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
          MarkdownText(report.dataset.name) + "\n\n";
  text +=
      "| variant | top-1 | drop, points [95 %] | flips | against baseline | size | verdict |\n"
      "|---|---:|---:|---:|---:|---:|---|\n";
  text += Row(report.reference, true);
  for (const VariantResult& variant : report.variants) text += Row(variant, false);
  text += Why(report) + Findings(report);
  return Shortened(text, kMostBytes - 1) + "\n";
}

}  // namespace quantgate
