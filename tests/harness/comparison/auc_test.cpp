#include "harness/comparison/auc.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace quantgate {
namespace {

// By the definition, pair by pair.
double AucByPairs(const std::vector<double>& scores, const std::vector<int>& labels) {
  double sum = 0;
  double pairs = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    for (size_t j = 0; j < scores.size(); ++j) {
      if (labels[i] != 1 || labels[j] != 0) continue;
      sum += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
      pairs += 1;
    }
  }
  return sum / pairs;
}

TEST(Auc, OfASmallExampleByHand) {
  // Pairs won by the anomalous: 0.8 beats all three, 0.4 beats 0.1 and ties with 0.4: 3 + 1.5 of 6.
  const std::vector<double> scores = {0.8, 0.4, 0.1, 0.4, 0.5};
  const std::vector<int> labels = {1, 1, 0, 0, 0};
  const auto auc = MeasureAuc(scores, labels);
  ASSERT_TRUE(auc);
  EXPECT_DOUBLE_EQ(auc->value, 4.5 / 6);
  EXPECT_EQ(auc->anomalous, 2);
  EXPECT_EQ(auc->normal, 3);
  // V10 = (1, 0.5), V01 = (1, 0.75, 0.5): S10 = 1/8, S01 = 1/16; 1/8/2 + 1/16/3 = 1/12.
  EXPECT_NEAR(auc->standard_error, std::sqrt(1.0 / 12), 1e-15);
  EXPECT_LE(auc->delong95.high, 1);
}

TEST(Auc, IsTheShareOfPairsWon) {
  for (uint32_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<double> scores;
    std::vector<int> labels;
    for (int i = 0; i < 60; ++i) {
      labels.push_back(i < 2 ? 1 : i < 4 ? 0 : static_cast<int>(random() % 2));
      scores.push_back(static_cast<double>(random() % 12) + labels.back());  // many ties
    }
    EXPECT_NEAR(MeasureAuc(scores, labels)->value, AucByPairs(scores, labels), 1e-12);
  }
}

// The 95 % interval holds the true area in about 95 % of draws from two normal distributions a
// deviation apart, whose area is Phi(1 / sqrt 2) = 0.7602.
TEST(Auc, IntervalsHoldTheTrueArea) {
  std::mt19937 random(7);
  const auto normal = [&] {  // sum of twelve uniforms: the same on every machine
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random()) / 4294967296.0;
    return sum;
  };
  int held = 0;
  constexpr int kDraws = 2000;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<double> scores;
    std::vector<int> labels;
    for (int i = 0; i < 200; ++i) {
      labels.push_back(i % 2);
      scores.push_back(normal() + labels.back());
    }
    const auto auc = MeasureAuc(scores, labels);
    held += auc->delong95.low <= 0.7602 && 0.7602 <= auc->delong95.high ? 1 : 0;
  }
  EXPECT_GE(held, kDraws * 0.93);
  EXPECT_LE(held, kDraws * 0.97);
}

TEST(Auc, DropOfAModelAgainstItselfIsNothing) {
  const std::vector<double> scores = {3, 1, 2, 5, 4};
  const std::vector<int> labels = {0, 0, 1, 1, 1};
  const auto drop = CompareAuc(scores, scores, labels);
  ASSERT_TRUE(drop);
  EXPECT_EQ(drop->value, 0);
  EXPECT_EQ(drop->standard_error, 0);
}

// Models that nearly agree differ by much less than each is uncertain.
TEST(Auc, PairingNarrowsTheDrop) {
  std::mt19937 random(3);
  std::vector<double> reference;
  std::vector<double> variant;
  std::vector<int> labels;
  for (int i = 0; i < 400; ++i) {
    labels.push_back(i % 2);
    reference.push_back(static_cast<double>(random() % 1000) + 300 * labels.back());
    variant.push_back(reference.back() + static_cast<double>(random() % 21) - 10);
  }
  const auto drop = CompareAuc(reference, variant, labels);
  const auto auc = MeasureAuc(reference, labels);
  EXPECT_NEAR(drop->value, auc->value - MeasureAuc(variant, labels)->value, 1e-12);
  EXPECT_LT(drop->standard_error, auc->standard_error / 5);
}

TEST(Auc, NaNIsTheWorstAnswer) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const std::vector<int> labels = {0, 0, 1, 1};
  EXPECT_EQ(MeasureAuc(std::vector<double>{1, 2, 3, 4}, labels)->value, 1);
  EXPECT_EQ(MeasureAuc(std::vector<double>{1, 2, 3, kNaN}, labels)->value, 0.5);
  EXPECT_EQ(MeasureAuc(std::vector<double>{1, kNaN, 3, 4}, labels)->value, 0.5);
}

TEST(Auc, NeedsTwoSamplesOfEitherKind) {
  EXPECT_FALSE(MeasureAuc(std::vector<double>{1, 2, 3}, std::vector<int>{0, 1, 1}));
  EXPECT_FALSE(MeasureAuc({}, {}));
  EXPECT_FALSE(CompareAuc(std::vector<double>{1}, std::vector<double>{1}, std::vector<int>{5}));
}

}  // namespace
}  // namespace quantgate
