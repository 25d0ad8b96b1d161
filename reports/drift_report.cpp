#include "reports/drift_report.h"

#include "reports/html_text.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

constexpr size_t kNameWidth = 44;

double ShareOf(const CodeDifference& row) {
  return row.elements > 0 ? static_cast<double>(row.different) / static_cast<double>(row.elements)
                          : 0;
}

std::vector<std::string> RowOf(const CodeDifference& row) {
  return {std::to_string(row.op_index),
          row.op_type,
          ElideMiddle(PlainText(row.tensor), kNameWidth),
          std::string(DTypeName(row.dtype)),
          PercentText(ShareOf(row), 3),
          SignificantText(row.largest),
          CountText(row.samples_different)};
}

}  // namespace

std::string DriftSentence(const DriftReport& drift) {
  const CodeDifference* first = drift.First();
  if (first == nullptr) {
    return drift.first + " and " + drift.second + " computed the same in every tensor of " +
           CountText(drift.samples) + " samples.";
  }
  return drift.first + " and " + drift.second + " first differ at op " +
         std::to_string(first->op_index) + ", " + first->op_type + " '" + first->tensor +
         "': sample " + std::to_string(first->first_sample) + ", element " +
         std::to_string(first->first_element) + " is " + SignificantText(first->first_value) +
         " and " + SignificantText(first->second_value) +
         (first->inputs_equal ? ", from equal inputs." : ".") +
         (drift.arg_max_flips ? " The answer changes in " + CountText(drift.arg_max_flips) +
                                    " of " + CountText(drift.samples) + " samples."
                              : "");
}

std::string DriftText(const DriftReport& drift) {
  std::vector<std::vector<std::string>> rows;
  for (const CodeDifference& row : drift.tensors) rows.push_back(RowOf(row));
  return WrapText(PlainText(DriftSentence(drift)), 100, 0) + "\n" +
         TextTable({{"op", Align::kRight},
                    {"operator"},
                    {"tensor"},
                    {"type"},
                    {"differ", Align::kRight},
                    {"largest", Align::kRight},
                    {"samples", Align::kRight}},
                   rows);
}

}  // namespace quantgate
