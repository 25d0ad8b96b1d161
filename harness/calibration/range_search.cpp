#include "harness/calibration/range_search.h"

#include <algorithm>
#include <cmath>

namespace quantgate {

CodeGrid CodeGrid::Of(const EstimatedRange& range) {
  constexpr double kSteps = kEstimatorCodes - 1;
  const double low = std::min(range.min, 0.0);
  const double high = std::max(range.max, 0.0);
  CodeGrid grid;
  grid.step = (high - low) / kSteps;
  const double zero_code = std::clamp(std::round(-low / grid.step), 0.0, kSteps);
  grid.low = -zero_code * grid.step;
  grid.high = (kSteps - zero_code) * grid.step;
  return grid;
}

int CodeGrid::CodeOf(double value) const {
  return static_cast<int>(std::lround((value - low) / step));
}

EstimatedRange SearchRange(const TensorStats& stats,
                           const std::function<double(const EstimatedRange&)>& cost) {
  const ValueRange seen = RangeOf(stats);
  const double low = std::min(static_cast<double>(seen.min), 0.0);
  const double high = std::max(static_cast<double>(seen.max), 0.0);
  if (!(high > low)) return {low, high};
  // Both ends as shares of what was seen, in 64ths.
  constexpr int kWhole = 64;
  const auto range_at = [&](int a, int b) {
    return EstimatedRange{low * a / kWhole, high * b / kWhole};
  };
  int best_low = kWhole;
  int best_high = kWhole;
  double least = cost(range_at(kWhole, kWhole));
  const auto consider = [&](int a, int b) {
    if (a < 1 || b < 1 || a > kWhole || b > kWhole) return;
    const double here = cost(range_at(a, b));
    if (here < least) {
      least = here;
      best_low = a;
      best_high = b;
    }
  };
  constexpr int kCoarse = 4;
  // A side that holds only zero need not be varied.
  for (int a = kWhole; a >= (low < 0 ? kCoarse : kWhole); a -= kCoarse) {
    for (int b = kWhole; b >= (high > 0 ? kCoarse : kWhole); b -= kCoarse) consider(a, b);
  }
  for (int step = kCoarse / 2; step >= 1; step /= 2) {
    const int a = best_low;
    const int b = best_high;
    for (int i = 2; i >= -2; --i) {
      for (int k = 2; k >= -2; --k) consider(a + i * step, b + k * step);
    }
  }
  return range_at(best_low, best_high);
}

}  // namespace quantgate
