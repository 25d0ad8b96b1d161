// Whether the samples that ranges were calibrated on are enough: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/results/metric_value.h"

namespace quantgate {

// One tensor. Widths are of the range from the smallest to the largest value seen, zero included.
struct TensorCalibration {
  std::string tensor;
  int tensor_index = -1;
  int op_index = -1;  // -1 for a graph input
  double min = 0;     // seen on the calibration samples
  double max = 0;
  int64_t values = 0;
  int64_t non_finite = 0;
  std::optional<int64_t> first_non_finite_sample;
  // Width after the first samples (CalibrationCheck::sample_counts) as a share of the final one.
  std::vector<double> width_shares;
  // Share of the width that the one most extreme sample is responsible for.
  double widest_sample_share = 0;
  // Share of the held-out values outside min..max, by more than half a code of 8 bits; absent
  // without held-out samples.
  std::optional<double> held_out_clipped_share;
  // Share of the samples of the second half with a value outside the range of the first half.
  double late_samples_share = 0;
  // What each of CalibrationCheck::estimators makes of the tensor; empty without them.
  std::vector<Interval> estimates;
};

enum class CalibrationVerdict { kEnough, kMoreSamples, kOtherSamples };
// "enough", "more samples" or "other samples".
const char* CalibrationVerdictName(CalibrationVerdict verdict);

struct CalibrationCheck {
  int64_t samples = 0;
  std::vector<int64_t> sample_counts;  // 1/16, 1/8, 1/4, 1/2 and all of the samples
  int64_t held_out_samples = 0;
  // Held-out (evaluation) samples whose stored values are also calibration samples.
  int64_t shared_samples = 0;
  std::optional<int64_t> first_shared_sample;  // index in the held-out samples
  CalibrationVerdict verdict = CalibrationVerdict::kEnough;
  std::vector<std::string> advice;      // why, and what to add; sentences
  std::vector<std::string> estimators;  // "minmax", "percentile:99.9", ...; behind the estimates
  std::vector<TensorCalibration> tensors;
};

}  // namespace quantgate
