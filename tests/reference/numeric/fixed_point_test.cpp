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

}  // namespace
}  // namespace quantgate
