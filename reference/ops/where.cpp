// WHERE with one input: the indices of what is not zero, int64 [found, rank], in row-major order.
// How many there are is the first extent of the output.
#include "reference/numeric/element.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/strided_copy.h"

namespace quantgate {
namespace {

bool IsTrue(const std::byte* condition, DType dtype, int64_t i) {
  const auto bytes = static_cast<size_t>(DTypeBits(dtype) / 8);
  return ReadElement({condition + static_cast<size_t>(i) * bytes, bytes}, dtype, 0) != 0;
}

int64_t CountTrue(const std::byte* condition, DType dtype, int64_t elements) {
  int64_t count = 0;
  for (int64_t i = 0; i < elements; ++i) count += IsTrue(condition, dtype, i) ? 1 : 0;
  return count;
}

}  // namespace

Result<Kernel> PrepareWhere(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  const Shape& shape = context.input_shape(0);
  const DType dtype = context.input(0).dtype;
  if (DTypeBits(dtype) < 8 || context.output(0).dtype != DType::kInt64) {
    return UnsupportedTypes(context);
  }
  const auto condition = context.PlannedValue(0);
  if (!condition) {
    return PrepareContext::Unsupported("its output's shape depends on the values of '" +
                                       context.input(0).name + "', which must be a constant");
  }
  const int64_t elements = shape.num_elements();
  const int64_t found = CountTrue(condition->data(), dtype, elements);
  QG_ASSIGN_OR_RETURN(const Shape out, MakeShape({found, shape.rank()}));
  context.SetOutputShape(0, out);
  context.AlsoFor(
      0, [=](const std::byte* value) { return CountTrue(value, dtype, elements) == found; });
  return Kernel([=](const KernelArgs& args) {
    int64_t* row = args.out<int64_t>(0);
    for (int64_t i = 0; i < elements; ++i) {
      if (!IsTrue(args.inputs[0], dtype, i)) continue;
      int64_t rest = i;
      for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        row[axis] = rest % shape.dim(axis);
        rest /= shape.dim(axis);
      }
      row += shape.rank();
    }
  });
}

}  // namespace quantgate
