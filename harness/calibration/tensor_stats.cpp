#include "harness/calibration/tensor_stats.h"

#include <algorithm>
#include <cmath>

namespace quantgate {

void TensorStats::Update(std::span<const float> reals) {
  for (float real : reals) {
    if (!std::isfinite(real)) {
      ++non_finite;
      continue;
    }
    min = std::min(min, real);
    max = std::max(max, real);
    ++values;
  }
}

void TensorStats::Merge(const TensorStats& other) {
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  values += other.values;
  non_finite += other.non_finite;
}

void StatsObserver::OnTensor(int /*op_index*/, const TensorView& tensor) {
  if (tensor.info->dtype != DType::kFloat32) return;
  stats_[static_cast<size_t>(tensor.index)].Update(
      {reinterpret_cast<const float*>(tensor.data.data()), tensor.data.size() / sizeof(float)});
}

}  // namespace quantgate
