// RELU, RELU6 and LOGISTIC as operators of their own.
//
// In codes: RELU and RELU6 rescale, out = clamp(zp_out + R(in - zp_in, s_in / s_out)), the clamp
// being the activation's ends as codes. LOGISTIC looks each code up in a table of 256 entries,
//   table[code] = quantize(logistic(dequantize(code))), evaluated in float32                (eq.
//   12)
#include <algorithm>
#include <array>
#include <cmath>

#include "reference/numeric/activation_range.h"
#include "reference/numeric/affine.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

template <class Code>
Result<Kernel> PrepareQuantizedRelu(const PrepareContext& context, Activation activation) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  const FixedMultiplier multiplier =
      ToFixedMultiplier(static_cast<double>(in.scale() / out.scale()));
  const CodeRange clamp =
      ActivationCodes(activation, out.scale(), out.zero_point(), context.output(0).dtype);
  const RoundingMode rounding = context.profile().elementwise_rounding;
  const int32_t zero_in = in.zero_point();
  const int32_t zero_out = out.zero_point();
  const int64_t count = context.input_shape(0).num_elements();
  return Kernel([=](const KernelArgs& args) {
    for (int64_t i = 0; i < count; ++i) {
      const int32_t scaled = MultiplyByFixed(args.in<Code>(0)[i] - zero_in, multiplier, rounding);
      args.out<Code>(0)[i] = static_cast<Code>(std::clamp(scaled + zero_out, clamp.min, clamp.max));
    }
  });
}

Result<Kernel> PrepareReluOf(PrepareContext& context, Activation activation) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  context.SetOutputShape(0, context.input_shape(0));
  const DType dtype = context.input(0).dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  switch (dtype) {
    case DType::kFloat32: {
      const FloatRange clamp = ActivationRange(activation);
      const int64_t count = context.input_shape(0).num_elements();
      return Kernel([=](const KernelArgs& args) {
        for (int64_t i = 0; i < count; ++i) {
          args.out<float>(0)[i] = std::clamp(args.in<float>(0)[i], clamp.min, clamp.max);
        }
      });
    }
    case DType::kInt8: return PrepareQuantizedRelu<int8_t>(context, activation);
    case DType::kUInt8: return PrepareQuantizedRelu<uint8_t>(context, activation);
    default: return UnsupportedTypes(context);
  }
}

float Logistic(float x) { return 1.0F / (1.0F + std::exp(-x)); }

// Eq. 12 for a unary function; the table is indexed by the code's low byte.
template <class Code, class Function>
Result<Kernel> PrepareTable(const PrepareContext& context, const Function& function) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  const CodeRange codes = CodeRangeOf(context.output(0).dtype);
  const float inverse_scale = 1.0F / out.scale();
  std::array<Code, 256> table{};
  for (int32_t code = codes.min; code <= codes.max; ++code) {
    const float real = in.scale() * static_cast<float>(code - in.zero_point());
    const float steps = std::round(function(real) * inverse_scale);
    const auto shifted = static_cast<int32_t>(steps + static_cast<float>(out.zero_point()));
    table[static_cast<uint8_t>(code)] =
        static_cast<Code>(std::clamp(shifted, codes.min, codes.max));
  }
  const int64_t count = context.input_shape(0).num_elements();
  return Kernel([=](const KernelArgs& args) {
    for (int64_t i = 0; i < count; ++i) {
      args.out<Code>(0)[i] = table[static_cast<uint8_t>(args.in<Code>(0)[i])];
    }
  });
}

}  // namespace

Result<Kernel> PrepareRelu(PrepareContext& context) {
  return PrepareReluOf(context, Activation::kRelu);
}

Result<Kernel> PrepareRelu6(PrepareContext& context) {
  return PrepareReluOf(context, Activation::kRelu6);
}

Result<Kernel> PrepareLogistic(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  context.SetOutputShape(0, context.input_shape(0));
  const DType dtype = context.input(0).dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  switch (dtype) {
    case DType::kFloat32: {
      const int64_t count = context.input_shape(0).num_elements();
      return Kernel([=](const KernelArgs& args) {
        for (int64_t i = 0; i < count; ++i) args.out<float>(0)[i] = Logistic(args.in<float>(0)[i]);
      });
    }
    case DType::kInt8: return PrepareTable<int8_t>(context, &Logistic);
    case DType::kUInt8: return PrepareTable<uint8_t>(context, &Logistic);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
