#include "harness/quantization/quantize_weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "harness/calibration/weight_clipping.h"
#include "harness/quantization/range_to_params.h"
#include "reference/numeric/affine.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

// One scale a slice: element i belongs to slice i / inner % slices.
QuantParams PerSliceParams(std::span<const float> weights, size_t slices, size_t inner,
                           DType dtype) {
  std::vector<double> max_abs(slices, 0.0);
  for (size_t i = 0; i < weights.size(); ++i) {
    double& largest = max_abs[i / inner % slices];
    largest = std::max(largest, std::abs(static_cast<double>(weights[i])));
  }
  const double fallback = *std::max_element(max_abs.begin(), max_abs.end());
  QuantParams params;
  for (double largest : max_abs) {
    params.scales.push_back(SymmetricParams(largest > 0 ? largest : fallback, dtype).scale());
    params.zero_points.push_back(0);
  }
  return params;
}

QuantParams PerAxisParams(std::span<const float> weights, const Shape& shape, int axis,
                          DType dtype) {
  size_t inner = 1;
  for (int i = axis + 1; i < shape.rank(); ++i) inner *= static_cast<size_t>(shape.dim(i));
  return PerSliceParams(weights, static_cast<size_t>(shape.dim(axis)), inner, dtype);
}

QuantParams PerBlockParams(std::span<const float> weights, const SchemeDef& scheme) {
  const auto block = static_cast<size_t>(scheme.block_size);
  QuantParams params = PerSliceParams(weights, weights.size() / block, block, scheme.weights);
  params.block = scheme.block_size;
  for (float& scale : params.scales) scale = RoundToBlockScale(scale);
  return params;
}

QuantParams PerTensorParams(std::span<const float> weights, const SchemeDef& scheme) {
  const auto [min, max] = std::minmax_element(weights.begin(), weights.end());
  if (!scheme.symmetric_weights) return AsymmetricParams(*min, *max, scheme.weights);
  return SymmetricParams(
      std::max(std::abs(static_cast<double>(*min)), std::abs(static_cast<double>(*max))),
      scheme.weights);
}

}  // namespace

QuantParams WeightParams(std::span<const float> weights, const Shape& shape,
                         const SchemeDef& scheme, int axis) {
  if (scheme.weights == DType::kFloat16) return {};
  if (scheme.block_size > 0) return PerBlockParams(weights, scheme);
  const bool per_axis = axis >= 0 && shape.dim(axis) > 1;
  QuantParams params = per_axis ? PerAxisParams(weights, shape, axis, scheme.weights)
                                : PerTensorParams(weights, scheme);
  params.axis = std::max(axis, 0);
  return params;
}

int ClipWeights(std::span<const float> weights, const Shape& shape, const SchemeDef& scheme,
                QuantParams& quant) {
  if (!scheme.symmetric_weights || scheme.weights == DType::kFloat16) return 0;
  const int32_t largest_code = CodeRangeOf(scheme.weights).max;
  const int bits = std::bit_width(static_cast<uint32_t>(largest_code)) + 1;
  const SliceOf slice(shape, quant);
  std::vector<std::vector<float>> slices(slice.slices);
  for (size_t i = 0; i < weights.size(); ++i) slices[slice(i)].push_back(weights[i]);
  int changed = 0;
  for (size_t s = 0; s < slices.size(); ++s) {
    const double full = static_cast<double>(quant.scales[s]) * largest_code;
    const double clipped = OctavThreshold(slices[s], bits);
    if (!(clipped > 0 && clipped < full)) continue;
    if (ClippingError(slices[s], bits, clipped) >= ClippingError(slices[s], bits, full)) continue;
    const auto scale = static_cast<float>(clipped / largest_code);
    const float kept = quant.block > 0 ? RoundToBlockScale(scale) : scale;
    changed += kept != quant.scales[s] ? 1 : 0;
    quant.scales[s] = kept;
  }
  return changed;
}

CodeRange WeightCodes(const SchemeDef& scheme) {
  CodeRange codes = CodeRangeOf(scheme.weights);
  if (scheme.symmetric_weights) codes.min = -codes.max;
  return codes;
}

SliceOf::SliceOf(const Shape& shape, const QuantParams& quant)
    : inner(SliceLength(shape, quant)), slices(quant.scales.size()) {}

float RoundToBlockScale(float scale) {
  const float clamped = std::clamp(RoundToBfloat16(scale), 0x1p-24F, kLargestBlockScale);
  return HalfToFloat(FloatToHalf(clamped));
}

QuantParams SameForAllBlocks(float scale, const Shape& shape, int32_t block) {
  const auto blocks = static_cast<size_t>(shape.num_elements() / block);
  QuantParams params;
  params.block = block;
  params.scales.assign(blocks, RoundToBlockScale(scale));
  params.zero_points.assign(blocks, 0);
  return params;
}

std::vector<int32_t> RoundToCodes(std::span<const float> weights, const Shape& shape,
                                  const QuantParams& quant, CodeRange codes) {
  const SliceOf slice(shape, quant);
  std::vector<int32_t> rounded(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    rounded[i] = Quantize(weights[i], quant.scale(slice(i)), quant.zero_point(slice(i)), codes);
  }
  return rounded;
}

std::vector<std::byte> PackCodes(std::span<const int32_t> codes, DType dtype) {
  const bool packed = dtype == DType::kInt4;
  std::vector<std::byte> bytes(packed ? (codes.size() + 1) / 2 : codes.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    if (!packed) {
      bytes[i] = static_cast<std::byte>(codes[i]);
    } else {  // little end first
      bytes[i / 2] |= static_cast<std::byte>((codes[i] & 15) << (i % 2 * 4));
    }
  }
  return bytes;
}

QuantizedConstant QuantizeWeights(std::span<const float> weights, const Shape& shape,
                                  const SchemeDef& scheme, int axis) {
  QuantizedConstant result;
  if (scheme.weights == DType::kFloat16) {
    result.codes = PackHalves(weights);
    return result;
  }
  result.quant = WeightParams(weights, shape, scheme, axis);
  result.codes =
      PackCodes(RoundToCodes(weights, shape, result.quant, WeightCodes(scheme)), scheme.weights);
  return result;
}

std::vector<std::byte> PackHalves(std::span<const float> values) {
  std::vector<std::byte> bytes(values.size() * sizeof(uint16_t));
  for (size_t i = 0; i < values.size(); ++i) {
    const uint16_t half = FloatToHalf(values[i]);
    std::memcpy(bytes.data() + i * sizeof(half), &half, sizeof(half));
  }
  return bytes;
}

uint16_t FloatToHalf(float value) {
  constexpr float kLargest = 65504.0F;
  const auto sign = static_cast<uint16_t>(std::signbit(value) ? 0x8000 : 0);
  if (std::isnan(value)) return sign | 0x7E00;
  const float size = std::min(std::abs(value), kLargest);
  if (size < 0x1p-14F) {  // subnormal: steps of 2^-24
    return static_cast<uint16_t>(sign | static_cast<uint16_t>(std::nearbyint(size * 0x1p24F)));
  }
  const int exponent = std::ilogb(size);
  // 1024 steps a power of two; a mantissa that rounds up to 2048 carries into the exponent.
  const auto mantissa = static_cast<int>(std::nearbyint(std::ldexp(size, 10 - exponent)));
  return static_cast<uint16_t>(sign | (((exponent + 14) << 10) + mantissa));
}

QuantizedConstant QuantizeBias(std::span<const float> bias, float input_scale,
                               const QuantParams& weights, DType dtype) {
  const bool wide = dtype == DType::kInt64;
  const size_t element = wide ? sizeof(int64_t) : sizeof(int32_t);
  const double limit = wide ? 0x1p39 : 2147483647.0;
  QuantizedConstant result;
  result.codes.resize(bias.size() * element);
  for (size_t i = 0; i < bias.size(); ++i) {
    const float scale = input_scale * weights.scale(i);
    const double steps = std::round(static_cast<double>(bias[i]) / static_cast<double>(scale));
    const auto code =
        std::isnan(steps) ? int64_t{0} : static_cast<int64_t>(std::clamp(steps, -limit, limit));
    const auto narrow = static_cast<int32_t>(code);
    std::memcpy(result.codes.data() + i * element, wide ? static_cast<const void*>(&code) : &narrow,
                element);
    if (weights.per_axis() || i == 0) {
      result.quant.scales.push_back(scale);
      result.quant.zero_points.push_back(0);
    }
  }
  return result;
}

int WidenForBias(std::span<const float> bias, float input_scale, QuantParams& weights) {
  constexpr double kInt32Steps = 2147483647.0;
  int changed = 0;
  for (size_t i = 0; i < bias.size(); ++i) {
    float& scale = weights.scales[weights.per_axis() ? i : 0];
    const double size = std::abs(static_cast<double>(bias[i]));
    const double input = static_cast<double>(input_scale);
    if (!(size >= 0.5 * input * static_cast<double>(scale) * kInt32Steps)) continue;
    scale = static_cast<float>(2 * size / (kInt32Steps * input));
    ++changed;
  }
  return changed;
}

}  // namespace quantgate
