// SOFTMAX along the last axis: out = exp(beta (x - max)) / sum exp(beta (x - max)).
//
// In codes (the float-table form TFLite's x86 kernels use; the fixed-point form is another one):
//   table[d] = exp(-beta s_in d) for d = max code - code, 0..255, in float32
//   out = clamp(trunc(table[d] * (1 / (sum table * s_out)) + 0.5) + zp_out)                 (eq.
//   13)
#include <algorithm>
#include <array>
#include <cmath>

#include "reference/model/op_options.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

void SoftmaxFloat(int64_t rows, int32_t depth, float beta, const KernelArgs& args) {
  for (int64_t row = 0; row < rows; ++row) {
    const float* in = args.in<float>(0) + row * depth;
    float* out = args.out<float>(0) + row * depth;
    const float max = *std::max_element(in, in + depth);
    float sum = 0;
    for (int32_t i = 0; i < depth; ++i) {
      out[i] = std::exp((in[i] - max) * beta);
      sum += out[i];
    }
    for (int32_t i = 0; i < depth; ++i) out[i] /= sum;
  }
}

struct QuantizedSoftmax {
  int64_t rows = 0;
  int32_t depth = 0;
  float output_scale = 0;
  int32_t output_zero_point = 0;
  CodeRange codes{};
  std::array<float, 256> table{};
};

template <class Code>
void RunQuantized(const QuantizedSoftmax& op, const KernelArgs& args) {
  for (int64_t row = 0; row < op.rows; ++row) {
    const Code* in = args.in<Code>(0) + row * op.depth;
    Code* out = args.out<Code>(0) + row * op.depth;
    const int32_t max = *std::max_element(in, in + op.depth);
    float sum = 0;
    for (int32_t i = 0; i < op.depth; ++i) sum += op.table[static_cast<size_t>(max - in[i])];
    const float inverse = 1.0F / (sum * op.output_scale);
    for (int32_t i = 0; i < op.depth; ++i) {
      const float steps = op.table[static_cast<size_t>(max - in[i])] * inverse;
      const int32_t code = static_cast<int32_t>(steps + 0.5F) + op.output_zero_point;
      out[i] = static_cast<Code>(std::clamp(code, op.codes.min, op.codes.max));
    }
  }
}

template <class Code>
Result<Kernel> PrepareQuantized(const PrepareContext& context, float beta) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const Shape& shape = context.input_shape(0);
  QuantizedSoftmax op{.rows = shape.outer_size(), .depth = shape.last_dim()};
  op.output_scale = context.output(0).quant.scale();
  op.output_zero_point = context.output(0).quant.zero_point();
  op.codes = CodeRangeOf(context.output(0).dtype);
  const float step = -context.input(0).quant.scale() * beta;
  for (size_t d = 0; d < op.table.size(); ++d) {
    op.table[d] = std::exp(step * static_cast<float>(d));
  }
  return Kernel([=](const KernelArgs& args) { RunQuantized<Code>(op, args); });
}

}  // namespace

Result<Kernel> PrepareSoftmax(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  const Shape& shape = context.input_shape(0);
  if (shape.rank() < 1 || shape.last_dim() < 1) {
    return PrepareContext::Malformed("input " + shape.ToString() + " has no last axis to sum over");
  }
  context.SetOutputShape(0, shape);
  const auto* options = OptionsAs<schema::SoftmaxOptionsT>(context.node());
  if (options == nullptr) return PrepareContext::Malformed("no SoftmaxOptions");
  const float beta = options->beta;
  const DType dtype = context.input(0).dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  switch (dtype) {
    case DType::kFloat32: {
      const int64_t rows = shape.outer_size();
      const int32_t depth = shape.last_dim();
      return Kernel([=](const KernelArgs& args) { SoftmaxFloat(rows, depth, beta, args); });
    }
    case DType::kInt8: return PrepareQuantized<int8_t>(context, beta);
    case DType::kUInt8: return PrepareQuantized<uint8_t>(context, beta);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
