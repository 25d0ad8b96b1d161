// Which elements of a tensor fall together when axes are reduced.
#pragma once

#include <array>

#include "reference/ops/op_checks.h"

namespace quantgate {

struct Reduction {
  Shape input;
  std::array<bool, Shape::kMaxRank> reduced{};
  int64_t count = 1;  // elements that fall together into one output
  int64_t outputs = 1;

  // Calls visit(input index, output index) for every input element, in order.
  template <class Visit>
  void ForEach(const Visit& visit) const {
    std::array<int64_t, Shape::kMaxRank> out_stride{};
    int64_t stride = 1;
    for (int axis = input.rank() - 1; axis >= 0; --axis) {
      if (reduced[static_cast<size_t>(axis)]) continue;
      out_stride[static_cast<size_t>(axis)] = stride;
      stride *= input.dim(axis);
    }
    // The last axis is walked inside, so that it costs no odometer.
    const int last = input.rank() - 1;
    const int64_t inner = last < 0 ? 1 : input.dim(last);
    const int64_t inner_stride = last < 0 ? 0 : out_stride[static_cast<size_t>(last)];
    std::array<int32_t, Shape::kMaxRank> at{};
    int64_t out = 0;
    const int64_t elements = input.num_elements();
    for (int64_t i = 0; i < elements; i += inner) {
      if (inner_stride == 1) {
        for (int64_t k = 0; k < inner; ++k) visit(i + k, out + k);
      } else {
        for (int64_t k = 0; k < inner; ++k) visit(i + k, out);
      }
      for (int axis = last - 1; axis >= 0; --axis) {
        const auto k = static_cast<size_t>(axis);
        out += out_stride[k];
        if (++at[k] < input.dim(axis)) break;
        out -= out_stride[k] * at[k];
        at[k] = 0;
      }
    }
  }
};

// Reads the axes (the constant second input) and sets the output's shape. Fails for an axis out of
// range; `count` may be 0 when a reduced axis is empty.
Result<Reduction> MakeReduction(PrepareContext& context, bool keep_dims);

}  // namespace quantgate
