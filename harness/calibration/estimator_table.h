// How a range follows from what was observed. One row an estimator.
#pragma once

#include <span>
#include <string_view>

#include "harness/calibration/tensor_stats.h"

namespace quantgate {

struct EstimatedRange {
  double min = 0;
  double max = 0;
};

struct EstimatorDef {
  std::string_view name;
  std::string_view summary;
  // `stats` holds at least one value.
  EstimatedRange (*estimate)(const TensorStats& stats);
};

std::span<const EstimatorDef> AllEstimators();
const EstimatorDef* FindEstimator(std::string_view name);

}  // namespace quantgate
