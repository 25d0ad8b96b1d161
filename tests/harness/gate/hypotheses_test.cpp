#include "harness/gate/hypotheses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace quantgate {
namespace {

// Textbook values of Clopper and Pearson's interval.
TEST(Hypotheses, ClopperPearsonMatchesPublishedValues) {
  const Interval none = ClopperPearsonInterval(0, 10, 0.95);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.3085, 5e-5);
  const Interval some = ClopperPearsonInterval(4, 20, 0.95);
  EXPECT_NEAR(some.low, 0.0573, 5e-5);
  EXPECT_NEAR(some.high, 0.4366, 5e-5);
  EXPECT_EQ(ClopperPearsonInterval(7, 7, 0.95).high, 1);
}

// The test and the interval are one: the limit at an end of the 90 % interval has p = 0.05.
TEST(Hypotheses, ShareTestInvertsTheInterval) {
  for (const int64_t k : {1, 3, 10, 37, 49}) {
    const Interval ends = ClopperPearsonInterval(k, 50, 0.90);
    EXPECT_NEAR(TestShareAtLeast(k, 50, ends.low).p_broken, 0.05, 1e-9) << k;
    EXPECT_NEAR(TestShareAtLeast(k, 50, ends.high).p_kept, 0.05, 1e-9) << k;
  }
  EXPECT_EQ(TestShareAtLeast(0, 0, 0.5).p_kept, 1);
  EXPECT_EQ(TestShareAtLeast(5, 5, 1).p_kept, 1);
  EXPECT_EQ(TestShareAtLeast(4, 5, 1).p_kept, 0);
}

// McNemar's exact test for 12 lost and 3 gained: P(X >= 12), X ~ B(15, 1/2) = 576 / 32768.
TEST(Hypotheses, WithoutAMarginTheDropTestIsMcNemars) {
  EXPECT_NEAR(TestDropAtMost(12, 3, 1000, 0).p_kept, 576.0 / 32768, 1e-12);
  EXPECT_NEAR(TestDropAtMost(3, 12, 1000, 0).p_broken, 576.0 / 32768, 1e-12);
  EXPECT_EQ(TestDropAtMost(0, 0, 1000, 0).p_kept, 1);
}

// For margins near zero Tango's statistic becomes (b - c) / sqrt(b + c), McNemar's.
TEST(Hypotheses, TheScoreTestApproachesMcNemars) {
  const double z = (60.0 - 40.0) / std::sqrt(100.0);
  const double p = 0.5 * std::erfc(z / std::sqrt(2.0));
  EXPECT_NEAR(TestDropAtMost(60, 40, 1000, 1e-9).p_kept, p, 1e-5);
}

// With no sample differing, n = 100 and margin 0.1: q = 0 solves Tango's equation, the statistic is
// -n 0.1 / sqrt(n 0.1 0.9) = -10 / 3.
TEST(Hypotheses, NoDifferenceAtAllIsEvidenceForTheMargin) {
  const double p = 0.5 * std::erfc(10.0 / 3 / std::sqrt(2.0));
  EXPECT_NEAR(TestDropAtMost(0, 0, 100, 0.1).p_broken, p, 1e-9);
}

TEST(Hypotheses, LargerMarginsAreEasierToKeep) {
  double last_kept = 0;
  double last_broken = 1;
  for (double limit = -0.05; limit <= 0.1; limit += 0.007) {
    const LimitTest test = TestDropAtMost(50, 20, 1000, limit);
    EXPECT_GE(test.p_kept, last_kept) << limit;
    EXPECT_LE(test.p_broken, last_broken) << limit;
    last_kept = test.p_kept;
    last_broken = test.p_broken;
  }
}

TEST(Hypotheses, RatioOfOneIsATestOfTheDifference) {
  const LimitTest ratio = TestRatioAtLeast(900, 60, 40, 1050, 1.0);
  const LimitTest drop = TestDropAtMost(60, 40, 1050, 1e-12);
  EXPECT_NEAR(ratio.p_kept, drop.p_kept, 0.002);  // Wald's variance against the score's
  EXPECT_EQ(TestRatioAtLeast(20, 0, 0, 20, 0.99).p_broken, 1) << "too few samples";
}

// 0.01 apart with variance 0.05 at 95 % and power 80 %: 0.05 (2.4865 / 0.01)^2 = 3091.3.
TEST(Hypotheses, SamplesToDecide) {
  EXPECT_EQ(SamplesToDecide(0.01, 0.05, 0.95), 3092);
  EXPECT_FALSE(SamplesToDecide(0, 0.05, 0.95));
}

// Holm's example: 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02.
TEST(Hypotheses, HolmAdjusts) {
  const std::vector<double> adjusted = HolmAdjusted(std::vector<double>{0.01, 0.04, 0.03, 0.005});
  const std::vector<double> expected = {0.03, 0.06, 0.06, 0.02};
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-12);
  EXPECT_TRUE(HolmAdjusted({}).empty());
}

}  // namespace
}  // namespace quantgate
