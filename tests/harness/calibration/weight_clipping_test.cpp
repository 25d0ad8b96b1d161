#include "harness/calibration/weight_clipping.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/support/random.h"

namespace quantgate {
namespace {

std::vector<float> Normal(uint32_t seed, int count) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal(0, 0.1);
  std::vector<float> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(normal(engine)));
  return values;
}

double Largest(const std::vector<float>& values) {
  double largest = 0;
  for (const float value : values)
    largest = std::max(largest, std::abs(static_cast<double>(value)));
  return largest;
}

TEST(Octav, ComesNearTheBestThresholdOfAFineSearch) {
  for (const int bits : {3, 4, 6, 8}) {
    for (uint32_t seed = 1; seed <= 5; ++seed) {
      const auto weights = Normal(seed, 4000);
      double best = ClippingError(weights, bits, Largest(weights));
      for (int i = 1; i < 400; ++i) {
        best = std::min(best, ClippingError(weights, bits, Largest(weights) * i / 400));
      }
      // The formula takes rounding errors for uniform: few codes make it miss the best by a little.
      const double found = ClippingError(weights, bits, OctavThreshold(weights, bits));
      EXPECT_LE(found, (bits <= 4 ? 1.15 : 1.08) * best) << bits << " bits, seed " << seed;
    }
  }
}

TEST(Octav, FewBitsClipMore) {
  const auto weights = Normal(9, 4000);
  EXPECT_LT(OctavThreshold(weights, 3), OctavThreshold(weights, 4));
  EXPECT_LT(OctavThreshold(weights, 4), OctavThreshold(weights, 8));
  EXPECT_LT(ClippingError(weights, 4, OctavThreshold(weights, 4)),
            0.8 * ClippingError(weights, 4, Largest(weights)));
}

TEST(WeightClipping, ThresholdsLieWithinTheWeights) {
  QG_SEED(20250160U);
  for (int i = 0; i < 200; ++i) {
    auto weights = random.Floats(random.Int(1, 50), -1, 1);
    if (random.Chance(0.3)) weights[0] = NAN;
    const double largest = Largest(weights);
    for (const int bits : {2, 4, 8, 16}) {
      for (const double threshold : {OctavThreshold(weights, bits), LsqThreshold(weights, bits)}) {
        EXPECT_TRUE(std::isfinite(threshold));
        EXPECT_GE(threshold, 0);
        EXPECT_LE(threshold, std::isnan(largest) ? 1 : largest);
      }
    }
  }
}

TEST(WeightClipping, ZerosHaveNoThreshold) {
  const std::vector<float> zeros(10, 0.0F);
  EXPECT_EQ(OctavThreshold(zeros, 8), 0);
  EXPECT_EQ(LsqThreshold(zeros, 8), 0);
  EXPECT_EQ(ClippingError(zeros, 8, 0), 0);
  EXPECT_EQ(OctavThreshold({}, 8), 0);
}

// Equal magnitudes: nothing to clip.
TEST(WeightClipping, EqualMagnitudesAreKept) {
  EXPECT_EQ(OctavThreshold(std::vector<float>{0.5F, -0.5F, 0.5F}, 8), 0.5);
}

TEST(Lsq, IsTheStartValueOfThePaper) {
  const std::vector<float> weights = {0.01F, -0.01F, 1.0F, -0.02F};
  // mean |w| = 0.26; step = 2 * 0.26 / sqrt(7), threshold = 7 steps, above the largest: 1.
  EXPECT_EQ(LsqThreshold(weights, 4), 1);
  const auto normal = Normal(4, 1000);
  double sum = 0;
  for (const float weight : normal) sum += std::abs(static_cast<double>(weight));
  EXPECT_NEAR(LsqThreshold(normal, 3), 2 * sum / 1000 * std::sqrt(3.0), 1e-12);
}

}  // namespace
}  // namespace quantgate
