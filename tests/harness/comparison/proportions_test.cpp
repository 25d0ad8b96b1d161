#include "harness/comparison/proportions.h"

#include <gtest/gtest.h>

#include "tests/support/random.h"

namespace quantgate {
namespace {

TEST(Proportions, NormalQuantiles) {
  EXPECT_NEAR(NormalQuantile(0.95), 1.959963984540054, 1e-12);
  EXPECT_NEAR(NormalQuantile(0.99), 2.5758293035489004, 1e-12);
}

// Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score without continuity
// correction).
TEST(Proportions, WilsonEqualsPublishedValues) {
  const auto check = [](int64_t successes, int64_t n, double low, double high) {
    const Interval got = WilsonInterval(successes, n, 0.95);
    EXPECT_NEAR(got.low, low, 5e-5) << successes << " of " << n;
    EXPECT_NEAR(got.high, high, 5e-5) << successes << " of " << n;
  };
  check(81, 263, 0.2553, 0.3662);
  check(15, 148, 0.0624, 0.1605);
  check(0, 20, 0.0, 0.1611);
  check(1, 29, 0.0061, 0.1718);
  check(29, 29, 0.8830, 1.0);
}

TEST(Proportions, WilsonIsAnIntervalAroundTheShare) {
  QG_SEED(20240920U);
  for (int i = 0; i < 2000; ++i) {
    const int n = random.Int(1, 10000);
    const int successes = random.Int(0, n);
    const double share = static_cast<double>(successes) / n;
    const Interval got = WilsonInterval(successes, n, 0.95);
    EXPECT_LE(0, got.low);
    EXPECT_LE(got.low, share);
    EXPECT_LE(share, got.high);
    EXPECT_LE(got.high, 1);
    const Interval mirrored = WilsonInterval(n - successes, n, 0.95);
    EXPECT_NEAR(mirrored.low, 1 - got.high, 1e-12);
  }
}

TEST(Proportions, NothingMeasuredSaysNothing) {
  EXPECT_EQ(WilsonInterval(0, 0, 0.95).low, 0);
  EXPECT_EQ(WilsonInterval(0, 0, 0.95).high, 1);
  EXPECT_EQ(PairedDifferenceInterval(0, 0, 0, 0.95).low, -1);
  EXPECT_EQ(PairedDifferenceInterval(0, 0, 0, 0.95).high, 1);
}

// The adjusted Wald interval by hand for b = 10, c = 3, n = 100: (10.5 - 3.5) / 102 = 0.068627;
// variance (14 - 102 * 0.068627^2) / 102^2 = 0.00129946; 1.959964 * 0.0360481 = 0.070653.
TEST(Proportions, PairedIntervalByHand) {
  const Interval got = PairedDifferenceInterval(10, 3, 100, 0.95);
  EXPECT_NEAR(got.low, -0.002026, 2e-6);
  EXPECT_NEAR(got.high, 0.139281, 2e-6);
}

TEST(Proportions, PairedIntervalMirrorsAndNarrows) {
  QG_SEED(20240921U);
  for (int i = 0; i < 1000; ++i) {
    const int b = random.Int(0, 100);
    const int c = random.Int(0, 100);
    const Interval got = PairedDifferenceInterval(b, c, 1000, 0.95);
    const Interval mirrored = PairedDifferenceInterval(c, b, 1000, 0.95);
    EXPECT_NEAR(got.low, -mirrored.high, 1e-12);
    EXPECT_LT(got.low, got.high);
    const Interval sure = PairedDifferenceInterval(10 * b, 10 * c, 10000, 0.95);
    EXPECT_LT(sure.high - sure.low, got.high - got.low);
  }
}

// No sample changed: the interval still has a width, because the next one may.
TEST(Proportions, NoChangeIsNotCertainty) {
  const Interval got = PairedDifferenceInterval(0, 0, 50, 0.95);
  EXPECT_LT(got.low, 0);
  EXPECT_GT(got.high, 0);
}

}  // namespace
}  // namespace quantgate
