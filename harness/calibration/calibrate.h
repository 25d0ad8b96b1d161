// From an observation to ranges.
#pragma once

#include "harness/calibration/estimator_table.h"
#include "harness/calibration/observation.h"
#include "harness/results/ranges.h"

namespace quantgate {

// A range for every observed tensor. Fails when a tensor was never finite.
Result<Ranges> EstimateRanges(const Observation& observation, const EstimatorChoice& estimator);

}  // namespace quantgate
