#include "reference/core/shape.h"

#include <algorithm>

namespace quantgate {

Shape::Shape(std::initializer_list<int32_t> dims) {
  auto made = Make(std::span<const int32_t>(dims.begin(), dims.size()));
  *this = *made;
}

Result<Shape> Shape::Make(std::span<const int32_t> dims) {
  if (dims.size() > kMaxRank) {
    return Error{ErrorCode::kUnsupported, "rank " + std::to_string(dims.size()) +
                                              " is over the supported " + std::to_string(kMaxRank)};
  }
  Shape shape;
  int64_t elements = 1;
  for (int32_t extent : dims) {
    if (extent < 0) return Error{ErrorCode::kModel, "negative extent " + std::to_string(extent)};
    if (extent > 0 && elements > kMaxElements / extent) {
      return Error{ErrorCode::kModel, "the product of the extents is too large"};
    }
    elements *= extent;
    shape.dims_[static_cast<size_t>(shape.rank_++)] = extent;
  }
  return shape;
}

int64_t Shape::num_elements() const {
  int64_t product = 1;
  for (int32_t extent : dims()) product *= extent;
  return product;
}

int64_t Shape::outer_size() const {
  int64_t product = 1;
  for (int axis = 0; axis + 1 < rank_; ++axis) product *= dim(axis);
  return product;
}

std::string Shape::ToString() const {
  std::string text = "[";
  for (int axis = 0; axis < rank_; ++axis) {
    if (axis > 0) text += ",";
    text += std::to_string(dim(axis));
  }
  return text + "]";
}

}  // namespace quantgate
