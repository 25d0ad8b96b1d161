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
    const int rank = output_.rank();
    std::array<int32_t, Shape::kMaxRank> at{};
    int64_t ia = 0;
    int64_t ib = 0;
    const int64_t count = output_.num_elements();
    for (int64_t i = 0; i < count; ++i) {
      visit(i, ia, ib);
      for (int axis = rank - 1; axis >= 0; --axis) {
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
