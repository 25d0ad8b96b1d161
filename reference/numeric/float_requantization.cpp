#include "reference/numeric/float_requantization.h"

#include "reference/numeric/affine.h"

namespace quantgate {

CodeRange ActivationCodesTiesEven(FloatRange reals, float scale, int32_t zero_point, DType dtype) {
  const CodeRange codes = CodeRangeOf(dtype);
  const auto code_of = [&](float real) {
    return RoundTiesEven(real / scale + static_cast<float>(zero_point), codes.min, codes.max);
  };
  CodeRange result = codes;
  if (std::isfinite(reals.min)) result.min = code_of(reals.min);
  if (std::isfinite(reals.max)) result.max = code_of(reals.max);
  return result;
}

}  // namespace quantgate
