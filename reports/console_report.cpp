#include "reports/console_report.h"

#include <algorithm>

#include "harness/results/tensor_rows.h"
#include "reports/output_text.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

class Painter {
 public:
  explicit Painter(bool color) : color_(color) {}
  [[nodiscard]] std::string Paint(const std::string& text, const char* code) const {
    return color_ ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
  }
  [[nodiscard]] std::string Verdict(quantgate::Verdict verdict) const {
    switch (verdict) {
      case quantgate::Verdict::kPass: return Paint("pass", "32");
      case quantgate::Verdict::kFail: return Paint("FAIL", "1;31");
      case quantgate::Verdict::kInconclusive: return Paint("inconclusive", "33");
    }
    return "";
  }
  [[nodiscard]] std::string Severity(quantgate::Severity severity) const {
    switch (severity) {
      case quantgate::Severity::kError: return Paint("error", "1;31");
      case quantgate::Severity::kWarning: return Paint("warning", "33");
      case quantgate::Severity::kNote: return Paint("note", "36");
    }
    return "";
  }

 private:
  bool color_;
};

std::string Top1Cell(const VariantResult& variant) {
  const Accuracy& accuracy = variant.accuracy;
  if (variant.auc) return FormatNumber("%.2f %%", 100 * variant.auc->value);
  return accuracy.n > 0 ? FormatNumber("%.2f %%", 100 * accuracy.top1) : "-";
}

// "+0.12 [-0.03, 0.27]": points lost against the reference, with the 95 % interval.
std::string DropCell(const VariantResult& variant) {
  const auto text = [](double drop, const Interval& interval) {
    return FormatNumber("%.2f", 100 * drop) + " [" + FormatNumber("%.2f", 100 * interval.low) +
           ", " + FormatNumber("%.2f", 100 * interval.high) + "]";
  };
  if (variant.auc_drop) return text(variant.auc_drop->value, variant.auc_drop->delong95);
  if (!variant.paired || variant.accuracy.n == 0) return "-";
  return text(variant.paired->drop, variant.paired->drop95);
}

std::string WorstCell(const VariantResult& variant) {
  const TensorError* worst = LowestSqnr(variant.tensors);
  if (worst == nullptr) return "-";
  constexpr size_t kLongestName = 28;
  std::string name = PlainText(worst->tensor);
  if (name.size() > kLongestName) name = "..." + name.substr(name.size() - kLongestName + 3);
  return name + " " + FormatNumber("%.1f dB", *worst->sqnr_db);
}

using Cells = std::vector<std::string>;

Cells AnswerCells(const VariantResult& variant, bool is_reference) {
  return {Top1Cell(variant), is_reference ? "" : DropCell(variant),
          variant.paired ? std::to_string(variant.paired->flips) : ""};
}

Cells OutputCells(const VariantResult& variant, bool is_reference) {
  if (is_reference) return {"", ""};
  const auto cell = [](const std::string& text) { return text.empty() ? "-" : text; };
  return {cell(OutputSqnrText(variant)), cell(OutputErrorText(variant))};
}

Cells Row(const RunReport& report, const VariantResult& variant, const Painter& painter) {
  const bool is_reference = &variant == &report.reference;
  Cells cells = ShowsOutputErrors(report) ? OutputCells(variant, is_reference)
                                          : AnswerCells(variant, is_reference);
  cells.push_back(is_reference ? "" : WorstCell(variant));
  cells.push_back(HumanBytes(static_cast<double>(variant.model.size_bytes)));
  if (!variant.error.empty()) cells.assign(cells.size(), "-");
  cells.insert(cells.begin(), variant.name);
  cells.push_back(is_reference ? "" : painter.Verdict(variant.verdict));
  return cells;
}

std::vector<TextColumn> Columns(const RunReport& report) {
  std::vector<TextColumn> columns = {{"variant", Align::kLeft}};
  if (ShowsOutputErrors(report)) {
    columns.insert(columns.end(),
                   {{"output SQNR", Align::kRight}, {"output max error", Align::kRight}});
  } else {
    columns.insert(columns.end(), {{report.reference.auc ? "AUC" : "top-1", Align::kRight},
                                   {"drop, points [95 %]", Align::kRight},
                                   {"flips", Align::kRight}});
  }
  columns.insert(
      columns.end(),
      {{"worst layer, SQNR", Align::kLeft}, {"size", Align::kRight}, {"verdict", Align::kLeft}});
  return columns;
}

std::string Header(const RunReport& report) {
  const DatasetFacts& data = report.dataset;
  std::string out;
  if (!report.context.title.empty()) out += PlainText(report.context.title) + "\n";
  out += "Data: " + PlainText(data.name) + ", " + std::to_string(data.samples) + " samples " +
         data.sample_shape + ", " + data.preprocessing + " in [" +
         FormatNumber("%.4g", data.real_min) + ", " + FormatNumber("%.4g", data.real_max) + "]\n";
  if (!report.context.task_reason.empty()) {
    out += "Not judged as a classification: " + PlainText(report.context.task_reason) + "\n";
  }
  if (report.calibration) {
    out += "Calibration: " + PlainText(report.calibration->name) + ", " +
           std::to_string(report.calibration->samples) + " samples";
    if (report.calibration_check) {
      out += std::string(": ") + CalibrationVerdictName(report.calibration_check->verdict);
    }
    out += "\n";
  }
  if (report.calibration_check) {
    for (const std::string& advice : report.calibration_check->advice) {
      out += "  " + PlainText(advice) + "\n";
    }
  }
  return out + "\n";
}

std::string Table(const RunReport& report, const Painter& painter) {
  std::vector<Cells> rows;
  rows.push_back(Row(report, report.reference, painter));
  rows.front().front() = "float (reference)";
  if (report.reference.model.quantization != "float32") {
    rows.front().front() = "reference (" + report.reference.model.quantization + ")";
  }
  for (const VariantResult& variant : report.variants) {
    rows.push_back(Row(report, variant, painter));
  }
  return TextTable(Columns(report), rows);
}

std::string Verdicts(const RunReport& report, const ConsoleStyle& style, const Painter& painter) {
  std::string out;
  for (const VariantResult& variant : report.variants) {
    if (!variant.error.empty()) {
      out += painter.Paint("could not run", "1;31") + " " + variant.name + ": " +
             WrapText(PlainText(variant.error), style.width, 2) + "\n";
    }
    for (const RuleResult& rule : variant.rules) {
      if (rule.verdict == Verdict::kPass) continue;
      out += painter.Verdict(rule.verdict) + " " + variant.name + ": " + rule.rule + ": " +
             PlainText(rule.explanation) + "\n";
    }
  }
  return out.empty() ? "" : "\n" + out;
}

// "int8: 0.05 points less than the baseline (12 lost, 7 gained), another model, 512 bytes smaller".
std::string BaselineLine(const VariantResult& variant) {
  const BaselineComparison& baseline = *variant.baseline;
  const std::string name = variant.name + ": ";
  if (!baseline.paired) return name + "not compared: " + PlainText(baseline.incomparable);
  const PairedResult& paired = *baseline.paired;
  const double points = paired.drop * 100;
  std::string text =
      name + (points == 0 ? std::string("as accurate as the baseline")
                          : FormatNumber("%.2f", std::abs(points)) + " points " +
                                (points > 0 ? "less" : "more") + " than the baseline");
  text += " (" + std::to_string(paired.lost) + " lost, " + std::to_string(paired.gained) +
          " gained), " + (baseline.same_model ? "the same model" : "another model");
  const int64_t grown = variant.model.size_bytes - baseline.size_bytes;
  if (grown != 0) {
    text += ", " + std::to_string(std::abs(grown)) + " bytes " + (grown > 0 ? "larger" : "smaller");
  }
  return text;
}

std::string Baselines(const RunReport& report) {
  std::string out;
  for (const VariantResult& variant : report.variants) {
    if (!variant.baseline) continue;
    if (out.empty()) out = "\nAgainst " + PlainText(variant.baseline->path) + "\n";
    out += "  " + BaselineLine(variant) + "\n";
  }
  return out;
}

// Findings in their order, those that several variants share word for word only once, with the
// names of the variants.
std::vector<std::pair<const Finding*, std::string>> Grouped(const std::vector<Finding>& findings) {
  std::vector<std::pair<const Finding*, std::string>> groups;
  for (const Finding& finding : findings) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return group.first->id == finding.id && group.first->severity == finding.severity &&
             group.first->message == finding.message;
    });
    if (same == groups.end()) {
      groups.emplace_back(&finding, finding.variant);
    } else {
      same->second += ", " + finding.variant;
    }
  }
  return groups;
}

std::string Findings(const RunReport& report, const ConsoleStyle& style, const Painter& painter) {
  if (report.findings.empty()) return "\nNo findings.\n";
  std::string out = "\nFindings\n";
  for (const auto& [first, variants] : Grouped(report.findings)) {
    const Finding& finding = *first;
    out += "  " + painter.Severity(finding.severity) + " " + finding.id + " " + finding.name +
           ", " + variants + "\n      " + WrapText(PlainText(finding.message), style.width, 6) +
           "\n";
    if (!finding.fix.empty()) {
      out += "      " + WrapText("Fix: " + PlainText(finding.fix), style.width, 6) + "\n";
    }
  }
  return out;
}

}  // namespace

std::string RenderConsole(const RunReport& report, const ConsoleStyle& style) {
  const Painter painter(style.color);
  return Header(report) + Table(report, painter) + Verdicts(report, style, painter) +
         Baselines(report) + Findings(report, style, painter);
}

}  // namespace quantgate
