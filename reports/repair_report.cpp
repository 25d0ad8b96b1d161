#include "reports/repair_report.h"

#include "reports/fields_json.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

constexpr int kRepairSchemaVersion = 1;

std::string Kept(const RepairStep& step) {
  std::string text;
  for (const std::string& name : step.kept) text += (text.empty() ? "" : ", ") + PlainText(name);
  return ElideMiddle(text, 48);
}

using Cells = std::vector<std::string>;

std::string Cell(const char* format, const std::optional<double>& number, double unit = 1) {
  return number ? FormatNumber(format, *number * unit) : "-";
}

// What the attempts lose: accuracy, or the area under the ROC curve, where answers are judged, and
// the SQNR of the outputs elsewhere.
Cells LossCells(const Repair& repair, const RepairStep& step) {
  if (!repair.judges_answers()) {
    return {step.output_exact ? "exact" : Cell("%.1f dB", step.output_sqnr_db)};
  }
  return {Cell("%.2f %%", step.auc ? step.auc : step.top1, 100), Cell("%.2f", step.drop_points)};
}

std::vector<TextColumn> Columns(const Repair& repair) {
  std::vector<TextColumn> columns = {{""}, {"tried, in order of cost"}};
  if (repair.judges_answers()) {
    columns.insert(columns.end(), {{repair.finds_anomalies() ? "AUC" : "top-1", Align::kRight},
                                   {"drop, points", Align::kRight}});
  } else {
    columns.push_back({"output SQNR", Align::kRight});
  }
  columns.insert(columns.end(), {{"size", Align::kRight},
                                 {"MACs above 8 bits", Align::kRight},
                                 {"gate"},
                                 {"kept at a higher precision"}});
  return columns;
}

Cells Row(const Repair& repair, const RepairStep& step) {
  Cells cells = LossCells(repair, step);
  cells.push_back(HumanBytes(static_cast<double>(step.size_bytes)));
  cells.push_back(FormatNumber("%.1f %%", step.higher_precision_macs * 100));
  if (!step.error.empty()) cells.assign(cells.size(), "-");
  cells.push_back(step.error.empty() ? VerdictName(step.verdict) : "could not run");
  cells.push_back(step.error.empty() ? Kept(step) : PlainText(step.error));
  cells.insert(cells.begin(), step.name);
  return cells;
}

}  // namespace

std::string RepairText(const Repair& repair) {
  std::vector<Cells> rows;
  for (size_t i = 0; i < repair.steps.size(); ++i) {
    rows.push_back(Row(repair, repair.steps[i]));
    rows.back().insert(rows.back().begin(), static_cast<int>(i) == repair.best ? "*" : "");
  }
  std::string text = "Repair of " + PlainText(repair.variant) + " against " +
                     PlainText(repair.reference) + ", profile " + repair.profile + ", " +
                     std::to_string(repair.samples) + " samples\n\n" +
                     TextTable(Columns(repair), rows);
  if (repair.best >= 0) {
    const RepairStep& best = repair.steps[static_cast<size_t>(repair.best)];
    text += "\nChosen: " + best.name + " (" + PlainText(best.description) + ")\n";
  }
  if (!repair.advice.empty()) text += WrapText(repair.advice, 100, 0) + "\n";
  return text;
}

std::string RepairJson(const Repair& repair) {
  JsonWriter writer;
  writer("schema_version", kRepairSchemaVersion);
  VisitFields(writer, repair);
  return PrettyJson(writer.out);
}

}  // namespace quantgate
