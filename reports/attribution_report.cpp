#include "reports/attribution_report.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "reports/fields_json.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

constexpr int kAttributionSchemaVersion = 1;

std::string Points(double points) { return FormatNumber("%+.2f", points == 0 ? 0.0 : points); }

std::string Db(const std::optional<double>& db) { return db ? FormatNumber("%.1f dB", *db) : "-"; }

// A bar of at most 24 columns for a share of the largest.
std::string Bar(double value, double largest) {
  constexpr double kColumns = 24;
  if (!(largest > 0)) return "";
  const auto columns = static_cast<size_t>(std::lround(kColumns * std::abs(value) / largest));
  return std::string(columns, value < 0 ? '-' : '#');
}

std::string What(const Attribution& a) {
  if (!a.classifies) return "% of the output's size";
  return a.labelled ? "points of top-1" : "points of predictions that differ";
}

std::string Headline(const Attribution& a) {
  std::string text = PlainText(a.variant) + " against " + PlainText(a.reference) + ", profile " +
                     a.profile + ", " + std::to_string(a.total.n) + " samples\n";
  text += "Loses " + FormatNumber("%.2f", a.total.points) + " " + What(a) + "; ";
  if (a.classifies) text += std::to_string(a.total.flips) + " predictions differ; ";
  text += "output SQNR " + Db(a.total.output_sqnr_db) + "\n";
  return text;
}

std::string Sources(const Attribution& a) {
  double largest = 0;
  for (const LossSource& source : a.sources) {
    largest = std::max({largest, std::abs(source.points), std::abs(a.total.points)});
  }
  std::vector<std::vector<std::string>> rows;
  for (const LossSource& source : a.sources) {
    rows.push_back({source.name, Points(source.points), Points(source.alone_points),
                    FormatNumber("%.2f", source.points_so_far), Db(source.output_sqnr_db),
                    Bar(source.points, largest)});
  }
  rows.push_back({"total", Points(a.total.points), Points(a.total.points),
                  FormatNumber("%.2f", a.total.points), Db(a.total.output_sqnr_db),
                  Bar(a.total.points, largest)});
  std::string text = "\nFrom float to this variant, one source after the other, in " + What(a) +
                     "\n" +
                     TextTable({{"source"},
                                {"loses", Align::kRight},
                                {"alone", Align::kRight},
                                {"so far", Align::kRight},
                                {"output SQNR", Align::kRight},
                                {""}},
                               rows);
  text += "What they lose alone leaves " + Points(a.interaction_points) +
          " for their working together.\n";
  return text;
}

std::string Operators(const Attribution& a, size_t limit) {
  const std::vector<const OpLoss*> ops = RankedByCost(a);
  if (ops.empty()) return "";
  const size_t shown = limit == 0 ? ops.size() : std::min(limit, ops.size());
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < shown; ++i) {
    const OpLoss& op = *ops[i];
    rows.push_back({std::to_string(op.variant_op), op.op_type,
                    ElideMiddle(PlainText(op.tensor), 36), Points(op.own.points),
                    Points(op.alone.points), Points(op.recovered_points), Db(op.isolated_sqnr_db),
                    op.clipping_share ? FormatNumber("%.0f %%", *op.clipping_share * 100) : "-",
                    Db(op.weights_sqnr_db)});
  }
  std::string text = "\nOperators, the costliest first";
  if (shown < ops.size()) {
    text += " (" + std::to_string(shown) + " of " + std::to_string(ops.size()) + "; --all)";
  }
  if (a.samples < a.samples_given) {
    text += ", on the first " + std::to_string(a.samples) + " samples";
  }
  return text + "\n" +
         TextTable({{"op", Align::kRight},
                    {"type"},
                    {"tensor"},
                    {"own", Align::kRight},
                    {"alone", Align::kRight},
                    {"kept float", Align::kRight},
                    {"own SQNR", Align::kRight},
                    {"clipping", Align::kRight},
                    {"weights", Align::kRight}},
                   rows) +
         "own: lost by the float model with this operator's weights and output coded. alone: the "
         "same\nwith its integer kernel, which codes what it reads too. kept float: recovered by "
         "the variant\nwith this operator in float. own SQNR: its output, fed the float model's "
         "activations;\nclipping: the share of that error; weights: their SQNR.\n";
}

constexpr size_t kShownFlips = 10;

// The first of them, those of the highest key first.
template <class T, class Key>
std::vector<const T*> Highest(const std::vector<T>& all, const Key& key) {
  std::vector<const T*> rows;
  for (const T& each : all) rows.push_back(&each);
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const T* x, const T* y) { return x->*key > y->*key; });
  if (rows.size() > kShownFlips) rows.resize(kShownFlips);
  return rows;
}

// Which operators turn flipped samples back, and the flips the reference was surest of.
std::string Flips(const Attribution& a) {
  if (a.flips.empty()) return "";
  std::string text = "\nFlipped samples: " + std::to_string(a.flips.size());
  if (a.flips.size() == kMaxExplainedFlips) text += " or more";
  int64_t restored = 0;
  for (const OpLoss& op : a.ops) restored += op.first_unflips;
  std::string ops;
  for (const OpLoss* op : Highest(a.ops, &OpLoss::unflips)) {
    if (op->unflips == 0) continue;
    ops += "  " + std::to_string(op->unflips) + " by op " + std::to_string(op->variant_op) + " " +
           op->op_type + " " + PlainText(op->tensor) + "\n";
  }
  text +=
      "; keeping one operator float turns back " + std::to_string(restored) + " of them\n" + ops;
  std::vector<std::vector<std::string>> rows;
  for (const ExplainedFlip* flip : Highest(a.flips, &ExplainedFlip::margin)) {
    const bool known = flip->restored_by >= 0;
    rows.push_back({std::to_string(flip->sample),
                    flip->label < 0 ? "-" : std::to_string(flip->label),
                    std::to_string(flip->reference_class), std::to_string(flip->variant_class),
                    FormatNumber("%.3g", flip->margin),
                    known ? PlainText(a.ops[static_cast<size_t>(flip->restored_by)].tensor)
                          : "no single operator"});
  }
  return text + TextTable({{"sample", Align::kRight},
                           {"label", Align::kRight},
                           {"reference", Align::kRight},
                           {"variant", Align::kRight},
                           {"margin", Align::kRight},
                           {"first operator that turns it back"}},
                          rows);
}

std::string Blocks(const Attribution& a) {
  std::vector<std::vector<std::string>> rows;
  for (const GroupLoss& group : a.groups) {
    const OpLoss& first = a.ops[static_cast<size_t>(group.ops.front())];
    rows.push_back({std::to_string(group.ops.size()),
                    PlainText(first.tensor) + " .. " + PlainText(group.tensor),
                    FormatNumber("%.2f", group.own.points),
                    FormatNumber("%.2f", group.recovered_points)});
  }
  if (rows.empty()) return "";
  return "\nBlocks of operators (residual and the like)\n" +
         TextTable({{"operators", Align::kRight},
                    {"tensors"},
                    {"own", Align::kRight},
                    {"kept float", Align::kRight}},
                   rows);
}

// How few operators from either end, in float, halve the loss.
std::string Ends(const Attribution& a) {
  if (!(a.total.points > 0) || a.ops.size() < 2) return "";
  const double half = a.total.points / 2;
  size_t first = 0;
  while (first + 1 < a.ops.size() && a.ops[first].float_through.points > half) ++first;
  size_t last = a.ops.size() - 1;
  while (last > 0 && a.ops[last].float_from.points > half) --last;
  return "\nHalf of the loss is gone with the first " + std::to_string(first + 1) + " of " +
         std::to_string(a.ops.size()) + " operators in float (through " +
         PlainText(a.ops[first].tensor) + "), or with the last " +
         std::to_string(a.ops.size() - last) + " (from " + PlainText(a.ops[last].tensor) + ").\n";
}

std::optional<double> LossPoints(const Finding& finding) {
  for (const MetricValue& value : finding.evidence) {
    if (value.name == "loss_points") return value.value;
  }
  return std::nullopt;
}

std::string Causes(const Attribution& a, const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text +=
        "\n" + std::string(SeverityName(finding.severity)) + " " + finding.id + " " + finding.name;
    if (const auto points = LossPoints(finding); points && a.total.points != 0) {
      text += *points <= a.total.points ? ": " + FormatNumber("%.2f", *points) + " of " +
                                              FormatNumber("%.2f", a.total.points) + " points"
                                        : ": " + FormatNumber("%.2f", *points) + " points alone, " +
                                              FormatNumber("%.2f", a.total.points) + " lost in all";
    }
    text += "\n  " + PlainText(finding.message) + "\n  Fix: " + PlainText(finding.fix) + "\n";
  }
  return text.empty() ? "" : "\nFindings, the weightiest first\n" + text;
}

ordered_json FindingJson(const Finding& finding) {
  ordered_json out = ToJson(finding);
  out["loss_points"] = ToJson(LossPoints(finding));
  return out;
}

std::string LeftOut(const Attribution& a) {
  std::string text;
  for (const std::string& op : a.unpaired) text += "  " + PlainText(op) + "\n";
  if (!text.empty()) text = "\nNot in both models, left as in the float model\n" + text;
  return text;
}

}  // namespace

std::string AttributionText(const Attribution& attribution, const std::vector<Finding>& findings,
                            size_t ops) {
  return Headline(attribution) + Causes(attribution, findings) + Sources(attribution) +
         Operators(attribution, ops) + Blocks(attribution) + Ends(attribution) +
         Flips(attribution) + LeftOut(attribution);
}

std::string AttributionJson(const Attribution& attribution, const std::vector<Finding>& findings) {
  JsonWriter writer;
  writer("schema_version", kAttributionSchemaVersion);
  VisitFields(writer, attribution);
  writer.out["findings"] = ordered_json::array();
  for (const Finding& finding : findings) writer.out["findings"].push_back(FindingJson(finding));
  return PrettyJson(writer.out);
}

}  // namespace quantgate
