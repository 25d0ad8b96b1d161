// What a tensor's codes mean:
//
//   real = scale * (code - zero_point)
//
// with one (scale, zero_point) for the whole tensor, one for each slice along `axis`, or one for
// each block of consecutive elements.
#pragma once

#include <cstdint>
#include <vector>

namespace quantgate {

struct QuantParams {
  std::vector<float> scales;         // empty: the tensor is not quantized
  std::vector<int32_t> zero_points;  // as many as scales
  int axis = 0;                      // the sliced axis; of meaning only when per_axis()
  // Above 0: not slices of an axis but blocks of so many elements, in the order of the elements.
  // Only of constants as kernels see them (reference/interpreter); a file keeps the scales of
  // blocks in another tensor.
  int block = 0;

  [[nodiscard]] bool quantized() const { return !scales.empty(); }
  [[nodiscard]] bool per_axis() const { return scales.size() > 1; }
  // The pair of slice (or block) `slice`, whether the parameters are per tensor or per axis.
  [[nodiscard]] float scale(size_t slice = 0) const { return scales[per_axis() ? slice : 0]; }
  [[nodiscard]] int32_t zero_point(size_t slice = 0) const {
    return zero_points[per_axis() ? slice : 0];
  }

  friend bool operator==(const QuantParams&, const QuantParams&) = default;
};

// Per-tensor parameters.
inline QuantParams PerTensor(float scale, int32_t zero_point) { return {{scale}, {zero_point}, 0}; }

}  // namespace quantgate
