// XNNPACK's way from an accumulator to a code: one product in float32, rounded to the nearest
// integer with ties to even (the x86 conversion instruction), no fixed-point multiplier.
//
//   code = clamp(rint(float(acc) * scale) + zero_point)                          (eq. 30)
#pragma once

#include <cmath>
#include <cstdint>

#include "reference/core/dtype.h"
#include "reference/numeric/activation_range.h"

namespace quantgate {

// The nearest integer, ties to even, limited to [low, high] (integers of at most 24 bits).
inline int32_t RoundTiesEven(float x, int32_t low, int32_t high) {
  // NaN becomes `low`.
  const float limited = std::fmin(std::fmax(x, static_cast<float>(low)), static_cast<float>(high));
  return static_cast<int32_t>(std::nearbyint(limited));
}

// Eq. 30. `scale` >= 0; the accumulator is itself rounded to float32, from 2^24 on.
inline int32_t RequantizeFloat(int32_t accumulator, float scale, int32_t zero_point,
                               const CodeRange& clamp) {
  const float steps = static_cast<float>(accumulator) * scale;
  return RoundTiesEven(steps, clamp.min - zero_point, clamp.max - zero_point) + zero_point;
}

// The codes an output may take, as XNNPACK rounds an activation's ends: real / scale + zero_point
// first, then the nearest integer with ties to even.
CodeRange ActivationCodesTiesEven(FloatRange reals, float scale, int32_t zero_point, DType dtype);

}  // namespace quantgate
