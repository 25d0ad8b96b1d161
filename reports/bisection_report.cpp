#include "reports/bisection_report.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "reports/text_table.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

// Rows shown after the first that differs.
constexpr size_t kRowsShown = 20;

std::string Number(double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%g", value);
  return text.data();
}

std::string Where(const CodeDifference& row) {
  if (row.op_index < 0) return "the graph's input '" + PlainText(row.tensor) + "'";
  return "op " + std::to_string(row.op_index) + " " + row.op_type + ", '" + PlainText(row.tensor) +
         "'";
}

std::string First(const Bisection& b) {
  const CodeDifference* first = b.First();
  size_t compared = 0;
  for (const CodeDifference& row : b.tensors) compared += row.elements > 0 ? 1 : 0;
  if (compared == 0) return "No tensor exists in both with the same type and shape.\n";
  if (first == nullptr) {
    return "Every tensor that both compute is equal on " + std::to_string(b.samples) +
           " samples.\n";
  }
  std::string text = "First difference: " + Where(*first) + ", sample " +
                     std::to_string(first->first_sample) + ", element " +
                     std::to_string(first->first_element) + ": " + Number(first->first_value) +
                     " before, " + Number(first->second_value) + " now\n";
  const EntryDifference* entry = b.EntryOf(first->op_index);
  if (entry == nullptr) {
    return text + "  Its entry in the file is unchanged.\n";
  }
  for (const std::string& change : entry->changes) text += "  " + PlainText(change) + "\n";
  return text;
}

std::string Growth(const Bisection& b) {
  std::vector<std::vector<std::string>> rows;
  bool differing = false;
  for (const CodeDifference& row : b.tensors) {
    differing = differing || row.different > 0;
    if (!differing || row.elements == 0 || rows.size() >= kRowsShown) continue;
    const double share =
        100.0 * static_cast<double>(row.different) / static_cast<double>(row.elements);
    rows.push_back({row.op_index < 0 ? "-" : std::to_string(row.op_index), row.op_type,
                    ElideMiddle(PlainText(row.tensor), 40), Number(share) + " %",
                    Number(row.largest), std::to_string(row.samples_different)});
  }
  if (rows.empty()) return "";
  return "\nFrom there on\n" + TextTable({{"op", Align::kRight},
                                          {"type"},
                                          {"tensor"},
                                          {"values differ", Align::kRight},
                                          {"at most", Align::kRight},
                                          {"samples", Align::kRight}},
                                         rows);
}

std::string Entries(const Bisection& b) {
  if (b.entries.empty()) return "";
  std::string text = "\nChanged in the file\n";
  size_t shown = 0;
  for (const EntryDifference& entry : b.entries) {
    if (++shown > kRowsShown) break;
    text += "  op " + std::to_string(entry.op_index) + " " + entry.op_type + ", '" +
            PlainText(entry.tensor) + "'\n";
    for (const std::string& change : entry.changes) text += "    " + PlainText(change) + "\n";
  }
  if (b.entries.size() > kRowsShown) {
    text += "  and " + std::to_string(b.entries.size() - kRowsShown) + " more (--json)\n";
  }
  return text;
}

}  // namespace

std::string BisectionText(const Bisection& b) {
  std::string text = PlainText(b.before) + " -> " + PlainText(b.after) + ", profile " + b.profile +
                     ", " + std::to_string(b.samples) + " samples\n";
  if (b.same_file) text += "The files are the same, byte for byte.\n";
  text += First(b);
  if (b.arg_max_flips) {
    text += "Predictions that differ: " + std::to_string(*b.arg_max_flips) + "\n";
  }
  text += Growth(b) + Entries(b);
  const size_t alone = b.only_before.size() + b.only_after.size();
  if (alone > 0) {
    text += "\nWithout a partner: " + std::to_string(b.only_before.size()) + " tensors before, " +
            std::to_string(b.only_after.size()) + " now\n";
  }
  return text;
}

std::string BisectionJson(const Bisection& b) {
  ordered_json out = {{"schema_version", 1},
                      {"before", b.before},
                      {"after", b.after},
                      {"profile", b.profile},
                      {"samples", b.samples},
                      {"same_file", b.same_file},
                      {"arg_max_flips", nullptr},
                      {"first", nullptr},
                      {"tensors", ordered_json::array()},
                      {"entries", ordered_json::array()},
                      {"only_before", b.only_before},
                      {"only_after", b.only_after}};
  if (b.arg_max_flips) out["arg_max_flips"] = *b.arg_max_flips;
  for (const CodeDifference& row : b.tensors) {
    ordered_json one = {{"tensor", row.tensor},
                        {"op", row.op_index},
                        {"type", row.op_type},
                        {"elements", row.elements},
                        {"different", row.different},
                        {"largest", row.largest},
                        {"samples_different", row.samples_different},
                        {"first_sample", row.first_sample},
                        {"first_element", row.first_element},
                        {"before", row.first_value},
                        {"after", row.second_value}};
    if (&row == b.First()) out["first"] = one;
    out["tensors"].push_back(std::move(one));
  }
  for (const EntryDifference& entry : b.entries) {
    out["entries"].push_back({{"op", entry.op_index},
                              {"type", entry.op_type},
                              {"tensor", entry.tensor},
                              {"changes", entry.changes}});
  }
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace quantgate
