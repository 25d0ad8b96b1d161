// Rules about where ranges may have come from (lint_families.h).
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <tuple>

#include "harness/inspection/lint_families.h"
#include "reference/core/dtype.h"
#include "reference/ops/fused_activation.h"
#include "reference/ops/ties.h"

namespace quantgate {
namespace {

// Ranges that differ round to equal scales where only powers of two are allowed.
bool IsPowerOfTwo(float scale) {
  int exponent = 0;
  return std::frexp(scale, &exponent) == 0.5F;
}

// A clamp of its own is what gives the output its range, not what was measured.
bool IsClamp(Activation activation) {
  return activation == Activation::kRelu6 || activation == Activation::kReluN1To1;
}

using Layers = std::vector<WeightedOp>;
using RangeKey = std::tuple<DType, float, int64_t>;  // type, scale, zero point

// Layers whose output's range is a choice.
std::map<RangeKey, Layers> LayersByRange(const LintView& view) {
  std::map<RangeKey, Layers> layers;
  for (const WeightedOp& layer : WeightedOps(view)) {
    const TensorInfo& output = view.tensor(layer.output);
    if (!IsQuantized(output) || output.quant.scales.size() != 1) continue;
    if (output.quant.zero_points.size() != 1) continue;
    const int64_t zero_point = output.quant.zero_points[0];
    const CodeRange codes = CodeRangeOf(output.dtype);
    if (zero_point < codes.min || zero_point > codes.max) continue;
    if (IsClamp(FusedActivation(view.graph().ops[static_cast<size_t>(layer.op)]))) continue;
    if (TieOf(view.graph(), layer.output) >= 0) continue;
    layers[{output.dtype, output.quant.scales[0], zero_point}].push_back(layer);
  }
  return layers;
}

// Four digits are enough to recognise a range by.
std::string RealText(int64_t steps, float scale) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g",
                static_cast<double>(steps) * static_cast<double>(scale));
  return text.data();
}

}  // namespace

// Two measured ranges do not agree to the last bit of a float; half of all layers' certainly not.
void LintRangesAlike(const LintView& view, const LintSink& sink) {
  const auto by_range = LayersByRange(view);
  size_t all = 0;
  for (const auto& [range, layers] : by_range) all += layers.size();
  for (const auto& [range, layers] : by_range) {
    const auto [dtype, scale, zero_point] = range;
    if (layers.size() < 2 || 2 * layers.size() < all || IsPowerOfTwo(scale)) continue;
    const CodeRange codes = CodeRangeOf(dtype);
    const std::string range_text =
        RealText(codes.min - zero_point, scale) + ".." + RealText(codes.max - zero_point, scale);
    sink({layers.front().op, layers.front().output},
         std::to_string(layers.size()) + " of " + std::to_string(all) + " layers have the range " +
             range_text + ": default ranges? Calibrate them on data");
  }
}

}  // namespace quantgate
