// Functions of one number: ABS, NEG, SQRT, RSQRT, EXP, LOG, SIN, COS, SQUARE, CEIL, FLOOR, ROUND,
// SIGN. In reals the C library's functions; ROUND goes to the nearest integer, ties to even.
//
// In codes, with a = in - zp_in:
//   ABS:   out = clamp(R(|a|, s_in / s_out) + zp_out), the product left out when the scales agree
//   RSQRT: out = clamp(R(R(1, I(a) 2^20), 2^-20 / (sqrt(s_in) s_out)) + zp_out), I(a) the fixed
//          point inverse root of a; a = 0 gives the largest code                          (eq. 18)
#include <algorithm>
#include <cmath>

#include "reference/numeric/fixed_point.h"
#include "reference/numeric/inverse_sqrt.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

template <class Function>
Result<Kernel> PrepareFloatOnly(PrepareContext& context, Function function) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  if (context.input(0).dtype != DType::kFloat32) return UnsupportedTypes(context);
  return MapUnary<float, float>(context.input_shape(0).num_elements(), function);
}

float RoundHalfEven(float x) {
  const float floor = std::floor(x);
  const float rest = x - floor;
  if (rest < 0.5F || (rest == 0.5F && std::fmod(floor, 2.0F) == 0.0F)) return floor;
  return floor + 1.0F;
}

template <class Code>
Result<Kernel> PrepareQuantizedAbs(const PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  const bool rescale = in.scale() != out.scale();
  const FixedMultiplier multiplier =
      ToFixedMultiplier(static_cast<double>(in.scale() / out.scale()));
  const CodeRange codes = CodeRangeOf(context.output(0).dtype);
  const RoundingMode rounding = context.profile().elementwise_rounding;
  return MapUnary<Code, Code>(
      context.input_shape(0).num_elements(),
      [=, zero_in = in.zero_point(), zero_out = out.zero_point()](Code code) {
        const int32_t magnitude = std::abs(code - zero_in);
        const int32_t scaled =
            rescale ? MultiplyByFixed(magnitude, multiplier, rounding) : magnitude;
        return std::clamp(scaled + zero_out, codes.min, codes.max);
      });
}

Result<Kernel> PrepareQuantizedRsqrt(const PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckPerTensor(context.input(0)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  constexpr int kHeadroomBits = 20;
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  const double scale = 1.0 / static_cast<double>(std::sqrt(in.scale()) * out.scale());
  FixedMultiplier multiplier = ToFixedMultiplier(scale);
  multiplier.shift -= kHeadroomBits;
  const CodeRange codes = CodeRangeOf(context.output(0).dtype);
  const RoundingMode rounding = context.profile().elementwise_rounding;
  return MapUnary<int8_t, int8_t>(
      context.input_shape(0).num_elements(),
      [=, zero_in = in.zero_point(), zero_out = out.zero_point()](int8_t code) {
        const int32_t value = code - zero_in;
        if (value <= 0) return codes.max;
        FixedMultiplier inverse = InverseSqrt(value);
        inverse.shift += kHeadroomBits;
        const int32_t root = MultiplyByFixed(1, inverse, rounding);
        return std::clamp(MultiplyByFixed(root, multiplier, rounding) + zero_out, codes.min,
                          codes.max);
      });
}

}  // namespace

Result<Kernel> PrepareAbs(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  const int64_t count = context.input_shape(0).num_elements();
  switch (context.input(0).dtype) {
    case DType::kFloat32: return MapUnary<float, float>(count, [](float x) { return std::abs(x); });
    case DType::kInt8: return PrepareQuantizedAbs<int8_t>(context);
    case DType::kInt16: return PrepareQuantizedAbs<int16_t>(context);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareNeg(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  const int64_t count = context.input_shape(0).num_elements();
  switch (context.input(0).dtype) {
    case DType::kFloat32: return MapUnary<float, float>(count, [](float x) { return -x; });
    case DType::kInt32: return MapUnary<int32_t, int32_t>(count, [](int32_t x) { return -x; });
    case DType::kInt64: return MapUnary<int64_t, int64_t>(count, [](int64_t x) { return -x; });
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareSqrt(PrepareContext& context) {
  return PrepareFloatOnly(context, [](float x) { return std::sqrt(x); });
}

Result<Kernel> PrepareRsqrt(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  if (context.input(0).dtype == DType::kInt8) return PrepareQuantizedRsqrt(context);
  return PrepareFloatOnly(context, [](float x) { return 1.0F / std::sqrt(x); });
}

Result<Kernel> PrepareExp(PrepareContext& context) {
  return PrepareFloatOnly(context, [](float x) { return std::exp(x); });
}

Result<Kernel> PrepareLog(PrepareContext& context) {
  return PrepareFloatOnly(context, [](float x) { return std::log(x); });
}

Result<Kernel> PrepareSin(PrepareContext& context) {
  return PrepareFloatOnly(context, [](float x) { return std::sin(x); });
}

Result<Kernel> PrepareCos(PrepareContext& context) {
  return PrepareFloatOnly(context, [](float x) { return std::cos(x); });
}

Result<Kernel> PrepareSquare(PrepareContext& context) {
  return PrepareFloatOnly(context, [](float x) { return x * x; });
}

Result<Kernel> PrepareCeil(PrepareContext& context) {
  return PrepareFloatOnly(context, [](float x) { return std::ceil(x); });
}

Result<Kernel> PrepareFloor(PrepareContext& context) {
  return PrepareFloatOnly(context, [](float x) { return std::floor(x); });
}

Result<Kernel> PrepareRound(PrepareContext& context) {
  return PrepareFloatOnly(context, &RoundHalfEven);
}

Result<Kernel> PrepareSign(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  const int64_t count = context.input_shape(0).num_elements();
  const auto sign = [](auto x) {
    using T = decltype(x);
    return x > T{0} ? T{1} : x < T{0} ? T{-1} : T{0};
  };
  switch (context.input(0).dtype) {
    case DType::kFloat32: return MapUnary<float, float>(count, sign);
    case DType::kInt32: return MapUnary<int32_t, int32_t>(count, sign);
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
