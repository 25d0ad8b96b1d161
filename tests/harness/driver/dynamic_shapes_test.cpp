// What works on a dataset, on a model whose shapes values of the run decide: as long as all samples
// make the same ones it works as ever, whatever the values; a sample that makes others is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/execution/input_feed.h"
#include "tests/harness/driver/on_dataset.h"
#include "tests/support/sample_models.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

// 40 samples with two positive values each, here and there; with `odd`, sample 35 has three.
TestDataset Samples(bool odd) {
  std::vector<float> values;
  for (int sample = 0; sample < 40; ++sample) {
    const int first = sample % 3;
    for (int k = 0; k < 4; ++k) {
      const bool positive = k == first || k == 3 || (odd && sample == 35);
      values.push_back(positive ? static_cast<float>(k + sample) + 1 : -1);
    }
  }
  if (odd) values[35 * 4] = -1;
  return {Shape{4}, values};
}

std::shared_ptr<const Plan> DeferredPlan() {
  return *Plan::Make(PositiveValues(), {.deferred = true});
}

TEST(DynamicShapesOnDatasets, SamplesOfTheSameShapesAreWorkedOn) {
  const TestDataset dataset = Samples(false);
  OnDataset on(PositiveValues(), dataset, 3);
  for (int i = 0; i < OnDataset::kCount; ++i) {
    const Status status = on.Run(i);
    EXPECT_TRUE(status.ok()) << status.error().ToString();
  }
}

TEST(DynamicShapesOnDatasets, ASampleOfOtherShapesIsNamed) {
  const TestDataset dataset = Samples(true);
  OnDataset on(PositiveValues(), dataset, 3);
  for (int i = 0; i < OnDataset::kCount; ++i) {
    const Status status = on.Run(i);
    ASSERT_FALSE(status.ok()) << i;
    EXPECT_EQ(status.error().code, ErrorCode::kUnsupported);
    EXPECT_EQ(status.error().tensor, "rows");
    EXPECT_THAT(status.error().message, HasSubstr("[3,1] in this run and [2,1]"));
    EXPECT_THAT(status.error().message, HasSubstr("(sample 35)"));
  }
}

TEST(DynamicShapesOnDatasets, AnUnsettledPlanIsRefused) {
  const TestDataset dataset = Samples(false);
  const auto feed = InputFeed::Make(*DeferredPlan(), dataset, {}, FeedMode::kQuantize);
  ASSERT_FALSE(feed.ok());
  EXPECT_EQ(feed.error().op_index, 1);
}

}  // namespace
}  // namespace quantgate
