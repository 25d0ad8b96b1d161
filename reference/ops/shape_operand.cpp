#include "reference/ops/shape_operand.h"

#include <algorithm>
#include <cstring>

#include "reference/ops/op_checks.h"

namespace quantgate {
namespace {

bool StoresFullShape(const TensorInfo& tensor) {
  const auto& signature = tensor.shape_signature;
  return tensor.shape.rank() > 0 &&
         std::none_of(signature.begin(), signature.end(), [](int32_t dim) { return dim < 0; });
}

template <class T>
bool Agrees(const T* value, const std::vector<int64_t>& assumed) {
  for (size_t i = 0; i < assumed.size(); ++i) {
    if (value[i] != assumed[i] && value[i] != -1) return false;
  }
  return true;
}

}  // namespace

Result<ShapeOperand> ReadShapeOperand(const PrepareContext& context, size_t input, int first,
                                      size_t count) {
  ShapeOperand operand{input, {}, false};
  const int64_t length = context.input_shape(input).num_elements();
  auto constant = ConstantIntegers(context, input);
  if (constant.ok()) {
    operand.values = std::move(*constant);
    return operand;
  }
  const TensorInfo& output = context.output(0);
  const DType dtype = context.input(input).dtype;
  if ((dtype != DType::kInt32 && dtype != DType::kInt64) || !StoresFullShape(output)) {
    return constant.error();
  }
  const int rank = output.shape.rank();
  const int begin = first < 0 ? first + rank : first;
  const int end = count == 0 ? rank : begin + static_cast<int>(count);
  if (begin < 0 || end > rank || end - begin != length) return constant.error();
  for (int axis = begin; axis < end; ++axis) operand.values.push_back(output.shape.dim(axis));
  operand.assumed = true;
  return operand;
}

Kernel GuardShape(const PrepareContext& context, const ShapeOperand& operand, Kernel kernel) {
  if (!operand.assumed) return kernel;
  std::vector<size_t> sizes;
  for (size_t o = 0; o < context.num_outputs(); ++o) {
    sizes.push_back(ByteSize(context.output(o).dtype, context.output_shape(o)));
  }
  const bool wide = context.input(operand.input).dtype == DType::kInt64;
  return [=](const KernelArgs& args) {
    const bool agrees = wide ? Agrees(args.in<int64_t>(operand.input), operand.values)
                             : Agrees(args.in<int32_t>(operand.input), operand.values);
    if (agrees) return kernel(args);
    for (size_t o = 0; o < sizes.size(); ++o) {
      if (sizes[o] > 0) std::memset(args.outputs[o], 0, sizes[o]);
    }
  };
}

}  // namespace quantgate
