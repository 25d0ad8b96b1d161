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
bool Agrees(const std::byte* bytes, const std::vector<int64_t>& assumed) {
  for (size_t i = 0; i < assumed.size(); ++i) {
    T value{};
    std::memcpy(&value, bytes + i * sizeof(T), sizeof(T));
    if (value != assumed[i] && value != -1) return false;
  }
  return true;
}

}  // namespace

Result<std::vector<int64_t>> ReadShapeOperand(const PrepareContext& context, size_t input,
                                              int first, size_t count) {
  auto known = ConstantIntegers(context, input);
  const TensorInfo& output = context.output(0);
  const DType dtype = context.input(input).dtype;
  const bool integers = dtype == DType::kInt32 || dtype == DType::kInt64;
  if (known.ok() || !integers || !context.may_assume() || !StoresFullShape(output)) return known;
  const int64_t length = context.input_shape(input).num_elements();
  const int rank = output.shape.rank();
  const int begin = first < 0 ? first + rank : first;
  const int end = count == 0 ? rank : begin + static_cast<int>(count);
  if (begin < 0 || end > rank || end - begin != length) return known;
  std::vector<int64_t> assumed;
  for (int axis = begin; axis < end; ++axis) assumed.push_back(output.shape.dim(axis));
  context.Assume(input, [assumed, dtype](const std::byte* value) {
    return dtype == DType::kInt64 ? Agrees<int64_t>(value, assumed)
                                  : Agrees<int32_t>(value, assumed);
  });
  return assumed;
}

}  // namespace quantgate
