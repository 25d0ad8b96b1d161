// The affine map between reals and codes, and how its parameters follow from a range:
//
//   real = scale * (code - zero_point)                                       (eq. 1)
//   code = clamp(round(real / scale) + zero_point, code_min, code_max)       (eq. 2)
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "reference/core/dtype.h"
#include "reference/core/quant_params.h"
#include "reference/core/shape.h"

namespace quantgate {

// Eq. 2 for one value, in float as TFLite's kernels compute it; ties away from zero. NaN maps to
// the zero point (TFLite leaves it undefined); infinities clamp.
inline int32_t Quantize(float real, float scale, int32_t zero_point, CodeRange range) {
  const float steps = std::round(real / scale);
  if (std::isnan(steps)) return zero_point;
  const double code = static_cast<double>(steps) + zero_point;
  if (code <= range.min) return range.min;
  if (code >= range.max) return range.max;
  return static_cast<int32_t>(code);
}

// Eq. 1 for one code: the product in double, rounded once to float.
inline float Dequantize(int32_t code, float scale, int32_t zero_point) {
  return static_cast<float>(static_cast<double>(scale) * (static_cast<int64_t>(code) - zero_point));
}

// Eq. 2 over a tensor of `reals` into `codes` of `dtype` (int8, uint8 or int16), per-tensor
// parameters. Both hold the same number of elements. The quotient is a double here, as in TFLite's
// QUANTIZE kernel; for int16 a float's digits are too few to tell on which side of a tie it lies.
void QuantizeTensor(std::span<const float> reals, const QuantParams& quant, DType dtype,
                    std::span<std::byte> codes);

// Consecutive elements with one scale: element i of a tensor of `shape` has the parameters of slice
// i / length % slices.
size_t SliceLength(const Shape& shape, const QuantParams& quant);

// Real values of a tensor of any numeric type: codes with parameters through eq. 1 (per tensor, per
// axis or per block), anything else converted. `reals` has shape.num_elements() entries. False when
// the type has no numeric reading (string, resource, variant, complex).
bool DequantizeTensor(std::span<const std::byte> data, DType dtype, const Shape& shape,
                      const QuantParams& quant, std::span<float> reals);

}  // namespace quantgate
