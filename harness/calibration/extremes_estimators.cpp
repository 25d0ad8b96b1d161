// Estimators that look at extremes: of every sample, or of the distribution of all values.
#include <algorithm>

#include "harness/calibration/estimator_families.h"

namespace quantgate {
namespace {

// The extremes of the samples that had a finite value, low ends and high ends apart.
struct Ends {
  std::vector<double> low, high;
};

Ends EndsOf(const TensorStats& stats) {
  Ends ends;
  for (const SampleExtremes& sample : stats.samples) {
    if (sample.min > sample.max) continue;
    ends.low.push_back(static_cast<double>(sample.min));
    ends.high.push_back(static_cast<double>(sample.max));
  }
  return ends;
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double TrimmedMean(std::vector<double> values, double percent) {
  std::sort(values.begin(), values.end());
  const auto cut = static_cast<std::ptrdiff_t>(static_cast<double>(values.size()) * percent / 100);
  return Mean({values.begin() + cut, values.end() - cut});
}

double MovingAverage(const std::vector<double>& values, double keep) {
  double average = values.front();
  for (size_t i = 1; i < values.size(); ++i) average = keep * average + (1 - keep) * values[i];
  return average;
}

template <class Average>
EstimatedRange OfEnds(const TensorStats& stats, const Average& average) {
  const Ends ends = EndsOf(stats);
  // Nothing finite among the samples whose extremes are kept.
  if (ends.low.empty()) return EstimateMinMax(stats, 0);
  return {average(ends.low), average(ends.high)};
}

}  // namespace

EstimatedRange EstimateMinMax(const TensorStats& stats, double /*parameter*/) {
  const ValueRange range = RangeOf(stats);
  return {static_cast<double>(range.min), static_cast<double>(range.max)};
}

EstimatedRange EstimateMovingAverage(const TensorStats& stats, double keep) {
  return OfEnds(stats, [&](const std::vector<double>& ends) { return MovingAverage(ends, keep); });
}

EstimatedRange EstimateMean(const TensorStats& stats, double /*parameter*/) {
  return OfEnds(stats, Mean);
}

EstimatedRange EstimateMedian(const TensorStats& stats, double /*parameter*/) {
  return OfEnds(stats, Median);
}

EstimatedRange EstimateTrimmedMean(const TensorStats& stats, double percent) {
  return OfEnds(stats, [&](const std::vector<double>& ends) { return TrimmedMean(ends, percent); });
}

EstimatedRange EstimatePercentile(const TensorStats& stats, double percentile) {
  const double cut = 1 - percentile / 100;
  return {stats.histogram.Quantile(cut), stats.histogram.Quantile(1 - cut)};
}

}  // namespace quantgate
