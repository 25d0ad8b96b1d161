#include "reference/numeric/fixed_point.h"

#include <algorithm>
#include <cmath>

#include "reference/core/check.h"

namespace quantgate {
namespace {

int32_t ShiftLeftWrapping(int32_t x, int bits) {
  return static_cast<int32_t>(static_cast<uint32_t>(x) << bits);
}

int32_t MultiplySingleRounding(int32_t x, FixedMultiplier multiplier) {
  const int total_shift = 31 - multiplier.shift;
  const int64_t product = static_cast<int64_t>(x) * multiplier.multiplier_q31;
  const int64_t rounded = (product + (int64_t{1} << (total_shift - 1))) >> total_shift;
  return static_cast<int32_t>(std::clamp<int64_t>(rounded, INT32_MIN, INT32_MAX));
}

}  // namespace

FixedMultiplier ToFixedMultiplier(double real_multiplier) {
  if (std::isnan(real_multiplier)) return {};  // of scales at the ends of float32
  QG_CHECK(real_multiplier >= 0);
  if (real_multiplier == 0) return {};
  if (std::isinf(real_multiplier)) return {INT32_MAX, 30};
  int shift = 0;
  const double mantissa = std::frexp(real_multiplier, &shift);  // in [0.5, 1)
  auto q31 = static_cast<int64_t>(std::round(mantissa * 2147483648.0));
  if (q31 == int64_t{1} << 31) {  // the mantissa rounded up to one
    q31 /= 2;
    ++shift;
  }
  if (shift < -31) return {};
  if (shift > 30) return {INT32_MAX, 30};
  return {static_cast<int32_t>(q31), shift};
}

double ToReal(FixedMultiplier multiplier) {
  return std::ldexp(static_cast<double>(multiplier.multiplier_q31), multiplier.shift - 31);
}

int32_t MultiplyWideByFixed(int64_t x, FixedMultiplier multiplier) {
  const int64_t reduced = multiplier.multiplier_q31 < 0x7FFF0000
                              ? (static_cast<int64_t>(multiplier.multiplier_q31) + (1 << 15)) >> 16
                              : 0x7FFF;
  const int total_shift = 15 - multiplier.shift;
  const uint64_t product = static_cast<uint64_t>(x) * static_cast<uint64_t>(reduced);
  if (total_shift <= 0) return static_cast<int32_t>(product << -total_shift);
  const uint64_t half = uint64_t{1} << (total_shift - 1);
  return static_cast<int32_t>(static_cast<int64_t>(product + half) >> total_shift);
}

int32_t MultiplyByFixed(int32_t x, FixedMultiplier multiplier, RoundingMode mode) {
  if (multiplier.shift < -31) return 0;  // ToFixedMultiplier makes none, products of two may be
  if (mode == RoundingMode::kSingle) return MultiplySingleRounding(x, multiplier);
  const int left_shift = std::max(multiplier.shift, 0);
  const int right_shift = std::max(-multiplier.shift, 0);
  const int32_t high =
      RoundingDoublingHighMul(ShiftLeftWrapping(x, left_shift), multiplier.multiplier_q31);
  return mode == RoundingMode::kDoubleTiesAway ? RoundingDivideByPowerOfTwo(high, right_shift)
                                               : RoundingShiftRight(high, right_shift);
}

}  // namespace quantgate
