#include "reference/ops/op_checks.h"

#include <cmath>
#include <cstring>

namespace quantgate {

Status CheckArity(const PrepareContext& context, size_t min, size_t max, size_t outputs) {
  if (context.num_inputs() < min || context.num_inputs() > max) {
    return PrepareContext::Malformed(std::to_string(context.num_inputs()) +
                                     " inputs where the operator takes " + std::to_string(min) +
                                     " to " + std::to_string(max));
  }
  if (context.num_outputs() != outputs) {
    return PrepareContext::Malformed(std::to_string(context.num_outputs()) +
                                     " outputs where the operator makes " +
                                     std::to_string(outputs));
  }
  for (size_t i = 0; i < min; ++i) {
    if (!context.has_input(i)) {
      return PrepareContext::Malformed("input " + std::to_string(i) + " is left out but needed");
    }
  }
  return OkStatus();
}

Status CheckPerTensor(const TensorInfo& tensor) {
  const QuantParams& quant = tensor.quant;
  Error error = PrepareContext::Malformed("");
  error.tensor = tensor.name;
  if (quant.scales.size() != 1) {
    error.message = "needs one scale and zero point, has " + std::to_string(quant.scales.size());
    return error;
  }
  if (!(quant.scales[0] > 0) || !std::isfinite(quant.scales[0])) {
    error.message = "scale " + std::to_string(quant.scales[0]) + " is not positive and finite";
    return error;
  }
  if (!IsQuantizedStorage(tensor.dtype)) return OkStatus();  // int32 takes any zero point
  const CodeRange codes = CodeRangeOf(tensor.dtype);
  if (quant.zero_points[0] < codes.min || quant.zero_points[0] > codes.max) {
    error.message =
        "zero point " + std::to_string(quant.zero_points[0]) + " is not a code of its type";
    return error;
  }
  return OkStatus();
}

Error UnsupportedTypes(const PrepareContext& context) {
  std::string text = "no kernel for types";
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    text += i == 0 ? " " : ", ";
    text += context.has_input(i) ? DTypeName(context.input(i).dtype) : "none";
  }
  text += " ->";
  for (size_t i = 0; i < context.num_outputs(); ++i) {
    text += " ";
    text += DTypeName(context.output(i).dtype);
  }
  return PrepareContext::Unsupported(text);
}

Status CheckActivation(Activation activation) {
  switch (activation) {
    case Activation::kNone:
    case Activation::kRelu:
    case Activation::kReluN1To1:
    case Activation::kRelu6: return OkStatus();
  }
  return PrepareContext::Unsupported("fused activation " +
                                     std::to_string(static_cast<int>(activation)) +
                                     " (NONE, RELU, RELU_N1_TO_1 and RELU6 run here)");
}

Error NotKnown(const PrepareContext& context, size_t i) {
  return PrepareContext::Unsupported("input " + std::to_string(i) + " ('" + context.input(i).name +
                                     "') must be a constant");
}

Result<std::vector<int64_t>> ConstantIntegers(const PrepareContext& context, size_t i) {
  const TensorInfo& tensor = context.input(i);
  if (tensor.dtype != DType::kInt32 && tensor.dtype != DType::kInt64) {
    return UnsupportedTypes(context);
  }
  const auto count = static_cast<size_t>(context.input_shape(i).num_elements());
  const auto known = context.PlannedValue(i);
  if (!known) return NotKnown(context, i);
  const std::span<const std::byte> data = *known;
  std::vector<int64_t> values(count);
  for (size_t k = 0; k < count; ++k) {
    if (tensor.dtype == DType::kInt64) {
      std::memcpy(&values[k], data.data() + k * sizeof(int64_t), sizeof(int64_t));
    } else {
      int32_t value = 0;
      std::memcpy(&value, data.data() + k * sizeof(int32_t), sizeof(int32_t));
      values[k] = value;
    }
  }
  return values;
}

Status CheckVector(const PrepareContext& context, size_t input, int32_t length) {
  if (context.input_shape(input).num_elements() == length) return OkStatus();
  return PrepareContext::Malformed("'" + context.input(input).name + "' has shape " +
                                   context.input_shape(input).ToString() + " where " +
                                   std::to_string(length) + " values are needed");
}

Status CheckMatrix(const PrepareContext& context, size_t input, int32_t rows, int32_t columns) {
  const Shape& shape = context.input_shape(input);
  if (shape.rank() == 2 && shape.dim(0) == rows && shape.dim(1) == columns) return OkStatus();
  return PrepareContext::Malformed("'" + context.input(input).name + "' has shape " +
                                   shape.ToString() + " where [" + std::to_string(rows) + "," +
                                   std::to_string(columns) + "] is needed");
}

Status CheckState(const PrepareContext& context, size_t input, int64_t elements) {
  if (!context.has_input(input) || !context.input(input).is_variable) {
    return PrepareContext::Malformed("input " + std::to_string(input) +
                                     " must be a variable tensor");
  }
  if (context.input_shape(input).num_elements() == elements) return OkStatus();
  return PrepareContext::Malformed("state '" + context.input(input).name + "' has shape " +
                                   context.input_shape(input).ToString() + " where " +
                                   std::to_string(elements) + " values are needed");
}

}  // namespace quantgate
