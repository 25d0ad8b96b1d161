#include "reference/numeric/fixed_exp.h"

#include <algorithm>
#include <array>
#include <bit>

#include "reference/numeric/fixed_point.h"

namespace quantgate {
namespace {

int32_t SaturatingShiftLeft(int32_t x, int bits) {
  return static_cast<int32_t>(
      std::clamp<int64_t>(static_cast<int64_t>(x) << bits, INT32_MIN, INT32_MAX));
}

// exp(a) for a in [-1/4, 0) in Q0.31.
int32_t ExpOnQuarter(int32_t a) {
  constexpr int32_t kExpMinusEighth = 1895147668;
  constexpr int32_t kOneThird = 715827883;
  const int32_t x = a + (1 << 28);  // a + 1/8
  const int32_t x2 = RoundingDoublingHighMul(x, x);
  const int32_t x3 = RoundingDoublingHighMul(x2, x);
  const int32_t x4 = RoundingDoublingHighMul(x2, x2);
  const int32_t quarter = RoundingDivideByPowerOfTwo(x4, 2);
  const int32_t terms =
      RoundingDivideByPowerOfTwo(RoundingDoublingHighMul(quarter + x3, kOneThird) + x2, 1);
  return kExpMinusEighth + RoundingDoublingHighMul(kExpMinusEighth, x + terms);
}

}  // namespace

int32_t ExpOnNegative(int32_t a) {
  if (a == 0) return INT32_MAX;
  constexpr int kFractionalBits = 26;
  constexpr int32_t kQuarter = 1 << (kFractionalBits - 2);
  // exp(-2^k) for k = -2, ..., 4 in Q0.31.
  constexpr std::array<int32_t, 7> kFactors = {1672461947, 1302514674, 790015084, 290630308,
                                               39332535,   720401,     242};
  const int32_t rest = (a & (kQuarter - 1)) - kQuarter;
  int32_t result = ExpOnQuarter(SaturatingShiftLeft(rest, 31 - kFractionalBits));
  const int32_t remainder = rest - a;
  for (size_t k = 0; k < kFactors.size(); ++k) {
    if ((remainder >> (kFractionalBits - 2 + static_cast<int>(k)) & 1) != 0) {
      result = RoundingDoublingHighMul(result, kFactors[k]);
    }
  }
  return result;
}

Reciprocal FixedReciprocal(int32_t x, int integer_bits) {
  const int headroom = std::countl_zero(static_cast<uint32_t>(x));
  const auto fraction = static_cast<int32_t>((static_cast<uint32_t>(x) << headroom) - (1U << 31));
  constexpr int32_t k48Over17 = 1515870810;  // Q2.29
  constexpr int32_t kMinus32Over17 = -1010580540;
  constexpr int32_t kOne = 1 << 29;
  const auto half_denominator =
      static_cast<int32_t>((static_cast<int64_t>(fraction) + INT32_MAX + 1) / 2);
  int32_t y = k48Over17 + RoundingDoublingHighMul(half_denominator, kMinus32Over17);
  for (int i = 0; i < 3; ++i) {
    const int32_t error = kOne - RoundingDoublingHighMul(half_denominator, y);
    y += SaturatingShiftLeft(RoundingDoublingHighMul(y, error), 2);
  }
  return {SaturatingShiftLeft(y, 1), integer_bits - headroom};
}

}  // namespace quantgate
