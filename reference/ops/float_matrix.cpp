#include "reference/ops/float_matrix.h"

#include <span>

#include "reference/ops/op_checks.h"
#include "reference/ops/row_quantization.h"

namespace quantgate {

void FloatMatrix::Accumulate(const KernelArgs& args, const float* vector, float* sums,
                             int8_t* codes) const {
  if (!quantized) {
    const auto* row = args.in<float>(input);
    for (int32_t r = 0; r < rows; ++r, row += columns) {
      float sum = 0;
      for (int32_t c = 0; c < columns; ++c) sum += row[c] * vector[c];
      sums[r] += sum;
    }
    return;
  }
  const std::span<const float> values(vector, static_cast<size_t>(columns));
  const RowQuantization quant =
      asymmetric ? QuantizeRowAsymmetric(values, codes) : QuantizeRowSymmetric(values, codes);
  const auto* row = args.in<int8_t>(input);
  for (int32_t r = 0; r < rows; ++r, row += columns) {
    int32_t sum = 0;
    for (int32_t c = 0; c < columns; ++c) sum += row[c] * (codes[c] - quant.zero_point);
    sums[r] += static_cast<float>(sum) * (quant.scale * scale);
  }
}

Result<FloatMatrix> MakeFloatMatrix(const PrepareContext& context, size_t input, int32_t rows,
                                    int32_t columns, bool asymmetric) {
  const TensorInfo& tensor = context.input(input);
  const Shape& shape = context.input_shape(input);
  if (shape.rank() != 2 || shape.dim(0) != rows || shape.dim(1) != columns) {
    return PrepareContext::Malformed("'" + tensor.name + "' has shape " + shape.ToString() +
                                     " where [" + std::to_string(rows) + "," +
                                     std::to_string(columns) + "] is needed");
  }
  FloatMatrix matrix{input, rows, columns, tensor.dtype == DType::kInt8, asymmetric, 1};
  if (!matrix.quantized && tensor.dtype != DType::kFloat32) return UnsupportedTypes(context);
  if (matrix.quantized) {
    QG_RETURN_IF_ERROR(CheckPerTensor(tensor));
    if (tensor.quant.zero_point() != 0) {
      return PrepareContext::Malformed("int8 weights must have zero point 0");
    }
    matrix.scale = tensor.quant.scale();
  }
  return matrix;
}

}  // namespace quantgate
