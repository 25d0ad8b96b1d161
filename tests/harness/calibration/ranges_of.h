// Calibrated ranges, for tests of what uses them.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "harness/calibration/calibrate.h"

namespace quantgate {

// The ranges that `estimator` makes of all samples; by default those that hold every value.
inline Ranges RangesOf(const std::shared_ptr<const Plan>& plan, const Dataset& samples,
                       const Preprocessing& preprocessing,
                       const EstimatorChoice& estimator = {FindEstimator("minmax")}) {
  ObservationInput input;
  input.plan = plan;
  input.dataset = &samples;
  input.preprocessing = preprocessing;
  const auto observation = Observe(input);
  EXPECT_TRUE(observation.ok()) << observation.error().ToString();
  auto ranges = EstimateRanges(*observation, estimator);
  EXPECT_TRUE(ranges.ok()) << ranges.error().ToString();
  return std::move(*ranges);
}

}  // namespace quantgate
