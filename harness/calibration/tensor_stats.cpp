#include "harness/calibration/tensor_stats.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace quantgate {
namespace {

std::optional<int64_t> Earlier(std::optional<int64_t> a, std::optional<int64_t> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

// A state is seen at every step of a sample.
void WidenAt(std::vector<SampleExtremes>& samples, int64_t index, const SampleExtremes& extremes) {
  if (index >= kMaxSampleExtremes) return;
  const auto i = static_cast<size_t>(index);
  if (i >= samples.size()) samples.resize(i + 1, NoExtremes());
  samples[i] = {std::min(samples[i].min, extremes.min), std::max(samples[i].max, extremes.max)};
}

}  // namespace

SampleExtremes NoExtremes() {
  return {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
}

void TensorStats::Update(int64_t index, std::span<const float> reals) {
  if (reals.empty()) return;
  const SampleCounts counts = moments.Add(reals);
  WidenAt(samples, index, counts.extremes);
  if (counts.nan + counts.infinite == 0) {
    histogram.Add(reals, counts.extremes.min, counts.extremes.max);
    return;
  }
  nan += counts.nan;
  infinite += counts.infinite;
  first_non_finite_sample = Earlier(first_non_finite_sample, index);
  std::vector<float> finite;
  std::copy_if(reals.begin(), reals.end(), std::back_inserter(finite),
               [](float real) { return std::isfinite(real); });
  histogram.Add(finite, counts.extremes.min, counts.extremes.max);
}

void TensorStats::UpdateRows(int64_t first, std::span<const float> reals) {
  const auto width = static_cast<size_t>(moments.channels());
  const size_t count = reals.size() / width;
  std::array<SampleExtremes, ExactSums::kMostRows> extremes;
  const std::span seen = std::span(extremes).first(count);
  if (!moments.AddSamples(reals, seen)) {
    for (size_t i = 0; i < count; ++i) {
      Update(first + static_cast<int64_t>(i), reals.subspan(i * width, width));
    }
    return;
  }
  SampleExtremes all = NoExtremes();
  for (size_t i = 0; i < count; ++i) {
    WidenAt(samples, first + static_cast<int64_t>(i), seen[i]);
    all = {std::min(all.min, seen[i].min), std::max(all.max, seen[i].max)};
  }
  histogram.Add(reals, all.min, all.max);
}

void TensorStats::Merge(const TensorStats& other) {
  moments.Merge(other.moments);
  histogram.Merge(other.histogram);
  samples.resize(std::max(samples.size(), other.samples.size()), NoExtremes());
  for (size_t i = 0; i < other.samples.size(); ++i) {
    if (other.samples[i] != NoExtremes()) samples[i] = other.samples[i];
  }
  nan += other.nan;
  infinite += other.infinite;
  first_non_finite_sample = Earlier(first_non_finite_sample, other.first_non_finite_sample);
}

void TensorStats::Append(const TensorStats& other, int64_t count) {
  TensorStats moved(other.moments.channels());
  moved.samples.resize(static_cast<size_t>(std::min(count, kMaxSampleExtremes)), NoExtremes());
  const auto room = static_cast<size_t>(kMaxSampleExtremes) - moved.samples.size();
  moved.samples.insert(
      moved.samples.end(), other.samples.begin(),
      other.samples.begin() + static_cast<std::ptrdiff_t>(std::min(room, other.samples.size())));
  moved.moments = other.moments;
  moved.histogram = other.histogram;
  moved.nan = other.nan;
  moved.infinite = other.infinite;
  if (other.first_non_finite_sample) {
    moved.first_non_finite_sample = *other.first_non_finite_sample + count;
  }
  Merge(moved);
}

ValueRange RangeOf(const TensorStats& stats) {
  const ChannelMoments total = stats.moments.Total();
  return {total.min, total.max, total.values};
}

}  // namespace quantgate
