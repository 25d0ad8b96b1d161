// LOG_SOFTMAX along the last axis: out = x - max - log(sum exp(x - max)).
//
// In codes, in float32 with the table of SOFTMAX (eq. 13), L = s_in max + log(sum table):
//   out = clamp(rint(s_in / s_out code - L / s_out) + zp_out)                              (eq. 22)
#include <algorithm>
#include <array>
#include <cmath>

#include "reference/numeric/int_conversion.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

void LogSoftmaxFloat(int64_t rows, int32_t depth, const KernelArgs& args) {
  for (int64_t row = 0; row < rows; ++row) {
    const float* in = args.in<float>(0) + row * depth;
    float* out = args.out<float>(0) + row * depth;
    const float max = *std::max_element(in, in + depth);
    float sum = 0;
    for (int32_t i = 0; i < depth; ++i) sum += std::exp(in[i] - max);
    const float log_sum = std::log(sum);
    for (int32_t i = 0; i < depth; ++i) out[i] = in[i] - max - log_sum;
  }
}

struct QuantizedLogSoftmax {
  int64_t rows = 0;
  int32_t depth = 0;
  float input_scale = 0;
  float output_scale = 0;
  int32_t output_zero_point = 0;
  CodeRange codes{};
  std::array<float, 256> table{};
};

template <class Code>
void RunQuantized(const QuantizedLogSoftmax& op, const KernelArgs& args) {
  const float scale = op.input_scale / op.output_scale;
  for (int64_t row = 0; row < op.rows; ++row) {
    const Code* in = args.in<Code>(0) + row * op.depth;
    Code* out = args.out<Code>(0) + row * op.depth;
    const int32_t max = *std::max_element(in, in + op.depth);
    float sum = 0;
    for (int32_t i = 0; i < op.depth; ++i) sum += op.table[static_cast<size_t>(max - in[i])];
    const float offset =
        (op.input_scale * static_cast<float>(max) + std::log(sum)) / op.output_scale;
    for (int32_t i = 0; i < op.depth; ++i) {
      const float log_probability = scale * static_cast<float>(in[i]) - offset;
      const int32_t code = ToCode(std::rint(log_probability), op.output_zero_point);
      out[i] = static_cast<Code>(std::clamp(code, op.codes.min, op.codes.max));
    }
  }
}

template <class Code>
Result<Kernel> PrepareQuantized(const PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const Shape& shape = context.input_shape(0);
  QuantizedLogSoftmax op{.rows = shape.outer_size(), .depth = shape.last_dim()};
  op.input_scale = context.input(0).quant.scale();
  op.output_scale = context.output(0).quant.scale();
  op.output_zero_point = context.output(0).quant.zero_point();
  op.codes = CodeRangeOf(context.output(0).dtype);
  for (size_t d = 0; d < op.table.size(); ++d) {
    op.table[d] = std::exp(-op.input_scale * static_cast<float>(d));
  }
  return Kernel([=](const KernelArgs& args) { RunQuantized<Code>(op, args); });
}

}  // namespace

Result<Kernel> PrepareLogSoftmax(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  const Shape& shape = context.input_shape(0);
  if (shape.rank() < 1 || shape.last_dim() < 1) {
    return PrepareContext::Malformed("input " + shape.ToString() + " has no last axis to sum over");
  }
  switch (context.input(0).dtype) {
    case DType::kFloat32: {
      const int64_t rows = shape.outer_size();
      const int32_t depth = shape.last_dim();
      return Kernel([=](const KernelArgs& args) { LogSoftmaxFloat(rows, depth, args); });
    }
    case DType::kInt8: return PrepareQuantized<int8_t>(context);
    case DType::kUInt8: return PrepareQuantized<uint8_t>(context);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
