// Element-wise pairs of tensors of different shapes.
#pragma once

#include <array>
#include <cstdint>

#include "reference/core/shape.h"

namespace quantgate {

// How two operands are walked to fill an output: the usual NumPy rule, an axis of extent one (or a
// missing leading axis) repeats.
class Broadcast {
 public:
  // Fails when the shapes do not fit.
  static Result<Broadcast> Make(const Shape& a, const Shape& b);

  // A walk over `output`, to which a and b must broadcast; fails when one does not.
  static Result<Broadcast> Over(const Shape& output, const Shape& a, const Shape& b);

  [[nodiscard]] const Shape& output() const { return output_; }

  // Calls visit(output index, a index, b index) for every output element, in order.
  template <class Visit>
  void ForEach(const Visit& visit) const {
    // The last axis is walked inside, so that it costs no odometer.
    const int last = output_.rank() - 1;
    const int64_t inner = last < 0 ? 1 : output_.dim(last);
    const int64_t a_inner = last < 0 ? 0 : a_stride_[static_cast<size_t>(last)];
    const int64_t b_inner = last < 0 ? 0 : b_stride_[static_cast<size_t>(last)];
    std::array<int32_t, Shape::kMaxRank> at{};
    int64_t ia = 0;
    int64_t ib = 0;
    const int64_t count = output_.num_elements();
    for (int64_t i = 0; i < count; i += inner) {
      if (a_inner == 1 && b_inner == 1) {
        for (int64_t k = 0; k < inner; ++k) visit(i + k, ia + k, ib + k);
      } else {
        for (int64_t k = 0; k < inner; ++k) visit(i + k, ia + k * a_inner, ib + k * b_inner);
      }
      for (int axis = last - 1; axis >= 0; --axis) {
        const auto k = static_cast<size_t>(axis);
        ia += a_stride_[k];
        ib += b_stride_[k];
        if (++at[k] < output_.dim(axis)) break;
        ia -= a_stride_[k] * at[k];
        ib -= b_stride_[k] * at[k];
        at[k] = 0;
      }
    }
  }

 private:
  Shape output_;
  std::array<int64_t, Shape::kMaxRank> a_stride_{};  // 0 on a repeated axis
  std::array<int64_t, Shape::kMaxRank> b_stride_{};
};

}  // namespace quantgate
