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

}  // namespace

std::string RepairText(const Repair& repair) {
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < repair.steps.size(); ++i) {
    const RepairStep& step = repair.steps[i];
    const std::string mark = static_cast<int>(i) == repair.best ? "*" : "";
    if (!step.error.empty()) {
      rows.push_back({mark, step.name, "-", "-", "-", "-", "could not run", PlainText(step.error)});
      continue;
    }
    rows.push_back({mark, step.name, FormatNumber("%.2f %%", step.top1 * 100),
                    FormatNumber("%.2f", step.drop_points),
                    HumanBytes(static_cast<double>(step.size_bytes)),
                    FormatNumber("%.1f %%", step.higher_precision_macs * 100),
                    VerdictName(step.verdict), Kept(step)});
  }
  std::string text = "Repair of " + PlainText(repair.variant) + " against " +
                     PlainText(repair.reference) + ", profile " + repair.profile + ", " +
                     std::to_string(repair.samples) + " samples\n\n" +
                     TextTable({{""},
                                {"tried, in order of cost"},
                                {"top-1", Align::kRight},
                                {"drop, points", Align::kRight},
                                {"size", Align::kRight},
                                {"MACs above 8 bits", Align::kRight},
                                {"gate"},
                                {"kept at a higher precision"}},
                               rows);
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
