#include "reports/metrics_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/results/tensor_rows.h"

namespace quantgate {
namespace {

using nlohmann::json;

void AddVariant(const VariantResult& variant, const std::string& name, json& out) {
  const auto add = [&](const char* metric, double value) {
    if (std::isfinite(value)) out[name + "." + metric] = value;
  };
  if (!variant.error.empty()) return;
  add("size_bytes", static_cast<double>(variant.model.size_bytes));
  if (variant.accuracy.n > 0) add("top1", variant.accuracy.top1);
  if (variant.auc) add("auc", variant.auc->value);
  if (variant.auc_drop) add("auc_drop_points", variant.auc_drop->value * 100);
  if (variant.paired) {
    add("drop_points", variant.paired->drop * 100);
    add("flips", static_cast<double>(variant.paired->flips));
  }
  if (variant.baseline && variant.baseline->paired) {
    add("baseline_drop_points", variant.baseline->paired->drop * 100);
  }
  if (const TensorError* worst = LowestSqnr(variant.tensors)) add("worst_sqnr_db", *worst->sqnr_db);
  if (const TensorError* worst = WorstOutput(variant)) {
    add("output_sqnr_db", JudgedSqnrDb(*worst));
  }
  if (const TensorError* worst = OutputOfLargestError(variant)) {
    add("output_max_abs_error", JudgedMaxError(*worst));
  }
  double saturation = 0;
  for (const TensorError& tensor : variant.tensors) {
    saturation = std::max(saturation, tensor.clipped_share().value_or(0));
  }
  if (!variant.tensors.empty()) add("largest_saturation", saturation);
  add("passes", variant.verdict == Verdict::kPass ? 1 : 0);
}

}  // namespace

std::string RenderMetrics(const RunReport& report) {
  json out = json::object();
  AddVariant(report.reference, "reference", out);
  out.erase("reference.passes");
  for (const VariantResult& variant : report.variants) AddVariant(variant, variant.name, out);
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace quantgate
