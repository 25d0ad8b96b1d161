// Everything that runs a model on a dataset.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "harness/calibration/observation.h"
#include "harness/driver/bisect.h"
#include "harness/driver/drift.h"
#include "harness/driver/evaluate.h"
#include "harness/driver/oracle_check.h"
#include "harness/driver/plain_check.h"
#include "harness/execution/settled_plan.h"

namespace quantgate {

// Each with the error of the first function that fails.
class OnDataset {
 public:
  OnDataset(std::shared_ptr<const Model> model, const Dataset& dataset, int threads)
      : model_(std::move(model)), dataset_(dataset), threads_(threads) {
    auto settled = SettlePlan(DeferredPlan(), dataset, {});
    EXPECT_TRUE(settled.ok());
    plan_ = *settled;
  }

  Status Drift() {
    DriftInput input{.model = model_,
                     .file = {},
                     .first = FindProfile("tflite"),
                     .second = FindProfile("tflite-reference"),
                     .dataset = &dataset_,
                     .preprocessing = {},
                     .threads = threads_};
    const auto drift = MeasureDrift(input);
    if (!drift.ok()) return drift.error();
    EXPECT_EQ(drift->arg_max_flips.value_or(0), 0);
    return OkStatus();
  }
  Status Bisection() { return StatusOf(Bisect({plan_, plan_, &dataset_, {}, threads_})); }
  Status Ledger() { return StatusOf(MakeLedger({plan_, &dataset_, {}, threads_})); }
  Status Oracle() {
    return StatusOf(MeasureOracle({plan_, &dataset_, {}, FeedMode::kQuantize, threads_}));
  }
  Status Observation() {
    ObservationInput input;
    input.plan = DeferredPlan();
    input.dataset = &dataset_;
    input.threads = threads_;
    return StatusOf(Observe(input));
  }
  Status Evaluation() {
    EvaluationInput input;
    input.reference.runtime = BuiltinRuntime(plan_);
    input.variants.push_back({BuiltinRuntime(plan_), FeedMode::kQuantize, true});
    input.dataset = &dataset_;
    input.threads = threads_;
    const auto evaluation = Evaluate(input);
    if (!evaluation.ok()) return evaluation.error();
    EXPECT_EQ(evaluation->variants[0].error, "");
    EXPECT_EQ(evaluation->classes, plan_->shape(plan_->subgraph().outputs[0]).num_elements());
    return StatusOf(CheckAgainstPlain(input));
  }

  static constexpr int kCount = 6;
  static constexpr int kObservation = 4;  // of float models alone
  Status Run(int which) {
    constexpr Status (OnDataset::*kAll[kCount])() = {
        &OnDataset::Drift,  &OnDataset::Bisection,   &OnDataset::Ledger,
        &OnDataset::Oracle, &OnDataset::Observation, &OnDataset::Evaluation};
    return (this->*kAll[which])();
  }

 private:
  template <class T>
  static Status StatusOf(const Result<T>& result) {
    return result.ok() ? OkStatus() : Status(result.error());
  }
  [[nodiscard]] std::shared_ptr<const Plan> DeferredPlan() const {
    return *Plan::Make(model_, {.deferred = true});
  }
  std::shared_ptr<const Model> model_;
  const Dataset& dataset_;
  int threads_;
  std::shared_ptr<const Plan> plan_;
};

}  // namespace quantgate
