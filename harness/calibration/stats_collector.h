// The statistics of all tensors over the samples that one thread sees.
#pragma once

#include <span>
#include <vector>

#include "harness/calibration/observed_tensors.h"
#include "harness/calibration/tensor_stats.h"
#include "reference/interpreter/observer.h"

namespace quantgate {

// Samples of small tensors wait for others: observing many at once costs each far less.
class WaitingSamples {
 public:
  // Of tensors with one row of at most half as many values.
  static constexpr size_t kMostValues = 2048;

  // Adds sample `index`; hands over what waits to `stats` where it does not follow, or as much
  // waits as may.
  void Add(int64_t index, std::span<const float> reals, TensorStats& stats);
  void HandOver(TensorStats& stats);

 private:
  int64_t first_ = 0;
  int64_t next_ = 0;
  std::vector<float> values_;
};

class StatsCollector {
 public:
  // `observed` outlives it.
  explicit StatsCollector(const ObservedTensors& observed);

  // What sample `sample` has in a tensor, or writes to a state.
  void Add(int64_t sample, const TensorView& tensor);
  // Hands over all that waits; at the end of each chunk.
  void Finish();
  [[nodiscard]] std::vector<TensorStats>& stats() { return stats_; }  // by tensor index

 private:
  const ObservedTensors& observed_;
  std::vector<TensorStats> stats_;
  std::vector<WaitingSamples> waiting_;  // by tensor index
};

// Watches the runs of one sample after the other.
class SampleObserver : public Observer {
 public:
  explicit SampleObserver(StatsCollector& collector) : collector_(collector) {}
  void BeginSample(int64_t index) { sample_ = index; }
  void OnTensor(int /*op_index*/, const TensorView& tensor) override {
    collector_.Add(sample_, tensor);
  }
  void OnState(int /*op_index*/, const TensorView& tensor) override {
    collector_.Add(sample_, tensor);
  }

 private:
  StatsCollector& collector_;
  int64_t sample_ = 0;
};

}  // namespace quantgate
