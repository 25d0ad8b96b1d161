// L2_NORMALIZATION along the last axis, out = x / max(|x|_2, 1e-6), and
// LOCAL_RESPONSE_NORMALIZATION, out = x / (bias + alpha sum_{|d| <= radius} x[c + d]^2)^beta along
// the last axis.
//
// In codes, with a = in - zp_in and I = fixed-point 1 / sqrt(sum a^2), for an output of scale
// 1/128:
//   out = clamp(R(2^7 a, I) + zp_out), for int8 R(a, 2^7 I)          (eq. 23)
#include <algorithm>
#include <cmath>
#include <type_traits>

#include "reference/model/op_options.h"
#include "reference/numeric/inverse_sqrt.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

void L2Float(int64_t rows, int32_t depth, const KernelArgs& args) {
  constexpr float kSmallestNorm = 1e-6F;
  for (int64_t row = 0; row < rows; ++row) {
    const float* in = args.in<float>(0) + row * depth;
    float sum = 0;
    for (int32_t i = 0; i < depth; ++i) sum += in[i] * in[i];
    const float norm = std::max(std::sqrt(sum), kSmallestNorm);
    for (int32_t i = 0; i < depth; ++i) args.out<float>(0)[row * depth + i] = in[i] / norm;
  }
}

template <class Code>
Result<Kernel> PrepareQuantizedL2(const PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const Shape& shape = context.input_shape(0);
  const CodeRange codes = CodeRangeOf(context.output(0).dtype);
  const int32_t zero_in = context.input(0).quant.zero_point();
  const int32_t zero_out = codes.min + 128;  // fixed, with scale 1/128, by the spec
  if (context.output(0).quant.scale() != 1.0F / 128.0F ||
      context.output(0).quant.zero_point() != zero_out) {
    return PrepareContext::Malformed("the output's scale must be 1/128, its zero point " +
                                     std::to_string(zero_out));
  }
  const RoundingMode rounding = context.profile().elementwise_rounding;
  const int64_t rows = shape.outer_size();
  const int32_t depth = shape.last_dim();
  return Kernel([=](const KernelArgs& args) {
    for (int64_t row = 0; row < rows; ++row) {
      const Code* in = args.in<Code>(0) + row * depth;
      int32_t sum = 0;
      for (int32_t i = 0; i < depth; ++i) sum += (in[i] - zero_in) * (in[i] - zero_in);
      const FixedMultiplier inverse = InverseSqrt(sum);
      const FixedMultiplier shifted{inverse.multiplier_q31, inverse.shift + 7};
      for (int32_t i = 0; i < depth; ++i) {
        const int32_t difference = in[i] - zero_in;
        const int32_t scaled = std::is_same_v<Code, int8_t>
                                   ? MultiplyByFixed(difference, shifted, rounding)
                                   : MultiplyByFixed(128 * difference, inverse, rounding);
        args.out<Code>(0)[row * depth + i] =
            static_cast<Code>(std::clamp(scaled + zero_out, codes.min, codes.max));
      }
    }
  });
}

Status CheckRows(const PrepareContext& context) {
  const Shape& shape = context.input_shape(0);
  if (shape.rank() >= 1 && shape.last_dim() >= 1) return OkStatus();
  return PrepareContext::Malformed("input " + shape.ToString() + " has no last axis");
}

}  // namespace

Result<Kernel> PrepareL2Normalization(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  QG_RETURN_IF_ERROR(CheckRows(context));
  const auto options = OptionsOrDefault<schema::L2NormOptionsT>(context.node());
  if (options.fused_activation_function != schema::ActivationFunctionType::NONE) {
    return PrepareContext::Unsupported("a fused activation");
  }
  const int64_t rows = context.input_shape(0).outer_size();
  const int32_t depth = context.input_shape(0).last_dim();
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return Kernel([=](const KernelArgs& args) { L2Float(rows, depth, args); });
    case DType::kInt8: return PrepareQuantizedL2<int8_t>(context);
    case DType::kUInt8: return PrepareQuantizedL2<uint8_t>(context);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareLocalResponseNormalization(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  QG_RETURN_IF_ERROR(CheckRows(context));
  if (context.input(0).dtype != DType::kFloat32) return UnsupportedTypes(context);
  const auto options = OptionsOrDefault<schema::LocalResponseNormalizationOptionsT>(context.node());
  const int64_t rows = context.input_shape(0).outer_size();
  const int32_t depth = context.input_shape(0).last_dim();
  const int32_t radius = std::clamp(options.radius, 0, depth);
  return Kernel(
      [=, bias = options.bias, alpha = options.alpha, beta = options.beta](const KernelArgs& args) {
        for (int64_t row = 0; row < rows; ++row) {
          const float* in = args.in<float>(0) + row * depth;
          for (int32_t c = 0; c < depth; ++c) {
            float sum = 0;
            const int32_t last = std::min(depth, c + radius + 1);
            for (int32_t k = std::max(0, c - radius); k < last; ++k) sum += in[k] * in[k];
            args.out<float>(0)[row * depth + c] = in[c] * std::pow(bias + alpha * sum, -beta);
          }
        }
      });
}

}  // namespace quantgate
