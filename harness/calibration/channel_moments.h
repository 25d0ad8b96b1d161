// Minimum, maximum, sum and sum of squares of every channel (last axis) of a tensor over any number
// of samples. Within a sample, sums are floats in a fixed order; over samples they are exact
// (exact_sum.h), so that parts merge to the same bytes as one pass.
#pragma once

#include <span>
#include <vector>

#include "harness/calibration/exact_sum.h"
#include "harness/calibration/value_kernels.h"

namespace quantgate {

struct ChannelMoments {
  float min = 0;
  float max = 0;
  int64_t values = 0;
  ExactSum sum;
  ExactSum sum2;

  [[nodiscard]] double mean() const;
  [[nodiscard]] double variance() const;  // of the population; never negative
};

struct SampleCounts {
  SampleExtremes extremes;
  int64_t nan = 0;
  int64_t infinite = 0;
};

// One sum a position of ExactSums, most additions made in doubles that cannot round.
class ExactSums {
 public:
  static constexpr size_t kMostRows = 256;

  explicit ExactSums(size_t size) : exact_(size), recent_(size) {}
  // At most kMostRows rows, each with a value for every position; `largest` of their magnitudes.
  void Add(std::span<const float> values, float largest) { Add(values, largest, false); }
  // The same of the values' squares.
  void AddSquares(std::span<const float> values, float largest) { Add(values, largest, true); }
  void Add(const ExactSums& other);
  void Set(size_t i, const ExactSum& sum) { exact_[i] = sum; }
  [[nodiscard]] ExactSum At(size_t i) const;

 private:
  void Flush();
  void MoveWindow(float largest);
  void Add(std::span<const float> values, float largest, bool squared);

  std::vector<ExactSum> exact_;
  std::vector<double> recent_;  // sums of at most kMostRows floats in [low_, high_), or zeros
  std::vector<uint32_t> left_;  // scratch
  float low_ = 0;
  float high_ = 0;
  size_t additions_ = 0;
};

class ChannelObserver {
 public:
  // Tensors whose last axis is longer are observed as one channel.
  static constexpr int kMaxChannels = 4096;

  explicit ChannelObserver(int channels);

  // Adds a sample: rows of `channels` values. What is not finite is counted and left out.
  SampleCounts Add(std::span<const float> values);
  // Adds samples of one row each, one behind the other, as many as `extremes` has and at most
  // ExactSums::kMostRows: the same as one by one, sooner. False where something is not finite or
  // large: then nothing was added, and one by one is the way.
  bool AddSamples(std::span<const float> values, std::span<SampleExtremes> extremes);
  void Merge(const ChannelObserver& other);

  [[nodiscard]] int channels() const { return channels_; }
  [[nodiscard]] ChannelMoments At(int channel) const;
  void Set(int channel, const ChannelMoments& moments);
  // All channels together.
  [[nodiscard]] ChannelMoments Total() const;

 private:
  void AddSlowly(std::span<const float> values, size_t used, SampleCounts& counts);
  void AddManyRows(std::span<const float> values, SampleCounts& counts);
  [[nodiscard]] ColumnStats Positions();

  int channels_;
  size_t row_;  // positions with running sums of their own: a multiple of channels_
  std::vector<float> min_, max_;
  int64_t clean_rows_ = 0;       // rows without anything that is not finite
  std::vector<int64_t> values_;  // in the others
  ExactSums sums_, sums2_;
  // Scratch of one sample, by position.
  std::vector<float> position_min_, position_max_;
  std::vector<double> position_sum_, position_sum2_;
  std::vector<float> sample_sum_, sample_sum2_;  // by channel
};

}  // namespace quantgate
