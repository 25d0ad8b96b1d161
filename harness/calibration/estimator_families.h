// The estimate functions of every family, for estimator_table.cpp.
#pragma once

#include "harness/calibration/estimator_table.h"

namespace quantgate {

// extremes_estimators.cpp: from the extremes of samples, or of all values
EstimatedRange EstimateMinMax(const TensorStats& stats, double parameter);
EstimatedRange EstimateMovingAverage(const TensorStats& stats, double keep);
EstimatedRange EstimateMean(const TensorStats& stats, double parameter);
EstimatedRange EstimateMedian(const TensorStats& stats, double parameter);
EstimatedRange EstimateTrimmedMean(const TensorStats& stats, double percent);
EstimatedRange EstimatePercentile(const TensorStats& stats, double percentile);
// error_estimators.cpp: the range with the least cost over the histogram
EstimatedRange EstimateMse(const TensorStats& stats, double parameter);
EstimatedRange EstimateSqnr(const TensorStats& stats, double clipping_weight);
// entropy_estimator.cpp
EstimatedRange EstimateEntropy(const TensorStats& stats, double most_clipped_percent);

}  // namespace quantgate
