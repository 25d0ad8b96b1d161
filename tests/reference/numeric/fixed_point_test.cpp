#include "reference/numeric/fixed_point.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace quantgate {
namespace {

TEST(FixedPoint, RoundingDoublingHighMulBreaksTiesUpward) {
  // 1 * 2^30 / 2^31 = 0.5 goes to 1, -0.5 goes to 0: upward, not away from zero.
  EXPECT_EQ(RoundingDoublingHighMul(1, 1 << 30), 1);
  EXPECT_EQ(RoundingDoublingHighMul(-1, 1 << 30), 0);
}

TEST(FixedPoint, RoundingDoublingHighMulSaturatesItsOneOverflow) {
  EXPECT_EQ(RoundingDoublingHighMul(INT32_MIN, INT32_MIN), INT32_MAX);
}

TEST(FixedPoint, TheTwoShiftsDifferOnNegativeTiesOnly) {
  EXPECT_EQ(RoundingDivideByPowerOfTwo(-1000, 4), -63);  // -62.5, away from zero
  EXPECT_EQ(RoundingShiftRight(-1000, 4), -62);          // -62.5, upward
  EXPECT_EQ(RoundingDivideByPowerOfTwo(1000, 4), 63);
  EXPECT_EQ(RoundingShiftRight(1000, 4), 63);
}

TEST(FixedPoint, MultiplierOfOneHalfAndOne) {
  EXPECT_EQ(ToFixedMultiplier(0.5), (FixedMultiplier{1 << 30, 0}));
  EXPECT_EQ(ToFixedMultiplier(1.0), (FixedMultiplier{1 << 30, 1}));
  EXPECT_EQ(ToFixedMultiplier(0.0), (FixedMultiplier{0, 0}));
}

TEST(FixedPoint, MantissaThatRoundsUpToOneIsRenormalised) {
  // The largest double below one rounds to 2^31 in Q31, which int32 cannot hold.
  EXPECT_EQ(ToFixedMultiplier(std::nextafter(1.0, 0.0)), (FixedMultiplier{1 << 30, 1}));
}

TEST(FixedPoint, MultipliersBeyondTheFormatSaturate) {
  EXPECT_EQ(ToFixedMultiplier(std::ldexp(1.0, 40)), (FixedMultiplier{INT32_MAX, 30}));
  EXPECT_EQ(ToFixedMultiplier(INFINITY), (FixedMultiplier{INT32_MAX, 30}));
  EXPECT_EQ(ToFixedMultiplier(std::ldexp(1.0, -33)), (FixedMultiplier{0, 0}));
  EXPECT_EQ(ToFixedMultiplier(NAN), FixedMultiplier());
}

TEST(FixedPoint, MultiplierIsWithinHalfAUnitOfItsReal) {
  const uint32_t seed = 20240501;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> exponent(-20, 5);
  for (int i = 0; i < 10000; ++i) {
    const double real = std::exp2(exponent(random));
    const double represented = ToReal(ToFixedMultiplier(real));
    EXPECT_LE(std::abs(represented - real), std::ldexp(real, -30)) << real;
  }
}

// Every mode is the exact product rounded to an integer, by at most one unit more than half (the
// double modes round twice).
TEST(FixedPoint, EveryModeRoundsTheExactProduct) {
  const uint32_t seed = 20240502;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int32_t> value(-(1 << 26), 1 << 26);
  std::uniform_real_distribution<double> exponent(-16, 3);
  for (int i = 0; i < 20000; ++i) {
    const int32_t x = value(random);
    const FixedMultiplier multiplier = ToFixedMultiplier(std::exp2(exponent(random)));
    const double exact = x * ToReal(multiplier);
    for (RoundingMode mode : {RoundingMode::kDoubleTiesAway, RoundingMode::kDoubleTiesUp}) {
      EXPECT_LE(std::abs(MultiplyByFixed(x, multiplier, mode) - exact), 1.0);
    }
    EXPECT_LE(std::abs(MultiplyByFixed(x, multiplier, RoundingMode::kSingle) - exact), 0.5);
  }
}

TEST(FixedPoint, BelowTheFormatIsNothing) {
  for (const RoundingMode mode :
       {RoundingMode::kDoubleTiesAway, RoundingMode::kDoubleTiesUp, RoundingMode::kSingle}) {
    for (const int shift : {-32, -35, -51}) {
      EXPECT_EQ(MultiplyByFixed(INT32_MAX, {INT32_MAX, shift}, mode), 0);
      EXPECT_EQ(MultiplyByFixed(INT32_MIN, {INT32_MAX, shift}, mode), 0);
    }
  }
}

TEST(FixedPoint, AWideProductIsThatOfFifteenBits) {
  EXPECT_EQ(MultiplyWideByFixed(int64_t{1} << 40, ToFixedMultiplier(0x1p-20)), 1 << 20);
  EXPECT_EQ(MultiplyWideByFixed(-5, ToFixedMultiplier(0.5)), -2);  // a tie goes up
  EXPECT_EQ(MultiplyWideByFixed(5, ToFixedMultiplier(0.5)), 3);
}

// Biases and scales of a damaged file lead here.
TEST(FixedPoint, AWideProductBeyondItsDomainWraps) {
  const FixedMultiplier largest = ToFixedMultiplier(1e30);  // 0x7fff, shifted left by 15
  EXPECT_EQ(MultiplyWideByFixed(1, largest), 0x7fff << 15);
  EXPECT_EQ(MultiplyWideByFixed(-1, largest), -(0x7fff << 15));
  // 2^14 times x modulo 2^64 is 0 and -2^14; half of 2^15 is added, and 15 bits are shifted out.
  EXPECT_EQ(MultiplyWideByFixed(INT64_MIN, ToFixedMultiplier(0.5)), 0);
  EXPECT_EQ(MultiplyWideByFixed(INT64_MAX, ToFixedMultiplier(0.5)), 0);
}

}  // namespace
}  // namespace quantgate
