#include "reference/numeric/fixed_point_functions.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "reference/core/check.h"
#include "reference/numeric/fixed_point.h"

namespace quantgate {
namespace {

constexpr int16_t kOne = INT16_MAX;  // the largest Q0.15 stands for one

int16_t Narrow(int32_t x) { return static_cast<int16_t>(x); }  // wraps, as 16-bit registers do

int16_t Saturate(int32_t x) {
  return static_cast<int16_t>(std::clamp<int32_t>(x, INT16_MIN, INT16_MAX));
}

// (2 a b + 2^15) >> 16: a product of fixed-point numbers, ties upward.
int16_t HighMul(int16_t a, int16_t b) { return Saturate((int32_t{a} * b + (1 << 14)) >> 15); }

int16_t DivideByPowerOfTwo(int16_t x, int exponent) {
  return Narrow(RoundingDivideByPowerOfTwo(x, exponent));
}

// exp(a) for -1/4 <= a < 0 in Q0.15: the Taylor polynomial of degree four about -1/8.
int16_t ExpNearZero(int16_t a) {
  constexpr int16_t kExpOfMinusEighth = 28918;
  constexpr int16_t kThird = 10923;
  const int16_t x = Narrow(a + (1 << 12));
  const int16_t x2 = HighMul(x, x);
  const int16_t x3 = HighMul(x2, x);
  const int16_t x4 = HighMul(x2, x2);
  const int16_t cubic = HighMul(Narrow(DivideByPowerOfTwo(x4, 2) + x3), kThird);
  const int16_t tail = DivideByPowerOfTwo(Narrow(cubic + x2), 1);
  return Saturate(kExpOfMinusEighth + HighMul(kExpOfMinusEighth, Narrow(x + tail)));
}

// exp(a) in Q0.15 for a <= 0 with `integer_bits` bits before the point: the part below a quarter by
// the polynomial, every further bit by one product.
int16_t ExpOfNegative(int16_t a, int integer_bits) {
  // exp(-2^k) for k = -2, ..., 4 in Q0.15.
  constexpr std::array<int16_t, 7> kFactors = {25520, 19875, 12055, 4435, 600, 11, 0};
  const int fraction_bits = 15 - integer_bits;
  if (a == 0) return kOne;
  if (integer_bits > 5 && a < -(32 << fraction_bits)) return 0;
  const int16_t quarter = Narrow(1 << (fraction_bits - 2));
  const int16_t low = Narrow((a & (quarter - 1)) - quarter);
  int16_t result = ExpNearZero(SaturatingShiftLeft(low, integer_bits));
  const int32_t rest = low - a;
  for (int k = -2; k < std::min(integer_bits, 5); ++k) {
    if ((rest & (1 << (fraction_bits + k))) == 0) continue;
    result = HighMul(result, kFactors[static_cast<size_t>(k + 2)]);
  }
  return result;
}

// 2 / (1 + a) in Q2.13 for 0 <= a <= 1 in Q0.15: three Newton-Raphson steps.
int16_t TwiceInverseOfOnePlus(int16_t a) {
  constexpr int16_t k48Over17 = 23130;
  constexpr int16_t kMinus32Over17 = -15420;
  constexpr int16_t kOneInQ2 = 1 << 13;
  const int16_t half_denominator = Narrow((a + kOne + 1) / 2);
  int16_t x = Narrow(k48Over17 + HighMul(half_denominator, kMinus32Over17));
  for (int i = 0; i < 3; ++i) {
    const int16_t error = Narrow(kOneInQ2 - HighMul(half_denominator, x));
    x = Narrow(x + SaturatingShiftLeft(HighMul(x, error), 2));
  }
  return x;
}

// |x| with the sign taken off by negating positive numbers: -2^15 has no positive twin.
int16_t MinusMagnitude(int16_t x) { return x > 0 ? Narrow(-x) : x; }

}  // namespace

std::optional<int> PowerOfTwoExponent(float scale) {
  if (!(scale > 0) || !std::isfinite(scale)) return std::nullopt;
  const float exponent = std::log2(scale);
  const float rounded = std::round(exponent);
  if (!(std::abs(exponent - rounded) < 1e-3F)) return std::nullopt;
  return static_cast<int>(rounded);
}

int16_t SaturatingShiftLeft(int16_t x, int exponent) {
  QG_CHECK(exponent >= 0 && exponent <= 15);
  return Saturate(int32_t{x} * (1 << exponent));
}

int16_t LogisticFixed(int16_t x) {
  constexpr int kIntegerBits = 3;
  if (x == 0) return 1 << 14;
  const int16_t exponential = ExpOfNegative(MinusMagnitude(x), kIntegerBits);
  const int16_t of_positive = SaturatingShiftLeft(TwiceInverseOfOnePlus(exponential), 1);
  return x > 0 ? of_positive : Narrow(kOne - of_positive);
}

int16_t TanhFixed(int16_t x, int integer_bits) {
  QG_CHECK(integer_bits >= 0 && integer_bits <= 6);
  if (x == 0) return 0;
  // tanh(|x|) = (1 - e) / (1 + e) = 2 / (1 + e) - 1 with e = exp(-2 |x|).
  const int16_t exponential = ExpOfNegative(MinusMagnitude(x), integer_bits + 1);
  const int16_t magnitude =
      SaturatingShiftLeft(Narrow(TwiceInverseOfOnePlus(exponential) - (1 << 13)), 2);
  return x > 0 ? magnitude : Narrow(-magnitude);
}

SigmoidTable::SigmoidTable() : entries_{} {
  const auto sigmoid = [](double i) { return 65536.0 / (1.0 + std::exp(-i / 24.0)); };
  for (size_t i = 0; i < entries_.size(); ++i) {
    const auto at = static_cast<double>(i);
    // A chord lies below the curve; half of the largest gap is added to its ends.
    const double gap = sigmoid(at + 0.5) - (sigmoid(at) + sigmoid(at + 1)) / 2;
    entries_[i] = static_cast<uint16_t>(std::round(sigmoid(at) + gap / 2));
  }
  entries_.back() = UINT16_MAX;
}

int16_t SigmoidTable::Logistic(int32_t x) const {
  constexpr int kFractionBits = 9;
  const auto magnitude = static_cast<uint32_t>(std::abs(x));
  const uint32_t at = magnitude >> kFractionBits;
  int32_t wide = INT16_MAX << 10;  // Q0.25
  if (at < 255) {
    const int32_t low = entries_[at];
    const auto part = static_cast<int32_t>(magnitude & ((1U << kFractionBits) - 1));
    wide = (low << kFractionBits) + part * (entries_[at + 1] - low);
  }
  constexpr int32_t kHalf = 1 << 9;
  const int32_t result = x >= 0 ? wide + kHalf : (1 << 25) - wide + kHalf - 1;
  return static_cast<int16_t>(result >> 10);
}

int16_t SigmoidTable::Tanh(int32_t x) const {
  constexpr int kFractionBits = 8;  // tanh(x) = 2 sigmoid(2 x) - 1
  const auto magnitude = static_cast<uint32_t>(std::abs(x));
  const uint32_t at = magnitude >> kFractionBits;
  int32_t wide = UINT16_MAX << kFractionBits;  // sigmoid in Q0.24
  if (at < 255) {
    const int32_t low = entries_[at];
    const auto part = static_cast<int32_t>(magnitude & ((1U << kFractionBits) - 1));
    wide = (low << kFractionBits) + part * (entries_[at + 1] - low);
  }
  constexpr int32_t kCentre = 1 << 23;
  constexpr int32_t kHalf = 1 << 7;
  const int32_t result = x >= 0 ? wide - kCentre + kHalf : kCentre - wide + kHalf - 1;
  return static_cast<int16_t>(result >> 8);
}

}  // namespace quantgate
