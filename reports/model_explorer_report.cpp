#include "reports/model_explorer_report.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace quantgate {
namespace {

using nlohmann::ordered_json;

constexpr const char* kGood = "#2e7d4f";
constexpr const char* kMiddle = "#f4e7b5";
constexpr const char* kBad = "#c0392b";

const OpLoss* LossOf(const VariantResult& variant, const TensorError& row) {
  if (!variant.attribution || row.op_index < 0) return nullptr;
  for (const OpLoss& op : variant.attribution->ops) {
    if (op.variant_op == row.op_index) return &op;
  }
  return nullptr;
}

struct NodeMetric {
  const char* name;
  bool higher_is_better;
  std::optional<double> (*value)(const VariantResult& variant, const TensorError& row);
};

constexpr NodeMetric kMetrics[] = {
    {"sqnr_db", true, [](const VariantResult&, const TensorError& row) { return row.sqnr_db; }},
    {"rmse_per_scale", false,
     [](const VariantResult&, const TensorError& row) { return row.rmse_per_scale; }},
    {"clipped_share", false,
     [](const VariantResult&, const TensorError& row) { return row.clipped_share(); }},
    {"isolated_sqnr_db", true,
     [](const VariantResult& variant, const TensorError& row) {
       const OpLoss* op = LossOf(variant, row);
       return op != nullptr ? op->isolated_sqnr_db : std::nullopt;
     }},
    {"own_points", false,
     [](const VariantResult& variant, const TensorError& row) {
       const OpLoss* op = LossOf(variant, row);
       return op != nullptr ? std::optional(op->own.points) : std::nullopt;
     }},
    {"recovered_points", false,
     [](const VariantResult& variant, const TensorError& row) {
       const OpLoss* op = LossOf(variant, row);
       return op != nullptr ? std::optional(op->recovered_points) : std::nullopt;
     }},
};

ordered_json Gradient(bool higher_is_better) {
  const auto stop = [](double at, const char* colour, const char* text) {
    return ordered_json{{"stop", at}, {"bgColor", colour}, {"textColor", text}};
  };
  const char* first = higher_is_better ? kBad : kGood;
  const char* last = higher_is_better ? kGood : kBad;
  return ordered_json::array(
      {stop(0, first, "#ffffff"), stop(0.5, kMiddle, "#000000"), stop(1, last, "#ffffff")});
}

// Null when no operator has a value.
ordered_json NodeData(const VariantResult& variant, const NodeMetric& metric) {
  ordered_json results = ordered_json::object();
  for (const TensorError& row : variant.tensors) {
    const std::optional<double> value = metric.value(variant, row);
    if (value && std::isfinite(*value)) results[row.tensor] = {{"value", *value}};
  }
  if (results.empty()) return nullptr;
  return {
      {"main", {{"results", std::move(results)}, {"gradient", Gradient(metric.higher_is_better)}}}};
}

// A name from a model or a config never becomes the name of a file as it is.
std::string FileWord(const std::string& name, size_t position) {
  std::string word;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    word += plain ? c : '_';
  }
  return word.empty() ? "variant-" + std::to_string(position + 1) : word.substr(0, 80);
}

std::vector<std::pair<std::string, ordered_json>> Documents(const RunReport& report) {
  std::vector<std::pair<std::string, ordered_json>> documents;
  std::set<std::string> taken;
  for (size_t v = 0; v < report.variants.size(); ++v) {
    std::string word = FileWord(report.variants[v].name, v);
    if (!taken.insert(word).second) {
      word += "-" + std::to_string(v + 1);
      taken.insert(word);
    }
    for (const NodeMetric& metric : kMetrics) {
      ordered_json data = NodeData(report.variants[v], metric);
      if (data.is_null()) continue;
      documents.emplace_back("model-explorer/" + word + "." + metric.name + ".json",
                             std::move(data));
    }
  }
  return documents;
}

std::string Text(const ordered_json& document) {
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::vector<ReportFile> ModelExplorerFiles(const RunReport& report) {
  std::vector<ReportFile> files;
  for (const auto& [name, data] : Documents(report)) files.push_back({name, Text(data)});
  return files;
}

std::string RenderModelExplorer(const RunReport& report) {
  ordered_json out = ordered_json::object();
  for (auto& [name, data] : Documents(report)) out[name] = data;
  return Text(out);
}

}  // namespace quantgate
