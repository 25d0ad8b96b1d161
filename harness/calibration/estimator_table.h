// How a range follows from what was observed. One row an estimator; formulas, sources and defaults
// stand in README.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/calibration/tensor_stats.h"
#include "reference/core/result.h"

namespace quantgate {

struct EstimatedRange {
  double min = 0;
  double max = 0;
};

// The number an estimator can be tuned by.
struct EstimatorParameter {
  std::string_view name;  // "percentile"
  double standard = 0;    // when none is given
  double low = 0;         // allowed: low <= value <= high
  double high = 0;
};

struct EstimatorDef {
  std::string_view name;
  std::string_view summary;
  // `stats` holds at least one finite value; `parameter` is allowed. The result is made to lie
  // within what was seen by EstimateRange.
  EstimatedRange (*estimate)(const TensorStats& stats, double parameter);
  std::optional<EstimatorParameter> parameter = std::nullopt;
};

std::span<const EstimatorDef> AllEstimators();
const EstimatorDef* FindEstimator(std::string_view name);

// An estimator with its parameter: "minmax", "percentile", "percentile:99.9".
struct EstimatorChoice {
  const EstimatorDef* estimator = nullptr;
  double parameter = 0;  // meaningless for an estimator without one

  // The shortest text that ParseEstimator reads as this choice, the parameter always written.
  [[nodiscard]] std::string ToString() const;
};
// kUsage errors say what is known or allowed.
Result<EstimatorChoice> ParseEstimator(const std::string& text);

// min <= max within the observed extremes; `stats` holds at least one finite value.
EstimatedRange EstimateRange(const EstimatorChoice& choice, const TensorStats& stats);

// What a sweep tries when nothing is said: every estimator, percentile at several places.
std::vector<EstimatorChoice> SweepChoices();

}  // namespace quantgate
