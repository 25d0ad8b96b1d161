#include "reference/ops/reduction.h"

namespace quantgate {

Result<Reduction> MakeReduction(PrepareContext& context, bool keep_dims) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const std::vector<int64_t> axes, ConstantIntegers(context, 1));
  Reduction reduction{.input = context.input_shape(0)};
  const int rank = reduction.input.rank();
  for (int64_t axis : axes) {
    if (axis < -rank || axis >= rank) {
      return PrepareContext::Malformed("axis " + std::to_string(axis) + " of a tensor of rank " +
                                       std::to_string(rank));
    }
    reduction.reduced[static_cast<size_t>(axis < 0 ? axis + rank : axis)] = true;
  }
  std::vector<int32_t> out;
  for (int axis = 0; axis < rank; ++axis) {
    const int32_t extent = reduction.input.dim(axis);
    const bool reduced = reduction.reduced[static_cast<size_t>(axis)];
    int64_t& product = reduced ? reduction.count : reduction.outputs;
    product *= extent;
    if (!reduced || keep_dims) out.push_back(reduced ? 1 : extent);
  }
  QG_ASSIGN_OR_RETURN(const Shape shape, Shape::Make(out));
  context.SetOutputShape(0, shape);
  return reduction;
}

}  // namespace quantgate
