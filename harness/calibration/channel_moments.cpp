#include "harness/calibration/channel_moments.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "reference/core/check.h"

namespace quantgate {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
// A float of magnitude 2^(k-22) or more is a multiple of 2^(k-45); 2^8 of them below 2^k sum to
// less than 2^(k+8): 53 bits, which a double holds.
constexpr int kWindowBits = 22;
// Enough positions in a row that the running sums of different positions do not wait for each
// other; a multiple of the widest vector.
constexpr size_t kWideRow = 64;
constexpr size_t kVector = 16;

size_t RowFor(size_t channels) {
  QG_CHECK(channels > 0);
  if (channels >= kWideRow) return channels;
  const size_t whole_vectors = std::lcm(channels, kVector);
  return whole_vectors * std::max<size_t>(1, kWideRow / whole_vectors);
}

// -0 becomes +0: which of the two is "smaller" would depend on the order.
float PlusZero(float value) { return value + 0.0F; }

}  // namespace

double ChannelMoments::mean() const {
  return values == 0 ? 0 : sum.Value() / static_cast<double>(values);
}

double ChannelMoments::variance() const {
  if (values == 0) return 0;
  const double average = mean();
  return std::max(0.0, sum2.Value() / static_cast<double>(values) - average * average);
}

void ExactSums::Flush() {
  for (size_t i = 0; i < recent_.size(); ++i) {
    exact_[i].Add(recent_[i]);
    recent_[i] = 0;
  }
  additions_ = 0;
}

// Chooses a window with room for values up to twice as large.
void ExactSums::MoveWindow(float largest) {
  Flush();
  const int exponent = std::max(std::ilogb(largest) + 2, kWindowBits - 126);
  high_ = std::ldexp(1.0F, exponent);  // or infinity
  low_ = std::ldexp(1.0F, exponent - kWindowBits);
}

void ExactSums::Add(std::span<const float> values, float largest, bool squared) {
  if (largest == 0) return;
  const size_t size = recent_.size();
  const size_t rows = values.size() / size;
  QG_CHECK_LE(rows, kMostRows);
  if (additions_ + rows > kMostRows) Flush();
  if (largest >= high_) MoveWindow(largest);
  additions_ += rows;
  if (left_.size() < values.size()) left_.resize(values.size());
  const size_t left =
      AddFrom(low_, values.data(), rows, size, squared, recent_.data(), left_.data());
  for (size_t k = 0; k < left; ++k) {
    const float value = values[left_[k]];
    exact_[left_[k] % size].Add(static_cast<double>(squared ? value * value : value));
  }
}

void ExactSums::Add(const ExactSums& other) {
  for (size_t i = 0; i < exact_.size(); ++i) exact_[i].Add(other.At(i));
}

ExactSum ExactSums::At(size_t i) const {
  ExactSum sum = exact_[i];
  sum.Add(recent_[i]);
  return sum;
}

ChannelObserver::ChannelObserver(int channels)
    : channels_(channels),
      row_(RowFor(static_cast<size_t>(channels))),
      min_(static_cast<size_t>(channels), kInfinity),
      max_(static_cast<size_t>(channels), -kInfinity),
      values_(static_cast<size_t>(channels), 0),
      sums_(static_cast<size_t>(channels)),
      sums2_(static_cast<size_t>(channels)),
      position_min_(row_),
      position_max_(row_),
      position_sum_(row_),
      position_sum2_(row_),
      sample_sum_(static_cast<size_t>(channels)),
      sample_sum2_(static_cast<size_t>(channels)) {}

ColumnStats ChannelObserver::Positions() {
  return {position_min_.data(), position_max_.data(), position_sum_.data(), position_sum2_.data()};
}

SampleCounts ChannelObserver::Add(std::span<const float> values) {
  SampleCounts counts;
  const bool one_row = values.size() == static_cast<size_t>(channels_);
  if (one_row && AddSamples(values, {&counts.extremes, 1})) return counts;
  AddManyRows(values, counts);
  return counts;
}

bool ChannelObserver::AddSamples(std::span<const float> values,
                                 std::span<SampleExtremes> extremes) {
  const auto channels = static_cast<size_t>(channels_);
  std::copy(min_.begin(), min_.end(), position_min_.begin());
  std::copy(max_.begin(), max_.end(), position_max_.begin());
  if (!AddSingleRows(values.data(), extremes.size(), channels, position_min_.data(),
                     position_max_.data(), extremes.data())) {
    return false;
  }
  for (size_t c = 0; c < channels; ++c) {
    min_[c] = PlusZero(position_min_[c]);
    max_[c] = PlusZero(position_max_[c]);
  }
  float largest = 0;
  for (const SampleExtremes& one : extremes) largest = std::max({largest, -one.min, one.max});
  sums_.Add(values, largest);
  sums2_.AddSquares(values, largest * largest);
  clean_rows_ += static_cast<int64_t>(extremes.size());
  return true;
}

void ChannelObserver::AddManyRows(std::span<const float> values, SampleCounts& counts) {
  const auto channels = static_cast<size_t>(channels_);
  const size_t rows = values.size() / row_;
  const size_t rest = values.size() % row_;
  const size_t used = rows > 0 ? row_ : rest;
  bool clean = rows == 0 || AddRows(values.data(), rows, row_, Positions(), true);
  if (rest > 0) {
    clean = AddRows(values.data() + rows * row_, 1, rest, Positions(), rows == 0) && clean;
  }
  if (!clean) AddSlowly(values, used, counts);
  const SampleSummary summary =
      FoldPositions(Positions(), used, channels,
                    {min_.data(), max_.data(), sample_sum_.data(), sample_sum2_.data()});
  counts.extremes = summary.extremes;
  sums_.Add(sample_sum_, summary.largest_sum);
  sums2_.Add(sample_sum2_, summary.largest_sum2);
  if (clean) clean_rows_ += static_cast<int64_t>(values.size() / channels);
}

// The same where something is not finite, or squares are too large for a float.
void ChannelObserver::AddSlowly(std::span<const float> values, size_t used, SampleCounts& counts) {
  std::fill_n(position_min_.begin(), used, kInfinity);
  std::fill_n(position_max_.begin(), used, -kInfinity);
  std::fill_n(position_sum_.begin(), used, 0.0);
  std::fill_n(position_sum2_.begin(), used, 0.0);
  for (size_t i = 0; i < values.size(); ++i) {
    const float value = values[i];
    if (!std::isfinite(value)) {
      ++(std::isnan(value) ? counts.nan : counts.infinite);
      continue;
    }
    const size_t p = i % row_;
    const auto wide = static_cast<double>(value);
    position_min_[p] = std::min(position_min_[p], value);
    position_max_[p] = std::max(position_max_[p], value);
    position_sum_[p] += wide;
    position_sum2_[p] += wide * wide;
    ++values_[i % static_cast<size_t>(channels_)];
  }
}

void ChannelObserver::Merge(const ChannelObserver& other) {
  for (size_t c = 0; c < min_.size(); ++c) {
    min_[c] = std::min(min_[c], other.min_[c]);
    max_[c] = std::max(max_[c], other.max_[c]);
    values_[c] += other.values_[c];
  }
  clean_rows_ += other.clean_rows_;
  sums_.Add(other.sums_);
  sums2_.Add(other.sums2_);
}

ChannelMoments ChannelObserver::At(int channel) const {
  const auto c = static_cast<size_t>(channel);
  return {min_[c], max_[c], clean_rows_ + values_[c], sums_.At(c), sums2_.At(c)};
}

void ChannelObserver::Set(int channel, const ChannelMoments& moments) {
  const auto c = static_cast<size_t>(channel);
  min_[c] = moments.min;
  max_[c] = moments.max;
  values_[c] = moments.values - clean_rows_;
  sums_.Set(c, moments.sum);
  sums2_.Set(c, moments.sum2);
}

ChannelMoments ChannelObserver::Total() const {
  ChannelMoments total = At(0);
  for (int c = 1; c < channels_; ++c) {
    const ChannelMoments part = At(c);
    total.min = std::min(total.min, part.min);
    total.max = std::max(total.max, part.max);
    total.values += part.values;
    total.sum.Add(part.sum);
    total.sum2.Add(part.sum2);
  }
  return total;
}

}  // namespace quantgate
