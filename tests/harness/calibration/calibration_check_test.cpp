#include "harness/calibration/calibration_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/random.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One tensor that saw these samples.
Observation Seen(const std::vector<std::vector<float>>& samples) {
  Observation observation;
  observation.samples = static_cast<int64_t>(samples.size());
  TensorObservation tensor;
  tensor.tensor = 3;
  tensor.name = "conv";
  for (size_t i = 0; i < samples.size(); ++i) {
    tensor.stats.Update(static_cast<int64_t>(i), samples[i]);
  }
  observation.tensors.push_back(std::move(tensor));
  return observation;
}

std::vector<std::vector<float>> Alike(int count, double low = -1, double high = 1) {
  Random random(20250170U);
  std::vector<std::vector<float>> samples;
  for (int i = 0; i < count; ++i) {
    samples.push_back(random.Floats(50, low, high));
    samples.back()[0] = static_cast<float>(high);  // every sample reaches the ends
    samples.back()[1] = static_cast<float>(low);
  }
  return samples;
}

TEST(CheckCalibration, ManySamplesAlikeAreEnough) {
  const Observation held_out = Seen(Alike(10));
  const CalibrationCheck check = CheckCalibration(Seen(Alike(64)), &held_out);
  EXPECT_EQ(check.verdict, CalibrationVerdict::kEnough);
  EXPECT_THAT(check.advice, IsEmpty());
  EXPECT_THAT(check.sample_counts, ElementsAre(4, 8, 16, 32, 64));
  ASSERT_EQ(check.tensors.size(), 1U);
  EXPECT_THAT(check.tensors[0].width_shares, ElementsAre(1, 1, 1, 1, 1));
  EXPECT_EQ(check.tensors[0].held_out_clipped_share, 0.0);
  EXPECT_EQ(check.tensors[0].late_samples_share, 0);
}

TEST(CheckCalibration, FewSamplesAreTooFew) {
  const CalibrationCheck check = CheckCalibration(Seen(Alike(10)), nullptr);
  EXPECT_EQ(check.verdict, CalibrationVerdict::kMoreSamples);
  EXPECT_THAT(check.advice, ElementsAre(HasSubstr("10 samples cannot show")));
  EXPECT_FALSE(check.tensors[0].held_out_clipped_share);
}

TEST(CheckCalibration, ARangeThatStillGrowsNeedsMoreSamples) {
  auto samples = Alike(64);
  samples[50][5] = 3;  // the width grows from 2 to 4
  samples[60][5] = 3;
  const CalibrationCheck check = CheckCalibration(Seen(samples), nullptr);
  EXPECT_EQ(check.verdict, CalibrationVerdict::kMoreSamples);
  EXPECT_THAT(check.advice, ElementsAre(testing::AllOf(HasSubstr("'conv'"),
                                                       HasSubstr("by 50.0 % of its width"))));
  EXPECT_THAT(check.tensors[0].width_shares, ElementsAre(0.5, 0.5, 0.5, 0.5, 1));
  EXPECT_EQ(check.tensors[0].late_samples_share, 2.0 / 32);
}

TEST(CheckCalibration, HeldOutValuesBeyondTheRangeAreCounted) {
  auto others = Alike(10);
  others[4][7] = 1.5F;
  others[5][7] = -1.5F;
  others[6][7] = 1.001F;  // within half a code of the end: a code is 2 / 255
  const Observation held_out = Seen(others);
  const CalibrationCheck check = CheckCalibration(Seen(Alike(64)), &held_out);
  EXPECT_EQ(check.verdict, CalibrationVerdict::kOtherSamples);
  EXPECT_THAT(check.advice, ElementsAre(HasSubstr("0.4 % of its values")));
  EXPECT_EQ(check.tensors[0].held_out_clipped_share, 2.0 / 500);
}

TEST(CheckCalibration, OneSampleThatMakesTheRangeIsPointedOut) {
  auto samples = Alike(64);
  samples[3][5] = 9;
  const CalibrationCheck check = CheckCalibration(Seen(samples), nullptr);
  EXPECT_EQ(check.verdict, CalibrationVerdict::kEnough);
  EXPECT_NEAR(check.tensors[0].widest_sample_share, 0.8, 1e-6);
  EXPECT_THAT(check.advice, ElementsAre(HasSubstr("One sample alone makes 80.0 %")));
}

TEST(CheckCalibration, ValuesThatAreNotFiniteAreLocated) {
  auto samples = Alike(64);
  samples[33][5] = NAN;
  const CalibrationCheck check = CheckCalibration(Seen(samples), nullptr);
  EXPECT_EQ(check.verdict, CalibrationVerdict::kOtherSamples);
  EXPECT_THAT(check.advice, ElementsAre(HasSubstr("first in sample 33")));
  EXPECT_EQ(check.tensors[0].first_non_finite_sample, 33);
}

TEST(FindSharedSamples, FindsEqualSamplesWhereverTheyStand) {
  QG_SEED(20250171U);
  const std::vector<float> values = random.Floats(40, 0, 1);  // ten samples of four
  const TestDataset all(Shape{2, 2, 1}, values);
  const TestDataset tail(Shape{2, 2, 1}, {values.begin() + 28, values.end()});
  CalibrationCheck check;
  ASSERT_TRUE(FindSharedSamples(tail, all, check).ok());
  EXPECT_EQ(check.shared_samples, 3);
  EXPECT_EQ(check.first_shared_sample, 7);
  const TestDataset others(Shape{2, 2, 1}, random.Floats(40, 0, 1));
  ASSERT_TRUE(FindSharedSamples(others, all, check).ok());
  EXPECT_EQ(check.shared_samples, 0);
  EXPECT_FALSE(check.first_shared_sample);
}

TEST(EstimateWithAll, GivesEachTensorARangeAnEstimator) {
  const Observation seen = Seen(Alike(64, -1, 3));
  CalibrationCheck check = CheckCalibration(seen, nullptr);
  EXPECT_THAT(check.tensors[0].estimates, IsEmpty());
  EstimateWithAll(seen, check);
  EXPECT_GT(check.estimators.size(), 8U);
  EXPECT_EQ(check.estimators[0], "minmax");
  ASSERT_EQ(check.tensors[0].estimates.size(), check.estimators.size());
  for (const Interval& range : check.tensors[0].estimates) {
    EXPECT_GE(range.low, -1);
    EXPECT_LE(range.high, 3);
    EXPECT_LT(range.low, range.high);
  }
  EXPECT_EQ(check.tensors[0].estimates[0].low, -1);
  EXPECT_EQ(check.tensors[0].estimates[0].high, 3);
}

TEST(EstimateWithAll, WhereNothingFiniteWasSeenThereIsNoRange) {
  const Observation seen = Seen({{std::nanf("")}});
  CalibrationCheck check = CheckCalibration(seen, nullptr);
  EstimateWithAll(seen, check);
  EXPECT_THAT(check.tensors[0].estimates, IsEmpty());
}

}  // namespace
}  // namespace quantgate
