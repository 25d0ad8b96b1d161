// ADD, SUB and MUL with broadcasting and a fused activation.
//
// In codes, with a = in0 - zp0 and b = in1 - zp1, s = max(scale0, scale1), L = 20 bits of headroom:
//   ADD, SUB: out = clamp(zp + R(R(2^L a, s0/2s) +- R(2^L b, s1/2s), 2s / (2^L s_out)))   (eq. 10)
//   MUL:      out = clamp(zp + R(a b, s0 s1 / s_out))                                     (eq. 11)
// where R(x, M) = MultiplyByFixed.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "reference/model/op_options.h"
#include "reference/ops/binary_spec.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

Result<QuantizedBinary> MakeQuantized(const PrepareContext& context, BinaryKind kind,
                                      Activation activation) {
  const QuantParams& a = context.input(0).quant;
  const QuantParams& b = context.input(1).quant;
  const QuantParams& out = context.output(0).quant;
  QuantizedBinary op{.kind = kind,
                     .zero_point_a = a.zero_point(),
                     .zero_point_b = b.zero_point(),
                     .zero_point_out = out.zero_point()};
  op.rounding = context.profile().elementwise_rounding;
  op.clamp = ActivationCodes(activation, out.scale(), out.zero_point(), context.output(0).dtype);
  if (kind == BinaryKind::kMul) {
    const double wide = static_cast<double>(a.scale()) * static_cast<double>(b.scale()) /
                        static_cast<double>(out.scale());
    const auto narrow = static_cast<double>(a.scale() * b.scale() / out.scale());
    op.out = ToFixedMultiplier(context.profile().mul_scales_in_double ? wide : narrow);
    return op;
  }
  if (context.output(0).dtype == DType::kInt16) op.headroom_bits = 15;
  const double twice_max = 2.0 * static_cast<double>(std::max(a.scale(), b.scale()));
  if (kind == BinaryKind::kSub && context.profile().sub_scales_in_float) {
    const float twice = 2.0F * std::max(a.scale(), b.scale());
    op.a = ToFixedMultiplier(a.scale() / twice);
    op.b = ToFixedMultiplier(b.scale() / twice);
    op.out = ToFixedMultiplier(twice / (static_cast<float>(1 << op.headroom_bits) * out.scale()));
    return op;
  }
  op.a = ToFixedMultiplier(a.scale() / twice_max);
  op.b = ToFixedMultiplier(b.scale() / twice_max);
  op.out =
      ToFixedMultiplier(twice_max / (static_cast<double>(1 << op.headroom_bits) * out.scale()));
  if (ToReal(op.out) >= 1.0) {
    return PrepareContext::Unsupported("output scale is too small against the inputs' scales");
  }
  return op;
}

// The larger scale against the output's becomes a multiplier of 21 bits (eq. 31).
XnnpackBinary MakeXnnpack(const PrepareContext& context, BinaryKind kind, Activation activation) {
  const QuantParams& a = context.input(0).quant;
  const QuantParams& b = context.input(1).quant;
  const QuantParams& out = context.output(0).quant;
  XnnpackBinary op{.kind = kind,
                   .zero_point_a = a.zero_point(),
                   .zero_point_b = b.zero_point(),
                   .zero_point_out = out.zero_point()};
  op.clamp = ActivationCodesTiesEven(ActivationRange(activation), out.scale(), out.zero_point(),
                                     DType::kInt8);
  if (kind == BinaryKind::kMul) {
    op.scale = a.scale() * b.scale() / out.scale();
    return op;
  }
  const float scale_a = a.scale() / out.scale();
  const float scale_b = b.scale() / out.scale();
  constexpr int kMultiplierBits = 20;
  op.shift = kMultiplierBits - std::ilogb(std::max(scale_a, scale_b));
  op.a = static_cast<int32_t>(std::nearbyint(std::ldexp(scale_a, op.shift)));
  op.b = static_cast<int32_t>(std::nearbyint(std::ldexp(scale_b, op.shift)));
  if (kind == BinaryKind::kSub) op.b = -op.b;
  return op;
}

template <class Code, class Op>
Kernel ApplyToCodes(const Broadcast& broadcast, const Op& op) {
  return [=](const KernelArgs& args) {
    broadcast.ForEach([&](int64_t i, int64_t ia, int64_t ib) {
      args.out<Code>(0)[i] =
          static_cast<Code>(op.Apply(args.in<Code>(0)[ia], args.in<Code>(1)[ib]));
    });
  };
}

template <class Code>
Result<Kernel> PrepareQuantized(PrepareContext& context, const Broadcast& broadcast,
                                BinaryKind kind, Activation activation) {
  for (size_t i = 0; i < 2; ++i) QG_RETURN_IF_ERROR(CheckPerTensor(context.input(i)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  if (kind == BinaryKind::kMul ? XnnpackTakesProduct(context) : XnnpackTakesSum(context)) {
    return ApplyToCodes<Code>(broadcast, MakeXnnpack(context, kind, activation));
  }
  QG_ASSIGN_OR_RETURN(const QuantizedBinary op, MakeQuantized(context, kind, activation));
  context.Publish(BinarySpec{kind, broadcast, {}, op});
  return ApplyToCodes<Code>(broadcast, op);
}

// log2 of a scale that is a power of two, within TFLite's tolerance.
std::optional<int> PowerOfTwo(float scale) {
  const double exponent = std::log2(static_cast<double>(scale));
  const double rounded = std::round(exponent);
  if (!(std::abs(exponent - rounded) < 1e-3)) return std::nullopt;
  return static_cast<int>(rounded);
}

bool AllPowersOfTwo(const PrepareContext& context) {
  for (const TensorInfo* tensor : {&context.input(0), &context.input(1), &context.output(0)}) {
    if (!tensor->quant.quantized() || !PowerOfTwo(tensor->quant.scale())) return false;
  }
  return true;
}

// int16 with power-of-two scales and zero points 0: the finer input is shifted to the output's
// scale (ties away from zero) and the sum saturates. The other input must have the output's scale.
Result<Kernel> PreparePowerOfTwo(const PrepareContext& context, const Broadcast& broadcast,
                                 BinaryKind kind, Activation activation) {
  for (size_t i = 0; i < 2; ++i) QG_RETURN_IF_ERROR(CheckPerTensor(context.input(i)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& out = context.output(0).quant;
  const int log_out = *PowerOfTwo(out.scale());
  const int shift_a = *PowerOfTwo(context.input(0).quant.scale()) - log_out;
  const int shift_b = *PowerOfTwo(context.input(1).quant.scale()) - log_out;
  if (shift_a > 0 || shift_b > 0 || (shift_a != 0 && shift_b != 0)) {
    return PrepareContext::Unsupported(
        "int16 with power-of-two scales, of which neither is the "
        "output's, or one is larger");
  }
  const CodeRange clamp = ActivationCodes(activation, out.scale(), out.zero_point(), DType::kInt16);
  return MapBinary<int16_t, int16_t>(broadcast, [=](int16_t a, int16_t b) {
    const int32_t sum =
        Combine<int32_t>(kind, RoundingDivideByPowerOfTwo(a, std::min(-shift_a, 31)),
                         RoundingDivideByPowerOfTwo(b, std::min(-shift_b, 31)));
    const int32_t saturated = std::clamp<int32_t>(sum, INT16_MIN, INT16_MAX);
    return std::clamp(saturated, clamp.min, clamp.max);
  });
}

// Plain integers; they wrap as TFLite's do.
template <class T>
Result<Kernel> PrepareInteger(const Broadcast& broadcast, BinaryKind kind, Activation activation) {
  const FloatRange reals = ActivationRange(activation);
  const T low =
      std::isfinite(reals.min) ? static_cast<T>(reals.min) : std::numeric_limits<T>::min();
  const T high =
      std::isfinite(reals.max) ? static_cast<T>(reals.max) : std::numeric_limits<T>::max();
  return MapBinary<T, T>(broadcast,
                         [=](T a, T b) { return std::clamp(Combine<T>(kind, a, b), low, high); });
}

Result<Kernel> PrepareBinary(PrepareContext& context, BinaryKind kind, int8_t activation_number,
                             bool pot_scale_int16) {
  QG_RETURN_IF_ERROR(CheckArity(context, 2, 2, 1));
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast,
                      Broadcast::Make(context.input_shape(0), context.input_shape(1)));
  context.SetOutputShape(0, broadcast.output());
  const auto activation = static_cast<Activation>(activation_number);
  QG_RETURN_IF_ERROR(CheckActivation(activation));
  const DType dtype = context.input(0).dtype;
  if (context.input(1).dtype != dtype || context.output(0).dtype != dtype) {
    return UnsupportedTypes(context);
  }
  switch (dtype) {
    case DType::kFloat32: {
      const FloatRange clamp = ActivationRange(activation);
      context.Publish(BinarySpec{kind, broadcast, clamp, {}});
      return Kernel([=](const KernelArgs& args) {
        const auto* a = args.in<float>(0);
        const auto* b = args.in<float>(1);
        auto* out = args.out<float>(0);
        const auto run = [&](auto combine) {
          broadcast.ForEach([&](int64_t i, int64_t ia, int64_t ib) {
            out[i] = std::clamp(combine(a[ia], b[ib]), clamp.min, clamp.max);
          });
        };
        switch (kind) {
          case BinaryKind::kAdd: return run([](float x, float y) { return x + y; });
          case BinaryKind::kSub: return run([](float x, float y) { return x - y; });
          case BinaryKind::kMul: return run([](float x, float y) { return x * y; });
        }
      });
    }
    case DType::kInt8: return PrepareQuantized<int8_t>(context, broadcast, kind, activation);
    case DType::kUInt8: return PrepareQuantized<uint8_t>(context, broadcast, kind, activation);
    case DType::kInt16:
      if (pot_scale_int16 && kind != BinaryKind::kMul && AllPowersOfTwo(context)) {
        return PreparePowerOfTwo(context, broadcast, kind, activation);
      }
      return PrepareQuantized<int16_t>(context, broadcast, kind, activation);
    case DType::kInt32: return PrepareInteger<int32_t>(broadcast, kind, activation);
    case DType::kInt64: return PrepareInteger<int64_t>(broadcast, kind, activation);
    default: return UnsupportedTypes(context);
  }
}

template <class Table>
int8_t FusedActivation(const OpNode& node) {
  return static_cast<int8_t>(OptionsOrDefault<Table>(node).fused_activation_function);
}

}  // namespace

Result<Kernel> PrepareAdd(PrepareContext& context) {
  return PrepareBinary(context, BinaryKind::kAdd,
                       FusedActivation<schema::AddOptionsT>(context.node()),
                       OptionsOrDefault<schema::AddOptionsT>(context.node()).pot_scale_int16);
}

Result<Kernel> PrepareSub(PrepareContext& context) {
  return PrepareBinary(context, BinaryKind::kSub,
                       FusedActivation<schema::SubOptionsT>(context.node()),
                       OptionsOrDefault<schema::SubOptionsT>(context.node()).pot_scale_int16);
}

Result<Kernel> PrepareMul(PrepareContext& context) {
  return PrepareBinary(context, BinaryKind::kMul,
                       FusedActivation<schema::MulOptionsT>(context.node()), false);
}

}  // namespace quantgate
