// What works on a dataset, on a model whose shapes values of the run decide: as long as all samples
// make the same ones it works as ever, whatever the values; a sample that makes others is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/calibration/observation.h"
#include "harness/driver/bisect.h"
#include "harness/driver/drift.h"
#include "harness/driver/evaluate.h"
#include "harness/driver/oracle_check.h"
#include "harness/driver/plain_check.h"
#include "harness/execution/settled_plan.h"
#include "reference/interpreter/interpreter.h"
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

// Every function that takes a dataset; the error of the first that fails.
class OnDataset {
 public:
  explicit OnDataset(const TestDataset& dataset) : dataset_(dataset) {
    auto settled = SettlePlan(DeferredPlan(), dataset, {});
    EXPECT_TRUE(settled.ok());
    plan_ = *settled;
  }

  Status Drift() {
    DriftInput input{.model = PositiveValues(),
                     .file = {},
                     .first = FindProfile("tflite"),
                     .second = FindProfile("tflite-reference"),
                     .dataset = &dataset_,
                     .preprocessing = {},
                     .threads = 3};
    const auto drift = MeasureDrift(input);
    if (!drift.ok()) return drift.error();
    EXPECT_EQ(drift->arg_max_flips, 0);
    return OkStatus();
  }
  Status Bisection() { return StatusOf(Bisect({plan_, plan_, &dataset_, {}, 3})); }
  Status Ledger() { return StatusOf(MakeLedger({plan_, &dataset_, {}, 3})); }
  Status Oracle() {
    return StatusOf(MeasureOracle({plan_, &dataset_, {}, FeedMode::kQuantize, 3}));
  }
  Status Observation() {
    ObservationInput input;
    input.plan = DeferredPlan();
    input.dataset = &dataset_;
    input.threads = 3;
    return StatusOf(Observe(input));
  }
  Status Evaluation() {
    EvaluationInput input;
    input.reference.runtime = BuiltinRuntime(plan_);
    input.variants.push_back({BuiltinRuntime(plan_), FeedMode::kQuantize, true});
    input.dataset = &dataset_;
    input.threads = 3;
    const auto evaluation = Evaluate(input);
    if (!evaluation.ok()) return evaluation.error();
    EXPECT_EQ(evaluation->variants[0].error, "");
    EXPECT_EQ(evaluation->classes, 2);
    return StatusOf(CheckAgainstPlain(input));
  }

 private:
  template <class T>
  static Status StatusOf(const Result<T>& result) {
    return result.ok() ? OkStatus() : Status(result.error());
  }
  const TestDataset& dataset_;
  std::shared_ptr<const Plan> plan_;
};

constexpr Status (OnDataset::*kAll[])() = {&OnDataset::Drift,       &OnDataset::Bisection,
                                           &OnDataset::Ledger,      &OnDataset::Oracle,
                                           &OnDataset::Observation, &OnDataset::Evaluation};

TEST(DynamicShapesOnDatasets, SamplesOfTheSameShapesAreWorkedOn) {
  const TestDataset dataset = Samples(false);
  OnDataset on(dataset);
  for (const auto run : kAll) {
    const Status status = (on.*run)();
    EXPECT_TRUE(status.ok()) << status.error().ToString();
  }
}

TEST(DynamicShapesOnDatasets, ASampleOfOtherShapesIsNamed) {
  const TestDataset dataset = Samples(true);
  OnDataset on(dataset);
  for (size_t i = 0; i < std::size(kAll); ++i) {
    const Status status = (on.*kAll[i])();
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
