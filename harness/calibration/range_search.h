// Looking for the range of least cost, and what a range does to a histogram.
#pragma once

#include <functional>
#include <vector>

#include "harness/calibration/estimator_table.h"

namespace quantgate {

// Estimators look for ranges of 8-bit codes.
inline constexpr int kEstimatorCodes = 256;

// The grid a range becomes: the range widened to zero, zero on a code (range_to_params.h).
struct CodeGrid {
  double step = 0;  // above 0
  double low = 0;   // real value of the lowest and the highest code
  double high = 0;

  // Of a range that holds something else than zero.
  static CodeGrid Of(const EstimatedRange& range);
  // The code, from 0, whose real value is nearest to a value within [low, high].
  [[nodiscard]] int CodeOf(double value) const;
};

// The range of least cost among: each end, widened to zero, shrunk independently to 1/16, 2/16,
// ..., 16/16 of what was seen; then twice around the best in steps half as wide. The first of
// several equal ones; ranges are tried from wide to narrow.
EstimatedRange SearchRange(const TensorStats& stats,
                           const std::function<double(const EstimatedRange&)>& cost);

}  // namespace quantgate
