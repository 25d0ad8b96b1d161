// The interval a fused activation clamps to, as real numbers and as codes.
#pragma once

#include <cstdint>
#include <limits>

#include "reference/core/dtype.h"

namespace quantgate {

// The fused activations kernels clamp with; the numbers are the model format's
// (ActivationFunctionType).
enum class Activation : int8_t { kNone = 0, kRelu = 1, kReluN1To1 = 2, kRelu6 = 3 };

struct FloatRange {
  float min = -std::numeric_limits<float>::infinity();
  float max = std::numeric_limits<float>::infinity();
};

// [0, inf), [-1, 1], [0, 6], or everything.
FloatRange ActivationRange(Activation activation);

// The codes an output may take (eq. 8): the activation's finite ends through eq. 2, within the
// type's code range.
CodeRange ActivationCodes(Activation activation, float scale, int32_t zero_point, DType dtype);
CodeRange ActivationCodes(FloatRange reals, float scale, int32_t zero_point, DType dtype);

}  // namespace quantgate
