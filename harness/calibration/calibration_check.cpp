#include "harness/calibration/calibration_check.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_set>

#include "harness/calibration/estimator_table.h"

namespace quantgate {
namespace {

// The range grew by more than this in the second half of the samples: it has not settled.
constexpr double kSettledShare = 0.95;
// Held-out values beyond the range that are more than a tail.
constexpr double kClippedShare = 1e-4;
// Fewer samples cannot show that a range has settled.
constexpr int64_t kFewestSamples = 32;
// One sample that is responsible for so much of a range is an outlier.
constexpr double kOutlierShare = 0.25;

struct Width {
  double low = 0;  // zero is always in a quantized range
  double high = 0;
  void Add(const SampleExtremes& sample) {
    if (sample.min > sample.max) return;
    low = std::min(low, static_cast<double>(sample.min));
    high = std::max(high, static_cast<double>(sample.max));
  }
  [[nodiscard]] bool Holds(const SampleExtremes& sample) const {
    return sample.min > sample.max ||
           (static_cast<double>(sample.min) >= low && static_cast<double>(sample.max) <= high);
  }
  [[nodiscard]] double width() const { return high - low; }
};

Width WidthOfFirst(const std::vector<SampleExtremes>& samples, size_t count) {
  Width width;
  for (size_t i = 0; i < std::min(count, samples.size()); ++i) width.Add(samples[i]);
  return width;
}

// By how much the width shrinks, at most, when one sample is left out.
double WidestSampleShare(const std::vector<SampleExtremes>& samples) {
  // The two lowest and the two highest ends decide.
  const Width all = WidthOfFirst(samples, samples.size());
  if (all.width() == 0 || samples.size() < 2) return 0;
  double least = all.width();
  for (const bool low : {true, false}) {
    const auto outer = low ? std::min_element(samples.begin(), samples.end(),
                                              [](auto& a, auto& b) { return a.min < b.min; })
                           : std::max_element(samples.begin(), samples.end(),
                                              [](auto& a, auto& b) { return a.max < b.max; });
    Width rest;
    for (auto sample = samples.begin(); sample != samples.end(); ++sample) {
      if (sample != outer) rest.Add(*sample);
    }
    least = std::min(least, rest.width());
  }
  return 1 - least / all.width();
}

double LateSamplesShare(const std::vector<SampleExtremes>& samples) {
  const size_t half = samples.size() / 2;
  if (half == 0) return 0;
  const Width first = WidthOfFirst(samples, half);
  const auto late =
      std::count_if(samples.begin() + static_cast<std::ptrdiff_t>(half), samples.end(),
                    [&](const SampleExtremes& sample) { return !first.Holds(sample); });
  return static_cast<double>(late) / static_cast<double>(samples.size() - half);
}

TensorCalibration CheckTensor(const TensorObservation& seen, const TensorObservation* held_out,
                              const std::vector<int64_t>& counts) {
  const TensorStats& stats = seen.stats;
  const ValueRange range = RangeOf(stats);
  TensorCalibration row;
  row.tensor = seen.name;
  row.tensor_index = seen.tensor;
  row.op_index = seen.op_index;
  row.values = range.values;
  row.min = range.values > 0 ? static_cast<double>(range.min) : 0;
  row.max = range.values > 0 ? static_cast<double>(range.max) : 0;
  row.non_finite = stats.non_finite();
  row.first_non_finite_sample = stats.first_non_finite_sample;
  const double whole = WidthOfFirst(stats.samples, stats.samples.size()).width();
  for (const int64_t count : counts) {
    const double width = WidthOfFirst(stats.samples, static_cast<size_t>(count)).width();
    row.width_shares.push_back(whole > 0 ? width / whole : 1);
  }
  row.widest_sample_share = WidestSampleShare(stats.samples);
  row.late_samples_share = LateSamplesShare(stats.samples);
  if (held_out == nullptr) return row;
  const double half_code = whole / 255 / 2;
  const ValueHistogram& other = held_out->stats.histogram;
  const int64_t clipped = other.CountBelow(std::min(row.min, 0.0) - half_code) +
                          other.CountAbove(std::max(row.max, 0.0) + half_code);
  const int64_t total = other.total();
  row.held_out_clipped_share =
      total == 0 ? 0 : static_cast<double>(clipped) / static_cast<double>(total);
  return row;
}

std::string Percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), share < 0.001 ? "%.3f %%" : "%.1f %%", share * 100);
  return text.data();
}

// The row for which `measure` is largest; null without rows.
template <class Measure>
const TensorCalibration* Largest(const std::vector<TensorCalibration>& rows,
                                 const Measure& measure) {
  const auto found = std::max_element(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    return measure(a) < measure(b);
  });
  return found == rows.end() ? nullptr : &*found;
}

template <class Measure>
std::string CountAbove(const std::vector<TensorCalibration>& rows, const Measure& measure,
                       double limit) {
  const auto count = std::count_if(rows.begin(), rows.end(),
                                   [&](const auto& row) { return measure(row) > limit; });
  return std::to_string(count) + " of " + std::to_string(rows.size()) + " tensors";
}

void Judge(CalibrationCheck& check) {
  const auto blame = [&](CalibrationVerdict verdict, const std::string& why) {
    if (check.verdict == CalibrationVerdict::kEnough) check.verdict = verdict;
    check.advice.push_back(why);
  };
  const auto growth = [](const TensorCalibration& row) {
    return row.width_shares.size() < 2 ? 0.0 : 1 - row.width_shares[row.width_shares.size() - 2];
  };
  const auto clipped = [](const TensorCalibration& row) {
    return row.held_out_clipped_share.value_or(0.0);
  };
  const auto outlier = [](const TensorCalibration& row) { return row.widest_sample_share; };
  const auto unfinite = [](const TensorCalibration& row) {
    return static_cast<double>(row.non_finite);
  };
  if (check.samples < kFewestSamples) {
    blame(CalibrationVerdict::kMoreSamples,
          std::to_string(check.samples) + " samples cannot show that a range has settled: use " +
              std::to_string(kFewestSamples) + " or more.");
  }
  if (const auto* row = Largest(check.tensors, growth); row && growth(*row) > 1 - kSettledShare) {
    blame(CalibrationVerdict::kMoreSamples,
          "The range of " + CountAbove(check.tensors, growth, 1 - kSettledShare) +
              " still grew in the second half of the samples, most that of '" + row->tensor +
              "', by " + Percent(growth(*row)) + " of its width: add as many samples again.");
  }
  if (const auto* row = Largest(check.tensors, clipped); row && clipped(*row) > kClippedShare) {
    blame(CalibrationVerdict::kOtherSamples,
          "Held-out samples go beyond the range of " +
              CountAbove(check.tensors, clipped, kClippedShare) + ", most at '" + row->tensor +
              "', with " + Percent(clipped(*row)) +
              " of its values: add samples like the held-out ones.");
  }
  if (const auto* row = Largest(check.tensors, outlier); row && outlier(*row) > kOutlierShare) {
    check.advice.push_back("One sample alone makes " + Percent(outlier(*row)) +
                           " of the range of '" + row->tensor +
                           "': look at it, or use an estimator that cuts outliers.");
  }
  if (const auto* row = Largest(check.tensors, unfinite); row && row->non_finite > 0) {
    blame(CalibrationVerdict::kOtherSamples,
          "NaN or infinite values were computed, " + std::to_string(row->non_finite) + " at '" +
              row->tensor + "', first in sample " +
              std::to_string(row->first_non_finite_sample.value_or(0)) +
              ": leave such samples out, or correct the model.");
  }
}

}  // namespace

CalibrationCheck CheckCalibration(const Observation& calibration, const Observation* held_out) {
  CalibrationCheck check;
  check.samples = calibration.samples;
  check.held_out_samples = held_out == nullptr ? 0 : held_out->samples;
  for (const int64_t part : {16, 8, 4, 2, 1}) {
    const int64_t count = calibration.samples / part;
    if (count > 0) check.sample_counts.push_back(count);
  }
  for (const TensorObservation& seen : calibration.tensors) {
    const TensorObservation* other = nullptr;
    if (held_out != nullptr) {
      for (const TensorObservation& tensor : held_out->tensors) {
        if (tensor.tensor == seen.tensor) other = &tensor;
      }
    }
    check.tensors.push_back(CheckTensor(seen, other, check.sample_counts));
  }
  Judge(check);
  return check;
}

void EstimateWithAll(const Observation& calibration, CalibrationCheck& check) {
  const std::vector<EstimatorChoice> choices = SweepChoices();
  check.estimators.clear();
  for (const EstimatorChoice& choice : choices) check.estimators.push_back(choice.ToString());
  for (size_t t = 0; t < check.tensors.size(); ++t) {
    const TensorStats& stats = calibration.tensors[t].stats;
    check.tensors[t].estimates.clear();
    if (RangeOf(stats).values == 0) continue;
    for (const EstimatorChoice& choice : choices) {
      const EstimatedRange range = EstimateRange(choice, stats);
      check.tensors[t].estimates.push_back({range.min, range.max});
    }
  }
}

Status FindSharedSamples(const Dataset& calibration, const Dataset& held_out,
                         CalibrationCheck& check) {
  check.shared_samples = 0;
  check.first_shared_sample.reset();
  if (calibration.sample_shape().num_elements() != held_out.sample_shape().num_elements()) {
    return OkStatus();
  }
  std::vector<float> values(static_cast<size_t>(held_out.sample_shape().num_elements()));
  std::unordered_set<uint64_t> known;
  for (int64_t i = 0; i < calibration.size(); ++i) {
    QG_RETURN_IF_ERROR(calibration.ReadRaw(i, values));
    known.insert(FingerprintOf(values));
  }
  for (int64_t i = 0; i < held_out.size(); ++i) {
    QG_RETURN_IF_ERROR(held_out.ReadRaw(i, values));
    if (!known.contains(FingerprintOf(values))) continue;
    if (check.shared_samples++ == 0) check.first_shared_sample = i;
  }
  return OkStatus();
}

}  // namespace quantgate
