#include "harness/calibration/estimator_table.h"

#include <array>

namespace quantgate {
namespace {

EstimatedRange MinMax(const TensorStats& stats) { return {stats.min, stats.max}; }

constexpr std::array kEstimators = {
    EstimatorDef{"minmax", "the smallest and the largest value seen", &MinMax},
};

}  // namespace

std::span<const EstimatorDef> AllEstimators() { return kEstimators; }

const EstimatorDef* FindEstimator(std::string_view name) {
  for (const EstimatorDef& estimator : kEstimators) {
    if (estimator.name == name) return &estimator;
  }
  return nullptr;
}

}  // namespace quantgate
