#include "reference/numeric/fixed_point_functions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace quantgate {
namespace {

double Sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

// Every one of the 65536 inputs: the three Newton-Raphson steps leave a few units of the last
// place.
TEST(FixedPointFunctions, LogisticIsCloseEverywhere) {
  double worst = 0;
  for (int x = INT16_MIN; x <= INT16_MAX; ++x) {
    const double want = Sigmoid(x / 4096.0);
    const double got = LogisticFixed(static_cast<int16_t>(x)) / 32768.0;
    worst = std::max(worst, std::abs(got - want));
  }
  EXPECT_LT(worst, 3e-4);
  EXPECT_GT(worst, 0) << "a function of 16 bits cannot be exact";
}

TEST(FixedPointFunctions, TanhIsCloseForEveryPositionOfThePoint) {
  for (int bits = 0; bits <= 6; ++bits) {
    double worst = 0;
    for (int x = INT16_MIN; x <= INT16_MAX; ++x) {
      const double want = std::tanh(std::ldexp(x, bits - 15));
      const double got = TanhFixed(static_cast<int16_t>(x), bits) / 32768.0;
      worst = std::max(worst, std::abs(got - want));
    }
    EXPECT_LT(worst, 6e-4) << bits << " integer bits";
  }
}

TEST(FixedPointFunctions, ExactPoints) {
  EXPECT_EQ(LogisticFixed(0), 1 << 14);  // one half
  EXPECT_EQ(TanhFixed(0, 3), 0);
  // -8 has no positive twin in 16 bits, and must not come out as a positive number's value.
  EXPECT_LT(LogisticFixed(INT16_MIN), 32);
  EXPECT_LT(TanhFixed(INT16_MIN, 3), -32700);
}

TEST(FixedPointFunctions, TanhIsOddAndLogisticSymmetric) {
  for (int x = 1; x <= INT16_MAX; ++x) {
    const auto code = static_cast<int16_t>(x);
    const auto negative = static_cast<int16_t>(-x);
    ASSERT_EQ(TanhFixed(negative, 3), -TanhFixed(code, 3)) << x;
    // One is INT16_MAX, the largest Q0.15.
    ASSERT_EQ(LogisticFixed(negative), INT16_MAX - LogisticFixed(code)) << x;
  }
}

TEST(FixedPointFunctions, ShiftSaturates) {
  EXPECT_EQ(SaturatingShiftLeft(1000, 2), 4000);
  EXPECT_EQ(SaturatingShiftLeft(1000, 6), INT16_MAX);
  EXPECT_EQ(SaturatingShiftLeft(-1000, 6), INT16_MIN);
}

TEST(SigmoidTable, IsWithinAUnitOfTheFunctions) {
  const SigmoidTable table;
  for (int x = -120000; x <= 120000; x += 7) {
    const double real = x / (3.0 * 4096.0);
    EXPECT_NEAR(table.Logistic(x), 32768 * Sigmoid(real), 1.1) << x;
    EXPECT_NEAR(table.Tanh(x), 32768 * std::tanh(real), 2.1) << x;
  }
}

TEST(SigmoidTable, SaturatesBeyondItsEnd) {
  const SigmoidTable table;
  EXPECT_EQ(table.Logistic(1 << 30), INT16_MAX);
  EXPECT_EQ(table.Tanh(1 << 30), INT16_MAX);
  // The largest entry is a step short of one, and so is what mirrors it.
  EXPECT_EQ(table.Tanh(-(1 << 30)), -INT16_MAX);
  EXPECT_EQ(table.Logistic(-(1 << 30)), 1);
}

TEST(PowerOfTwoExponent, TakesPowersOnly) {
  EXPECT_EQ(PowerOfTwoExponent(1.0F / 4096), -12);
  EXPECT_EQ(PowerOfTwoExponent(2), 1);
  EXPECT_FALSE(PowerOfTwoExponent(0.3F).has_value());
  EXPECT_FALSE(PowerOfTwoExponent(0).has_value());
  EXPECT_FALSE(PowerOfTwoExponent(-1).has_value());
}

}  // namespace
}  // namespace quantgate
