#include "reference/numeric/inverse_sqrt.h"

#include <bit>

namespace quantgate {
namespace {

// Numbers with three integer bits: the value is raw / 2^28. A product is rounded as gemmlowp rounds
// it and comes out with six integer bits, raw / 2^25, brought back with saturation.
constexpr int kIntegerBits = 3;
constexpr int32_t kOneAndAHalf = 3 << 27;

int32_t SaturatingShiftLeft(int32_t x, int bits) {
  const int64_t wide = static_cast<int64_t>(x) << bits;
  if (wide > INT32_MAX) return INT32_MAX;
  if (wide < INT32_MIN) return INT32_MIN;
  return static_cast<int32_t>(wide);
}

}  // namespace

FixedMultiplier InverseSqrt(int32_t input) {
  if (input <= 1) return {INT32_MAX, 0};
  int right_shift = 11;
  while (input >= (1 << 29)) {
    input /= 4;
    ++right_shift;
  }
  const int leading = std::countl_zero(static_cast<uint32_t>(input));
  const int left_pairs = (leading - 1) / 2 - 1;
  right_shift -= left_pairs;
  input <<= 2 * left_pairs;
  const int32_t half_input = RoundingDivideByPowerOfTwo(input >> 1, 1);
  int32_t x = 1 << (31 - kIntegerBits);  // one
  for (int i = 0; i < 5; ++i) {
    const int32_t x3 = SaturatingShiftLeft(
        RoundingDoublingHighMul(RoundingDoublingHighMul(x, x), x), 2 * kIntegerBits);
    // 1.5 x - input / 2 * x^3, both products with six integer bits.
    const int32_t difference =
        RoundingDoublingHighMul(kOneAndAHalf, x) - RoundingDoublingHighMul(half_input, x3);
    x = SaturatingShiftLeft(difference, kIntegerBits);
  }
  constexpr int32_t kHalfSqrt2 = 1518500250;  // sqrt(2) / 2 in Q31
  x = RoundingDoublingHighMul(x, kHalfSqrt2);
  if (right_shift < 0) {
    x <<= -right_shift;
    right_shift = 0;
  }
  return {x, -right_shift};
}

}  // namespace quantgate
