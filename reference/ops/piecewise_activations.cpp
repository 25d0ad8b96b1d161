// HARD_SWISH, LEAKY_RELU and PRELU.
//
//   HARD_SWISH: x min(max(x + 3, 0), 6) / 6      LEAKY_RELU, PRELU: x for x >= 0, else alpha x
//
// In codes LEAKY_RELU and PRELU rescale each half by its own multiplier. HARD_SWISH is computed in
// 16 bits, with h = 2^7 (in - zp_in):                                                    (eq. 21)
//   p = h * M_out (its 16-bit mantissa only)     r = clamp16(h * M_relu) as Q0.15 of x / 3
//   out = clamp(round((r + 1) / 2 * p * 2^e_out) + zp_out), each product a 16-bit high multiply
#include <algorithm>
#include <cmath>

#include "reference/model/op_options.h"
#include "reference/numeric/fixed_point.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

// round(a b / 2^15) with ties upward; -2^15 squared saturates.
int16_t RoundingHighMul16(int16_t a, int16_t b) {
  if (a == INT16_MIN && b == INT16_MIN) return INT16_MAX;
  const int32_t product = static_cast<int32_t>(a) * b;
  const int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
  return static_cast<int16_t>((product + nudge) / (1 << 15));
}

// a b / 2^15 rounded toward zero.
int16_t TruncatingHighMul16(int16_t a, int16_t b) {
  if (a == INT16_MIN && b == INT16_MIN) return INT16_MAX;
  return static_cast<int16_t>((static_cast<int32_t>(a) * b) / (1 << 15));
}

int16_t SaturatingShiftLeft16(int16_t x, int bits) {
  return static_cast<int16_t>(
      std::clamp<int64_t>(static_cast<int64_t>(x) << bits, INT16_MIN, INT16_MAX));
}

// round(x / 2^exponent), ties away from zero. From 16 on the real kernels' 16-bit mask has all its
// bits set, and what should be 0 comes out as 1 or -1.
int32_t RoundingDivide16(int16_t x, int exponent) {
  if (exponent >= 16) return x >= 0 ? 1 : -1;
  return RoundingDivideByPowerOfTwo(x, exponent);
}

struct Multiplier16 {
  int16_t mantissa_q15 = 0;
  int exponent = 0;
};

Multiplier16 ToMultiplier16(double real) {
  const FixedMultiplier wide = ToFixedMultiplier(real);
  // The top 16 bits, rounded; what would round beyond the largest value is cut.
  const int32_t narrow = wide.multiplier_q31 >= INT32_MAX - (1 << 15)
                             ? INT16_MAX
                             : (wide.multiplier_q31 + (1 << 15)) >> 16;
  return {static_cast<int16_t>(narrow), wide.shift};
}

struct HardSwish {
  int32_t zero_in = 0;
  int32_t zero_out = 0;
  Multiplier16 output{};
  Multiplier16 reluish{};
  CodeRange codes{};

  [[nodiscard]] int32_t Apply(int32_t code) const {
    const auto hires = static_cast<int16_t>((code - zero_in) * (1 << 7));
    const int16_t preshift = RoundingHighMul16(hires, output.mantissa_q15);
    int16_t relu = hires;
    if (reluish.exponent > 0) relu = SaturatingShiftLeft16(relu, reluish.exponent - 1);
    relu = RoundingHighMul16(relu, reluish.mantissa_q15);
    if (reluish.exponent > 0) relu = SaturatingShiftLeft16(relu, 1);
    if (reluish.exponent < 0) {
      relu = static_cast<int16_t>(RoundingDivide16(relu, -reluish.exponent));
    }
    relu = static_cast<int16_t>((relu + (1 << 15)) >> 1);
    const int16_t product = TruncatingHighMul16(relu, preshift);
    const int32_t out = RoundingDivide16(product, -output.exponent) + zero_out;
    return std::clamp(out, codes.min, codes.max);
  }
};

template <class Code>
Result<Kernel> PrepareQuantizedHardSwish(const PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  const float hires_scale = (1.0F / 128.0F) * in.scale();
  constexpr float kReluishScale = 3.0F / 32768.0F;
  HardSwish op{.zero_in = in.zero_point(), .zero_out = out.zero_point()};
  op.output = ToMultiplier16(static_cast<double>(hires_scale / out.scale()));
  op.reluish = ToMultiplier16(static_cast<double>(hires_scale / kReluishScale));
  op.codes = CodeRangeOf(context.output(0).dtype);
  if (op.output.exponent > 0 || op.output.exponent < -31 || op.reluish.exponent > 16 ||
      op.reluish.exponent < -31) {
    return PrepareContext::Unsupported("input and output scales that are too far apart");
  }
  return MapUnary<Code, Code>(context.input_shape(0).num_elements(),
                              [op](Code code) { return op.Apply(code); });
}

// Each half of the line with its own multiplier.
template <class Code>
Result<Kernel> PrepareQuantizedLeaky(const PrepareContext& context, float alpha) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  if (!(alpha >= 0)) return PrepareContext::Unsupported("a negative alpha in codes");
  const FixedMultiplier identity = ToFixedMultiplier(static_cast<double>(in.scale() / out.scale()));
  const FixedMultiplier negative =
      ToFixedMultiplier(static_cast<double>(in.scale() * alpha / out.scale()));
  const CodeRange codes = CodeRangeOf(context.output(0).dtype);
  const RoundingMode rounding = context.profile().elementwise_rounding;
  return MapUnary<Code, Code>(
      context.input_shape(0).num_elements(),
      [=, zero_in = in.zero_point(), zero_out = out.zero_point()](Code code) {
        const int32_t value = code - zero_in;
        const int32_t scaled = MultiplyByFixed(value, value >= 0 ? identity : negative, rounding);
        return std::clamp(scaled + zero_out, codes.min, codes.max);
      });
}

template <class Code>
Result<Kernel> PrepareQuantizedPrelu(const PrepareContext& context, const Broadcast& broadcast) {
  for (size_t i = 0; i < 2; ++i) QG_RETURN_IF_ERROR(CheckPerTensor(context.input(i)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& in = context.input(0).quant;
  const QuantParams& alpha = context.input(1).quant;
  const QuantParams& out = context.output(0).quant;
  const FixedMultiplier positive = ToFixedMultiplier(static_cast<double>(in.scale() / out.scale()));
  const FixedMultiplier negative =
      ToFixedMultiplier(static_cast<double>(in.scale() * alpha.scale() / out.scale()));
  const CodeRange codes = CodeRangeOf(context.output(0).dtype);
  const RoundingMode rounding = context.profile().elementwise_rounding;
  return MapBinary<Code, Code>(
      broadcast, [=, zero_in = in.zero_point(), zero_alpha = alpha.zero_point(),
                  zero_out = out.zero_point()](Code code, Code alpha_code) {
        const int32_t value = code - zero_in;
        const int32_t scaled =
            value >= 0 ? MultiplyByFixed(value, positive, rounding)
                       : MultiplyByFixed(value * (alpha_code - zero_alpha), negative, rounding);
        return std::clamp(scaled + zero_out, codes.min, codes.max);
      });
}

}  // namespace

Result<Kernel> PrepareHardSwish(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return MapUnary<float, float>(context.input_shape(0).num_elements(), [](float x) {
        return x * std::clamp(x + 3.0F, 0.0F, 6.0F) * (1.0F / 6.0F);
      });
    case DType::kInt8: return PrepareQuantizedHardSwish<int8_t>(context);
    case DType::kUInt8: return PrepareQuantizedHardSwish<uint8_t>(context);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareLeakyRelu(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  const float alpha = OptionsOrDefault<schema::LeakyReluOptionsT>(context.node()).alpha;
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return MapUnary<float, float>(context.input_shape(0).num_elements(),
                                    [alpha](float x) { return x > 0 ? x : x * alpha; });
    case DType::kInt8: return PrepareQuantizedLeaky<int8_t>(context, alpha);
    case DType::kUInt8: return PrepareQuantizedLeaky<uint8_t>(context, alpha);
    case DType::kInt16: return PrepareQuantizedLeaky<int16_t>(context, alpha);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PreparePrelu(PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast, CheckBinary(context));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return MapBinary<float, float>(broadcast,
                                     [](float x, float alpha) { return x >= 0 ? x : x * alpha; });
    case DType::kInt8: return PrepareQuantizedPrelu<int8_t>(context, broadcast);
    case DType::kUInt8: return PrepareQuantizedPrelu<uint8_t>(context, broadcast);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
