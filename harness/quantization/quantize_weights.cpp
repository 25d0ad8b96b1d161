#include "harness/quantization/quantize_weights.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "harness/quantization/range_to_params.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

size_t InnerSize(const Shape& shape, int axis) {
  size_t inner = 1;
  for (int i = axis + 1; i < shape.rank(); ++i) inner *= static_cast<size_t>(shape.dim(i));
  return inner;
}

QuantParams PerAxisParams(std::span<const float> weights, const Shape& shape, int axis) {
  const auto slices = static_cast<size_t>(shape.dim(axis));
  const size_t inner = InnerSize(shape, axis);
  std::vector<double> max_abs(slices, 0.0);
  for (size_t i = 0; i < weights.size(); ++i) {
    double& largest = max_abs[i / inner % slices];
    largest = std::max(largest, std::abs(static_cast<double>(weights[i])));
  }
  const double fallback = *std::max_element(max_abs.begin(), max_abs.end());
  QuantParams params;
  params.axis = axis;
  for (double largest : max_abs) {
    params.scales.push_back(SymmetricParams(largest > 0 ? largest : fallback).scale());
    params.zero_points.push_back(0);
  }
  return params;
}

QuantParams PerTensorParams(std::span<const float> weights, const SchemeDef& scheme) {
  const auto [min, max] = std::minmax_element(weights.begin(), weights.end());
  if (!scheme.symmetric_weights) return AsymmetricParams(*min, *max, scheme.activation);
  return SymmetricParams(
      std::max(std::abs(static_cast<double>(*min)), std::abs(static_cast<double>(*max))));
}

}  // namespace

QuantizedConstant QuantizeWeights(std::span<const float> weights, const Shape& shape,
                                  const SchemeDef& scheme, int axis) {
  const bool per_axis = axis >= 0 && shape.dim(axis) > 1;
  QuantizedConstant result;
  result.quant = per_axis ? PerAxisParams(weights, shape, axis) : PerTensorParams(weights, scheme);
  result.quant.axis = std::max(axis, 0);
  CodeRange codes = CodeRangeOf(scheme.activation);
  if (scheme.symmetric_weights) codes.min = -codes.max;
  const size_t inner = per_axis ? InnerSize(shape, axis) : 1;
  const size_t slices = result.quant.scales.size();
  result.codes.resize(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    const size_t slice = i / inner % slices;
    const int32_t code =
        Quantize(weights[i], result.quant.scale(slice), result.quant.zero_point(slice), codes);
    result.codes[i] = static_cast<std::byte>(code);
  }
  return result;
}

QuantizedConstant QuantizeBias(std::span<const float> bias, float input_scale,
                               const QuantParams& weights) {
  QuantizedConstant result;
  result.codes.resize(bias.size() * sizeof(int32_t));
  for (size_t i = 0; i < bias.size(); ++i) {
    const float scale = input_scale * weights.scale(i);
    const double steps = std::round(static_cast<double>(bias[i]) / static_cast<double>(scale));
    const auto code = static_cast<int32_t>(std::clamp(steps, -2147483647.0, 2147483647.0));
    std::memcpy(result.codes.data() + i * sizeof(int32_t), &code, sizeof(code));
    if (weights.per_axis() || i == 0) {
      result.quant.scales.push_back(scale);
      result.quant.zero_points.push_back(0);
    }
  }
  return result;
}

}  // namespace quantgate
