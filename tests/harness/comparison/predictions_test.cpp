#include "harness/comparison/predictions.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/random.h"

namespace quantgate {
namespace {

std::vector<Prediction> Answers(const std::vector<int>& arg_max) {
  std::vector<Prediction> predictions;
  for (int answer : arg_max) predictions.push_back({answer, 1.0F});
  return predictions;
}

TEST(Predictions, AccuracyCountsWhatIsRight) {
  const Accuracy accuracy = MeasureAccuracy(Answers({0, 1, 2, 2}), std::vector<int>{0, 1, 2, 3});
  EXPECT_EQ(accuracy.n, 4);
  EXPECT_EQ(accuracy.correct, 3);
  EXPECT_EQ(accuracy.top1, 0.75);
  EXPECT_LT(accuracy.wilson95.low, 0.75);
  EXPECT_GT(accuracy.wilson95.high, 0.75);
}

TEST(Predictions, PairedCountsAddUp) {
  QG_SEED(20240922U);
  for (int i = 0; i < 100; ++i) {
    const auto labels = random.Codes<int>(50, 0, 2);
    const auto reference = Answers(random.Codes<int>(50, 0, 2));
    const auto variant = Answers(random.Codes<int>(50, 0, 2));
    const PairedResult p = ComparePaired(reference, variant, labels);
    EXPECT_EQ(p.both_correct + p.lost + p.gained + p.both_wrong, 50);
    EXPECT_GE(p.flips, p.lost + p.gained);
    const double drop =
        MeasureAccuracy(reference, labels).top1 - MeasureAccuracy(variant, labels).top1;
    EXPECT_NEAR(p.drop, drop, 1e-12);
    EXPECT_EQ(static_cast<int64_t>(FindFlips(reference, variant, labels, 1000).size()), p.flips);
  }
}

TEST(Predictions, ConfusionHasLabelsInRows) {
  const Confusion confusion =
      MeasureConfusion(Answers({1, 1, 0, 5, -1}), std::vector<int>{0, 1, 1, 1, 1}, 2);
  EXPECT_EQ(confusion.counts,
            (std::vector<int64_t>{0, 1, 1, 1}));  // answers off the table left out
}

TEST(Predictions, FlipsAreLimitedToTheFirst) {
  const auto flips =
      FindFlips(Answers({0, 0, 0}), Answers({1, 0, 2}), std::vector<int>{7, 8, 9}, 1);
  ASSERT_EQ(flips.size(), 1U);
  EXPECT_EQ(flips[0].index, 0);
  EXPECT_EQ(flips[0].label, 7);
  EXPECT_EQ(FindFlips(Answers({0}), Answers({1}), {}, 9)[0].label, -1);
}

}  // namespace
}  // namespace quantgate
