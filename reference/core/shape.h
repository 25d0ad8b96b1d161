// The extents of a tensor, outermost first. Held inline, compared by value.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "reference/core/result.h"

namespace quantgate {

class Shape {
 public:
  static constexpr int kMaxRank = 8;
  // No tensor of a model this program runs has more elements than this (2^40); it keeps every
  // product of extents and element sizes far from overflow.
  static constexpr int64_t kMaxElements = int64_t{1} << 40;

  Shape() = default;  // a scalar: rank 0, one element
  // For extents known to be valid; aborts otherwise. Input from files goes through Make.
  Shape(std::initializer_list<int32_t> dims);

  // Fails when the rank is over kMaxRank, an extent is negative or the product is too large.
  static Result<Shape> Make(std::span<const int32_t> dims);

  [[nodiscard]] int rank() const { return rank_; }
  // The extent of axis `axis`, 0 <= axis < rank().
  [[nodiscard]] int32_t dim(int axis) const {
    QG_CHECK(axis >= 0 && axis < rank_);
    return dims_[static_cast<size_t>(axis)];
  }
  [[nodiscard]] std::span<const int32_t> dims() const {
    return {dims_.data(), static_cast<size_t>(rank_)};
  }
  // The product of the extents; 1 for a scalar.
  [[nodiscard]] int64_t num_elements() const;
  // The product of the extents but the last; rank() >= 1.
  [[nodiscard]] int64_t outer_size() const;
  // The last extent; rank() >= 1.
  [[nodiscard]] int32_t last_dim() const { return dim(rank_ - 1); }
  // "[1,28,28,1]"; "[]" for a scalar.
  [[nodiscard]] std::string ToString() const;

  friend bool operator==(const Shape&, const Shape&) = default;

 private:
  std::array<int32_t, kMaxRank> dims_{};
  int rank_ = 0;
};

}  // namespace quantgate
