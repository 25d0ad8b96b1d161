// ADD, SUB and MUL with broadcasting and a fused activation.
//
// In codes, with a = in0 - zp0 and b = in1 - zp1, s = max(scale0, scale1), L = 20 bits of headroom:
//   ADD, SUB: out = clamp(zp + R((R(2^L a, s0/(2s)) +- R(2^L b, s1/(2s))), 2s / (2^L s_out))) (eq.
//   10) MUL:      out = clamp(zp + R(a b, s0 s1 / s_out)) (eq. 11)
// where R(x, M) = MultiplyByFixed.
#include <algorithm>

#include "reference/model/op_options.h"
#include "reference/numeric/activation_range.h"
#include "reference/ops/broadcast.h"
#include "reference/ops/op_checks.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

enum class BinaryKind { kAdd, kSub, kMul };

template <class T>
T Combine(BinaryKind kind, T a, T b) {
  switch (kind) {
    case BinaryKind::kAdd: return a + b;
    case BinaryKind::kSub: return a - b;
    case BinaryKind::kMul: return a * b;
  }
  return a;
}

constexpr int kHeadroomBits = 20;

struct QuantizedBinary {
  BinaryKind kind = BinaryKind::kAdd;
  int32_t zero_point_a = 0;
  int32_t zero_point_b = 0;
  int32_t zero_point_out = 0;
  FixedMultiplier a{};  // ADD and SUB only
  FixedMultiplier b{};
  FixedMultiplier out{};
  CodeRange clamp{};
  RoundingMode rounding = RoundingMode::kDoubleTiesAway;

  [[nodiscard]] int32_t Apply(int32_t code_a, int32_t code_b) const {
    const int32_t real_a = code_a - zero_point_a;
    const int32_t real_b = code_b - zero_point_b;
    const int32_t combined =
        kind == BinaryKind::kMul
            ? real_a * real_b
            : Combine(kind, MultiplyByFixed(real_a * (1 << kHeadroomBits), a, rounding),
                      MultiplyByFixed(real_b * (1 << kHeadroomBits), b, rounding));
    return std::clamp(MultiplyByFixed(combined, out, rounding) + zero_point_out, clamp.min,
                      clamp.max);
  }
};

Result<QuantizedBinary> MakeQuantized(const PrepareContext& context, BinaryKind kind,
                                      Activation activation) {
  for (size_t i = 0; i < 2; ++i) QG_RETURN_IF_ERROR(CheckPerTensor(context.input(i)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
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
    op.out = ToFixedMultiplier(static_cast<double>(a.scale() * b.scale() / out.scale()));
    return op;
  }
  const double twice_max = 2.0 * static_cast<double>(std::max(a.scale(), b.scale()));
  op.a = ToFixedMultiplier(a.scale() / twice_max);
  op.b = ToFixedMultiplier(b.scale() / twice_max);
  op.out = ToFixedMultiplier(twice_max / (static_cast<double>(1 << kHeadroomBits) * out.scale()));
  if (ToReal(op.out) >= 1.0) {
    return PrepareContext::Unsupported("output scale is too small against the inputs' scales");
  }
  return op;
}

template <class Code>
Result<Kernel> PrepareQuantized(const PrepareContext& context, const Broadcast& broadcast,
                                BinaryKind kind, Activation activation) {
  QG_ASSIGN_OR_RETURN(const QuantizedBinary op, MakeQuantized(context, kind, activation));
  return Kernel([=](const KernelArgs& args) {
    broadcast.ForEach([&](int64_t i, int64_t ia, int64_t ib) {
      args.out<Code>(0)[i] =
          static_cast<Code>(op.Apply(args.in<Code>(0)[ia], args.in<Code>(1)[ib]));
    });
  });
}

Result<Kernel> PrepareBinary(PrepareContext& context, BinaryKind kind, int8_t activation_number) {
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
      return Kernel([=](const KernelArgs& args) {
        broadcast.ForEach([&](int64_t i, int64_t ia, int64_t ib) {
          const float value = Combine(kind, args.in<float>(0)[ia], args.in<float>(1)[ib]);
          args.out<float>(0)[i] = std::clamp(value, clamp.min, clamp.max);
        });
      });
    }
    case DType::kInt8: return PrepareQuantized<int8_t>(context, broadcast, kind, activation);
    case DType::kUInt8: return PrepareQuantized<uint8_t>(context, broadcast, kind, activation);
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
                       FusedActivation<schema::AddOptionsT>(context.node()));
}

Result<Kernel> PrepareSub(PrepareContext& context) {
  return PrepareBinary(context, BinaryKind::kSub,
                       FusedActivation<schema::SubOptionsT>(context.node()));
}

Result<Kernel> PrepareMul(PrepareContext& context) {
  return PrepareBinary(context, BinaryKind::kMul,
                       FusedActivation<schema::MulOptionsT>(context.node()));
}

}  // namespace quantgate
