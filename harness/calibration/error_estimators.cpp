// Estimators that weigh the error of rounding against that of clipping.
#include <cmath>

#include "harness/calibration/estimator_families.h"
#include "harness/calibration/range_search.h"

namespace quantgate {
namespace {

// Sum of squared errors of the histogram's values, those beyond the grid weighted. Zeros have no
// error. A bin stands for its middle; bins wider than half a step for every error there is.
double CostOf(const std::vector<HistogramBin>& bins, const EstimatedRange& range,
              double clipping_weight) {
  const CodeGrid grid = CodeGrid::Of(range);
  double rounding = 0;
  double clipping = 0;
  for (const HistogramBin& bin : bins) {
    if (bin.count == 0) continue;
    const double middle = (bin.low + bin.high) / 2;
    const auto count = static_cast<double>(bin.count);
    if (middle < grid.low || middle > grid.high) {
      const double beyond = middle < grid.low ? grid.low - middle : middle - grid.high;
      clipping += count * beyond * beyond;
    } else if (2 * (bin.high - bin.low) > grid.step) {
      rounding += count * grid.step * grid.step / 12;
    } else {
      const double error = std::remainder(middle - grid.low, grid.step);
      rounding += count * error * error;
    }
  }
  return rounding + clipping_weight * clipping;
}

EstimatedRange LeastError(const TensorStats& stats, double clipping_weight) {
  const std::vector<HistogramBin> bins = stats.histogram.Bins();
  return SearchRange(
      stats, [&](const EstimatedRange& range) { return CostOf(bins, range, clipping_weight); });
}

}  // namespace

EstimatedRange EstimateMse(const TensorStats& stats, double /*parameter*/) {
  return LeastError(stats, 1);
}

EstimatedRange EstimateSqnr(const TensorStats& stats, double clipping_weight) {
  return LeastError(stats, clipping_weight);
}

}  // namespace quantgate
