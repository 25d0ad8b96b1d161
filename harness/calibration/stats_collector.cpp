#include "harness/calibration/stats_collector.h"

#include <algorithm>

#include "harness/execution/chunks.h"

namespace quantgate {
namespace {

static_assert(kChunkSamples <= ExactSums::kMostRows, "no more than a chunk ever waits");

std::vector<TensorStats> EmptyStats(const ObservedTensors& observed) {
  std::vector<TensorStats> stats;
  for (const int channels : observed.channels) stats.emplace_back(std::max(1, channels));
  return stats;
}

}  // namespace

void WaitingSamples::Add(int64_t index, std::span<const float> reals, TensorStats& stats) {
  if (values_.size() + reals.size() > kMostValues || index != next_) HandOver(stats);
  if (values_.empty()) first_ = index;
  values_.insert(values_.end(), reals.begin(), reals.end());
  next_ = index + 1;
}

void WaitingSamples::HandOver(TensorStats& stats) {
  if (!values_.empty()) stats.UpdateRows(first_, values_);
  values_.clear();
}

StatsCollector::StatsCollector(const ObservedTensors& observed)
    : observed_(observed), stats_(EmptyStats(observed)), waiting_(stats_.size()) {}

void StatsCollector::Add(int64_t sample, const TensorView& tensor) {
  const auto t = static_cast<size_t>(tensor.index);
  if (observed_.channels[t] == 0 || observed_.source[t] >= 0) return;
  const std::span reals(reinterpret_cast<const float*>(tensor.data.data()),
                        tensor.data.size() / sizeof(float));
  const bool one_row = reals.size() == static_cast<size_t>(observed_.channels[t]);
  if (one_row && 2 * reals.size() <= WaitingSamples::kMostValues) {
    waiting_[t].Add(sample, reals, stats_[t]);
  } else {
    stats_[t].Update(sample, reals);
  }
}

void StatsCollector::Finish() {
  for (size_t t = 0; t < stats_.size(); ++t) waiting_[t].HandOver(stats_[t]);
}

}  // namespace quantgate
