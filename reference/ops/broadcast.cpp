#include "reference/ops/broadcast.h"

#include <algorithm>
#include <vector>

namespace quantgate {
namespace {

// Strides of `shape` aligned to the right end of an output of rank `rank`.
std::array<int64_t, Shape::kMaxRank> AlignedStrides(const Shape& shape, int rank) {
  std::array<int64_t, Shape::kMaxRank> strides{};
  int64_t stride = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    const auto at = static_cast<size_t>(axis + rank - shape.rank());
    strides[at] = shape.dim(axis) == 1 ? 0 : stride;
    stride *= shape.dim(axis);
  }
  return strides;
}

}  // namespace

Result<Broadcast> Broadcast::Over(const Shape& output, const Shape& a, const Shape& b) {
  for (const Shape& shape : {a, b}) {
    QG_ASSIGN_OR_RETURN(const Broadcast whole, Make(output, shape));
    if (whole.output() != output) {
      return Error{ErrorCode::kModel,
                   "shape " + shape.ToString() + " does not broadcast to " + output.ToString()};
    }
  }
  Broadcast result;
  result.output_ = output;
  result.a_stride_ = AlignedStrides(a, output.rank());
  result.b_stride_ = AlignedStrides(b, output.rank());
  return result;
}

Result<Broadcast> Broadcast::Make(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::vector<int32_t> dims(static_cast<size_t>(rank));
  for (int axis = 0; axis < rank; ++axis) {
    const int axis_a = axis + a.rank() - rank;
    const int axis_b = axis + b.rank() - rank;
    const int32_t da = axis_a < 0 ? 1 : a.dim(axis_a);
    const int32_t db = axis_b < 0 ? 1 : b.dim(axis_b);
    if (da != db && da != 1 && db != 1) {
      return Error{ErrorCode::kModel,
                   "shapes " + a.ToString() + " and " + b.ToString() + " do not broadcast"};
    }
    dims[static_cast<size_t>(axis)] = da == 1 ? db : da;
  }
  Broadcast result;
  QG_ASSIGN_OR_RETURN(result.output_, Shape::Make(dims));
  result.a_stride_ = AlignedStrides(a, rank);
  result.b_stride_ = AlignedStrides(b, rank);
  return result;
}

}  // namespace quantgate
