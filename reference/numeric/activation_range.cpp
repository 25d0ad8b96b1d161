#include "reference/numeric/activation_range.h"

#include <cmath>

#include "reference/numeric/affine.h"

namespace quantgate {

FloatRange ActivationRange(Activation activation) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  switch (activation) {
    case Activation::kRelu: return {0.0F, kInfinity};
    case Activation::kReluN1To1: return {-1.0F, 1.0F};
    case Activation::kRelu6: return {0.0F, 6.0F};
    case Activation::kNone: break;
  }
  return {};
}

CodeRange ActivationCodes(Activation activation, float scale, int32_t zero_point, DType dtype) {
  return ActivationCodes(ActivationRange(activation), scale, zero_point, dtype);
}

CodeRange ActivationCodes(FloatRange reals, float scale, int32_t zero_point, DType dtype) {
  const CodeRange codes = CodeRangeOf(dtype);
  CodeRange result = codes;
  if (std::isfinite(reals.min)) result.min = Quantize(reals.min, scale, zero_point, codes);
  if (std::isfinite(reals.max)) result.max = Quantize(reals.max, scale, zero_point, codes);
  return result;
}

}  // namespace quantgate
