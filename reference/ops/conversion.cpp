// QUANTIZE and DEQUANTIZE: between reals and codes (eq. 1 and 2), and from codes to other codes,
//   out = clamp(R(in - zp_in, s_in / s_out) + zp_out)                                    (eq. 17)
#include <algorithm>

#include "reference/numeric/affine.h"
#include "reference/numeric/fixed_point.h"
#include "reference/numeric/float_requantization.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

// What codes can be: 8 and 16 bits by eq. 2, and int32 as a target of rescaling only.
bool IsCode(DType dtype) {
  return dtype == DType::kInt8 || dtype == DType::kUInt8 || dtype == DType::kInt16;
}

CodeRange RangeOf(DType dtype) {
  return dtype == DType::kInt32 ? CodeRange{INT32_MIN, INT32_MAX} : CodeRangeOf(dtype);
}

template <class In, class Out>
Kernel Rescale(const PrepareContext& context) {
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  const FixedMultiplier multiplier =
      ToFixedMultiplier(static_cast<double>(in.scale()) / static_cast<double>(out.scale()));
  const CodeRange codes = RangeOf(context.output(0).dtype);
  const RoundingMode rounding = context.profile().elementwise_rounding;
  const int32_t zero_in = in.zero_point();
  const int32_t zero_out = out.zero_point();
  const int64_t count = context.input_shape(0).num_elements();
  return [=](const KernelArgs& args) {
    for (int64_t i = 0; i < count; ++i) {
      const int32_t scaled = MultiplyByFixed(args.in<In>(0)[i] - zero_in, multiplier, rounding);
      args.out<Out>(0)[i] = static_cast<Out>(std::clamp(scaled + zero_out, codes.min, codes.max));
    }
  };
}

template <class In>
Result<Kernel> PrepareRescale(const PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  switch (context.output(0).dtype) {
    case DType::kInt8: return Rescale<In, int8_t>(context);
    case DType::kUInt8: return Rescale<In, uint8_t>(context);
    case DType::kInt16: return Rescale<In, int16_t>(context);
    case DType::kInt32: return Rescale<In, int32_t>(context);
    default: return UnsupportedTypes(context);
  }
}

// XNNPACK multiplies with the inverse of the scale and rounds ties to even. NaN becomes the zero
// point, as in eq. 2.
Kernel XnnpackQuantize(const PrepareContext& context) {
  const QuantParams& quant = context.output(0).quant;
  const float inverse_scale = 1.0F / quant.scale();
  const int32_t zero = quant.zero_point();
  const CodeRange codes = CodeRangeOf(DType::kInt8);
  const int64_t count = context.input_shape(0).num_elements();
  return [=](const KernelArgs& args) {
    for (int64_t i = 0; i < count; ++i) {
      const float steps = args.in<float>(0)[i] * inverse_scale;
      const float known = std::isnan(steps) ? 0.0F : steps;
      args.out<int8_t>(0)[i] =
          static_cast<int8_t>(RoundTiesEven(known, codes.min - zero, codes.max - zero) + zero);
    }
  };
}

}  // namespace

Result<Kernel> PrepareQuantize(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  context.SetOutputShape(0, context.input_shape(0));
  const DType to = context.output(0).dtype;
  if (!IsCode(to) && to != DType::kInt32) return UnsupportedTypes(context);
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  switch (context.input(0).dtype) {
    case DType::kInt16: return PrepareRescale<int16_t>(context);
    case DType::kInt32: return PrepareRescale<int32_t>(context);
    case DType::kInt8: return PrepareRescale<int8_t>(context);
    case DType::kUInt8: return PrepareRescale<uint8_t>(context);
    case DType::kFloat32: break;
    default: return UnsupportedTypes(context);
  }
  if (!IsCode(to)) return UnsupportedTypes(context);
  if (XnnpackTakes(context, 0, 0)) return XnnpackQuantize(context);
  const QuantParams quant = context.output(0).quant;
  const auto count = static_cast<size_t>(context.input_shape(0).num_elements());
  const size_t bytes = ByteSize(to, context.input_shape(0));
  return Kernel([=](const KernelArgs& args) {
    QuantizeTensor({args.in<float>(0), count}, quant, to, {args.outputs[0], bytes});
  });
}

Result<Kernel> PrepareDequantize(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  const Shape shape = context.input_shape(0);
  context.SetOutputShape(0, shape);
  const DType from = context.input(0).dtype;
  if (context.output(0).dtype != DType::kFloat32) return UnsupportedTypes(context);
  const QuantParams quant = context.input(0).quant;
  if (from != DType::kFloat16 && !(IsQuantizedStorage(from) && quant.quantized())) {
    return UnsupportedTypes(context);
  }
  const size_t bytes = ByteSize(from, shape);
  const auto count = static_cast<size_t>(shape.num_elements());
  return Kernel([=](const KernelArgs& args) {
    DequantizeTensor({args.inputs[0], bytes}, from, shape, quant, {args.out<float>(0), count});
  });
}

}  // namespace quantgate
