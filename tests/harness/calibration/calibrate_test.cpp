#include "harness/calibration/calibrate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/calibration/ranges_file.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/run_model.h"
#include "tests/support/sample_models.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

CalibrationInput InputOf(const TestDataset& dataset, int threads) {
  CalibrationInput input;
  input.plan = *Plan::Make(std::make_shared<const Model>(SmallFloatModel()));
  input.model_sha256 = "model";
  input.dataset = &dataset;
  input.dataset_name = "by hand";
  input.estimator = FindEstimator("minmax");
  input.threads = threads;
  return input;
}

TestDataset SomeSamples(int count) {
  Random random(20240903U);
  return {Shape{4, 4, 1}, random.Floats(16 * count, -1, 1)};
}

TEST(Calibrate, ARangeForEveryComputedTensor) {
  const TestDataset dataset = SomeSamples(40);
  const auto ranges = Calibrate(InputOf(dataset, 1));
  ASSERT_TRUE(ranges.ok()) << ranges.error().ToString();
  std::vector<std::string> names;
  for (const TensorRange& range : ranges->tensors) names.push_back(range.name);
  EXPECT_EQ(names, (std::vector<std::string>{"in", "conv", "flat", "logits", "probabilities"}));
  EXPECT_EQ(ranges->samples, 40);
  EXPECT_EQ(ranges->Find(0)->values, 640);
  EXPECT_EQ(ranges->Find(3)->min, 0.0);  // behind a RELU
  EXPECT_EQ(ranges->Find(1), nullptr);   // a constant
}

TEST(Calibrate, EqualsMinimumAndMaximumOfEveryRun) {
  const TestDataset dataset = SomeSamples(5);
  const auto ranges = Calibrate(InputOf(dataset, 1));
  ASSERT_TRUE(ranges.ok());
  const auto model = std::make_shared<const Model>(SmallFloatModel());
  double largest = -INFINITY;
  for (int64_t i = 0; i < 5; ++i) {
    std::vector<float> sample(16);
    dataset.ReadRaw(i, sample);
    const auto out = FromBytes<float>(RunModel(model, {ToBytes(sample)})[0]);
    largest = std::max<double>(largest, *std::max_element(out.begin(), out.end()));
  }
  EXPECT_EQ(ranges->Find(8)->max, largest);
}

TEST(Calibrate, TheNumberOfThreadsChangesNoByte) {
  const TestDataset dataset = SomeSamples(300);
  const auto one = Calibrate(InputOf(dataset, 1));
  const auto four = Calibrate(InputOf(dataset, 4));
  ASSERT_TRUE(one.ok() && four.ok());
  EXPECT_EQ(RangesToJson(*one), RangesToJson(*four));
}

TEST(Calibrate, ProgressReachesTheEnd) {
  const TestDataset dataset = SomeSamples(100);
  CalibrationInput input = InputOf(dataset, 2);
  std::vector<int64_t> done;
  input.progress = [&](int64_t at, int64_t total) {
    done.push_back(at);
    EXPECT_EQ(total, 100);
  };
  ASSERT_TRUE(Calibrate(input).ok());
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), 100);
}

TEST(Calibrate, NoSamplesAreAnError) {
  const TestDataset dataset(Shape{4, 4, 1}, {});
  EXPECT_EQ(Calibrate(InputOf(dataset, 1)).error().message,
            "calibration needs at least one sample");
}

TEST(Calibrate, ATensorThatIsNeverFiniteIsNamed) {
  const TestDataset dataset(Shape{4, 4, 1}, std::vector<float>(16, NAN));
  const auto ranges = Calibrate(InputOf(dataset, 1));
  ASSERT_FALSE(ranges.ok());
  EXPECT_EQ(ranges.error().tensor, "in");
  EXPECT_EQ(ranges.error().message, "every observed value is NaN or infinite");
}

TEST(Calibrate, SomeValuesThatAreNotFiniteAreCounted) {
  TestDataset dataset(Shape{4, 4, 1}, [] {
    std::vector<float> values(32, 0.5F);
    values[3] = INFINITY;
    return values;
  }());
  const auto ranges = Calibrate(InputOf(dataset, 1));
  ASSERT_TRUE(ranges.ok());
  EXPECT_EQ(ranges->Find(0)->non_finite, 1);
  EXPECT_EQ(ranges->Find(0)->max, 0.5);
}

}  // namespace
}  // namespace quantgate
