// WHERE with one input: the indices of what is not zero, int64 [found, rank], in row-major order.
// How many there are is part of the shape, so the condition has to be known when the plan is made.
#include "reference/numeric/element.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {

Result<Kernel> PrepareWhere(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  const Shape& shape = context.input_shape(0);
  const DType dtype = context.input(0).dtype;
  if (DTypeBits(dtype) < 8 || context.output(0).dtype != DType::kInt64) {
    return UnsupportedTypes(context);
  }
  const std::span<const std::byte> condition = context.input_constant(0);
  if (condition.empty() && shape.num_elements() > 0) {
    return PrepareContext::Unsupported(
        "its output's shape depends on values computed at run time; only a condition that is "
        "constant, or follows from constants and shapes, runs");
  }
  std::vector<int64_t> found;
  for (int64_t i = 0; i < shape.num_elements(); ++i) {
    if (ReadElement(condition, dtype, static_cast<size_t>(i)) != 0) found.push_back(i);
  }
  QG_ASSIGN_OR_RETURN(const Shape out,
                      MakeShape({static_cast<int64_t>(found.size()), shape.rank()}));
  context.SetOutputShape(0, out);
  return Kernel([shape, found](const KernelArgs& args) {
    int64_t* row = args.out<int64_t>(0);
    for (const int64_t position : found) {
      int64_t rest = position;
      for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        row[axis] = rest % shape.dim(axis);
        rest /= shape.dim(axis);
      }
      row += shape.rank();
    }
  });
}

}  // namespace quantgate
