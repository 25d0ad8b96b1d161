// Float values quantized to int8 while a hybrid operator runs.
#pragma once

#include <cstdint>
#include <span>

namespace quantgate {

struct RowQuantization {
  float scale = 1;
  int32_t zero_point = 0;
};

// Symmetric: scale = max |x| / 127, codes round(x * 127 / max |x|) in [-127, 127], ties away from
// zero; all zeros give scale 1. Source: TFLite PortableSymmetricQuantizeFloats.
RowQuantization QuantizeRowSymmetric(std::span<const float> values, int8_t* codes);

// Asymmetric: the range of the values, widened to hold zero, onto [-128, 127], zero falling on the
// code nearest to where it would lie. Source: TFLite PortableAsymmetricQuantizeFloats.
RowQuantization QuantizeRowAsymmetric(std::span<const float> values, int8_t* codes);

// Asymmetric as XNNPACK does it, in float32 throughout: with l = min(x, 0), h = max(x, 0) and
// m = 255 / (h - l) (1 for a row of zeros),
//   zero_point = rint(clamp((-128 + m l) + (127 + m h) > 0 ? -128 - m l : 127 - m h))
//   code = clamp(rint(m x) + zero_point); scale = 1 / m; ties to even
// Source: XNNPACK's dynamic quantization (qd8).
RowQuantization QuantizeRowXnnpack(std::span<const float> values, int8_t* codes);

// Which of them a hybrid operator uses.
enum class RowRule { kSymmetric, kAsymmetric, kXnnpack };
RowQuantization QuantizeRow(RowRule rule, std::span<const float> values, int8_t* codes);

// The real number that a sum of products of codes stands for, in float32: TensorFlow Lite
// multiplies it with the product of the scales, XNNPACK with one after the other.
inline float ScaledSum(RowRule rule, int32_t sum, float row_scale, float weight_scale) {
  const auto real = static_cast<float>(sum);
  return rule == RowRule::kXnnpack ? real * row_scale * weight_scale
                                   : real * (row_scale * weight_scale);
}

}  // namespace quantgate
