// RELU, RELU6, RELU_N1_TO_1, RELU_0_TO_1 as operators of their own: min(max(x, low), high).
//
// In codes they rescale, out = clamp(zp_out + R(in - zp_in, s_in / s_out)), the clamp being the
// ends as codes.
#include <algorithm>
#include <cmath>

#include "reference/numeric/activation_range.h"
#include "reference/numeric/affine.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

template <class Code>
Result<Kernel> PrepareQuantizedRelu(const PrepareContext& context, FloatRange reals) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  const FixedMultiplier multiplier =
      ToFixedMultiplier(static_cast<double>(in.scale() / out.scale()));
  const CodeRange clamp =
      ActivationCodes(reals, out.scale(), out.zero_point(), context.output(0).dtype);
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

Result<Kernel> PrepareReluOf(PrepareContext& context, FloatRange clamp) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  context.SetOutputShape(0, context.input_shape(0));
  const DType dtype = context.input(0).dtype;
  if (context.output(0).dtype != dtype) return UnsupportedTypes(context);
  switch (dtype) {
    case DType::kFloat32: {
      const int64_t count = context.input_shape(0).num_elements();
      return Kernel([=](const KernelArgs& args) {
        for (int64_t i = 0; i < count; ++i) {
          args.out<float>(0)[i] = std::clamp(args.in<float>(0)[i], clamp.min, clamp.max);
        }
      });
    }
    case DType::kInt8: return PrepareQuantizedRelu<int8_t>(context, clamp);
    case DType::kUInt8: return PrepareQuantizedRelu<uint8_t>(context, clamp);
    case DType::kInt16: return PrepareQuantizedRelu<int16_t>(context, clamp);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace

Result<Kernel> PrepareRelu(PrepareContext& context) {
  return PrepareReluOf(context, ActivationRange(Activation::kRelu));
}

Result<Kernel> PrepareRelu6(PrepareContext& context) {
  return PrepareReluOf(context, ActivationRange(Activation::kRelu6));
}

Result<Kernel> PrepareReluN1To1(PrepareContext& context) {
  return PrepareReluOf(context, FloatRange{-1.0F, 1.0F});
}

Result<Kernel> PrepareRelu0To1(PrepareContext& context) {
  return PrepareReluOf(context, FloatRange{0.0F, 1.0F});
}

}  // namespace quantgate
