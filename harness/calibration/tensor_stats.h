// What is kept of a tensor's values while calibration runs: bounded memory, and merging two parts
// gives the same bytes as one pass over both.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "reference/interpreter/observer.h"

namespace quantgate {

struct TensorStats {
  float min = std::numeric_limits<float>::infinity();
  float max = -std::numeric_limits<float>::infinity();
  int64_t values = 0;
  int64_t non_finite = 0;

  void Update(std::span<const float> reals);
  void Merge(const TensorStats& other);
};

// Keeps TensorStats of every float tensor of a run.
class StatsObserver : public Observer {
 public:
  explicit StatsObserver(size_t num_tensors) : stats_(num_tensors) {}
  void OnTensor(int op_index, const TensorView& tensor) override;
  [[nodiscard]] const std::vector<TensorStats>& stats() const { return stats_; }

 private:
  std::vector<TensorStats> stats_;  // by tensor index; values == 0: never seen
};

}  // namespace quantgate
