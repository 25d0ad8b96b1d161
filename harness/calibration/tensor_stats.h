// What is kept of one tensor's values while a float model runs over samples: bounded memory, and
// merging parts gives the same bytes as one pass over all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/calibration/channel_moments.h"
#include "harness/calibration/value_histogram.h"

namespace quantgate {

// Per-sample extremes are kept of this many samples, the first ones: 800 kB a tensor.
inline constexpr int64_t kMaxSampleExtremes = 100000;

struct TensorStats {
  explicit TensorStats(int channels = 1) : moments(channels) {}

  ChannelObserver moments;
  ValueHistogram histogram;
  // By sample, from the first; min > max where no value was finite.
  std::vector<SampleExtremes> samples;
  int64_t nan = 0;
  int64_t infinite = 0;
  std::optional<int64_t> first_non_finite_sample;

  // Adds sample `index`. Samples come in any order, each once.
  void Update(int64_t index, std::span<const float> reals);
  // Adds samples `first`, `first` + 1, ...: one row of moments.channels() values each, at most
  // ExactSums::kMostRows of them.
  void UpdateRows(int64_t first, std::span<const float> reals);
  // Adds what was seen of other samples of the same run (their indices differ from those here).
  void Merge(const TensorStats& other);
  // Adds what was seen of samples that follow the `count` samples here.
  void Append(const TensorStats& other, int64_t count);

  [[nodiscard]] int64_t non_finite() const { return nan + infinite; }
};

// The finite extremes of all samples and the number of values behind them.
struct ValueRange {
  float min = 0;
  float max = 0;
  int64_t values = 0;  // 0: nothing finite was seen, and min and max mean nothing
};
ValueRange RangeOf(const TensorStats& stats);

// A sample that saw nothing finite.
SampleExtremes NoExtremes();

}  // namespace quantgate
