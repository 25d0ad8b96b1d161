// Functions of two numbers with broadcasting: DIV, MAXIMUM, MINIMUM, SQUARED_DIFFERENCE, POW,
// FLOOR_DIV, FLOOR_MOD; and ADD_N, the sum of several tensors of one shape.
//
// In codes: MAXIMUM and MINIMUM compare codes, whose tensors share their parameters.
// SQUARED_DIFFERENCE, with a = in0 - zp0, b = in1 - zp1 and s = max(s0, s1):
//   d = R(2^7 a, s0 / 2s) - R(2^7 b, s1 / 2s)
//   out = clamp(R(d d, (2s)^2 / (2^14 s_out)) + zp_out)                                   (eq. 19)
#include <algorithm>
#include <cmath>

#include "reference/model/op_options.h"
#include "reference/numeric/activation_range.h"
#include "reference/numeric/fixed_point.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

// An integer quotient rounded down; division by zero gives zero where the real kernels fail.
template <class T>
T FloorDiv(T a, T b) {
  if (b == 0) return 0;
  if (b == -1) return -a;  // the processor traps on the lowest number
  const T quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

template <class T>
T FloorMod(T a, T b) {
  if (b == 0) return 0;
  const T rest = b == -1 ? 0 : a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

float FloorModFloat(float a, float b) {
  const float rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

template <class T>
T IntegerPower(T base, T exponent) {
  T result = 1;
  for (; exponent > 0; exponent /= 2, base *= base) {
    if (exponent % 2 != 0) result *= base;
  }
  return result;
}

template <class Function>
Result<Kernel> PrepareChoice(PrepareContext& context, Function choose) {
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast, CheckBinary(context));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  switch (context.input(0).dtype) {
    case DType::kFloat32: return MapBinary<float, float>(broadcast, choose);
    case DType::kInt8: return MapBinary<int8_t, int8_t>(broadcast, choose);
    case DType::kUInt8: return MapBinary<uint8_t, uint8_t>(broadcast, choose);
    case DType::kInt16: return MapBinary<int16_t, int16_t>(broadcast, choose);
    case DType::kInt32: return MapBinary<int32_t, int32_t>(broadcast, choose);
    case DType::kInt64: return MapBinary<int64_t, int64_t>(broadcast, choose);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareQuantizedSquaredDifference(const PrepareContext& context,
                                                 const Broadcast& broadcast) {
  for (size_t i = 0; i < 2; ++i) QG_RETURN_IF_ERROR(CheckPerTensor(context.input(i)));
  QG_RETURN_IF_ERROR(CheckPerTensor(context.output(0)));
  constexpr int kHeadroomBits = 7;
  const QuantParams& a = context.input(0).quant;
  const QuantParams& b = context.input(1).quant;
  const QuantParams& out = context.output(0).quant;
  const double twice_max = 2.0 * static_cast<double>(std::max(a.scale(), b.scale()));
  const FixedMultiplier scale_a = ToFixedMultiplier(static_cast<double>(a.scale()) / twice_max);
  const FixedMultiplier scale_b = ToFixedMultiplier(static_cast<double>(b.scale()) / twice_max);
  const FixedMultiplier scale_out = ToFixedMultiplier(
      twice_max * twice_max /
      (static_cast<double>(1 << (2 * kHeadroomBits)) * static_cast<double>(out.scale())));
  const CodeRange codes = CodeRangeOf(context.output(0).dtype);
  const RoundingMode rounding = context.profile().elementwise_rounding;
  return MapBinary<int8_t, int8_t>(
      broadcast, [=, zero_a = a.zero_point(), zero_b = b.zero_point(), zero_out = out.zero_point()](
                     int8_t code_a, int8_t code_b) {
        const int32_t real_a =
            MultiplyByFixed((code_a - zero_a) * (1 << kHeadroomBits), scale_a, rounding);
        const int32_t real_b =
            MultiplyByFixed((code_b - zero_b) * (1 << kHeadroomBits), scale_b, rounding);
        const int32_t difference = real_a - real_b;
        return std::clamp(MultiplyByFixed(difference * difference, scale_out, rounding) + zero_out,
                          codes.min, codes.max);
      });
}

}  // namespace

Result<Kernel> PrepareMaximum(PrepareContext& context) {
  return PrepareChoice(context, [](auto a, auto b) { return a > b ? a : b; });
}

Result<Kernel> PrepareMinimum(PrepareContext& context) {
  return PrepareChoice(context, [](auto a, auto b) { return a < b ? a : b; });
}

Result<Kernel> PrepareDiv(PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast, CheckBinary(context));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  const auto options = OptionsOrDefault<schema::DivOptionsT>(context.node());
  const auto activation = static_cast<Activation>(options.fused_activation_function);
  QG_RETURN_IF_ERROR(CheckActivation(activation));
  const FloatRange clamp = ActivationRange(activation);
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return MapBinary<float, float>(
          broadcast, [=](float a, float b) { return std::clamp(a / b, clamp.min, clamp.max); });
    case DType::kInt32:
      if (activation != Activation::kNone) return PrepareContext::Unsupported("a fused activation");
      return MapBinary<int32_t, int32_t>(broadcast, [](int32_t a, int32_t b) {
        if (b == 0 || (a == INT32_MIN && b == -1)) return 0;
        return a / b;
      });
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareSquaredDifference(PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast, CheckBinary(context));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  const auto square = [](auto a, auto b) { return (a - b) * (a - b); };
  switch (context.input(0).dtype) {
    case DType::kFloat32: return MapBinary<float, float>(broadcast, square);
    case DType::kInt32: return MapBinary<int32_t, int32_t>(broadcast, square);
    case DType::kInt8: return PrepareQuantizedSquaredDifference(context, broadcast);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PreparePow(PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast, CheckBinary(context));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return MapBinary<float, float>(broadcast, [](float a, float b) { return std::pow(a, b); });
    case DType::kInt32: return MapBinary<int32_t, int32_t>(broadcast, &IntegerPower<int32_t>);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareFloorDiv(PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast, CheckBinary(context));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return MapBinary<float, float>(broadcast, [](float a, float b) { return std::floor(a / b); });
    case DType::kInt32: return MapBinary<int32_t, int32_t>(broadcast, &FloorDiv<int32_t>);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareFloorMod(PrepareContext& context) {
  QG_ASSIGN_OR_RETURN(const Broadcast broadcast, CheckBinary(context));
  if (context.output(0).dtype != context.input(0).dtype) return UnsupportedTypes(context);
  switch (context.input(0).dtype) {
    case DType::kFloat32: return MapBinary<float, float>(broadcast, &FloorModFloat);
    case DType::kInt32: return MapBinary<int32_t, int32_t>(broadcast, &FloorMod<int32_t>);
    case DType::kInt64: return MapBinary<int64_t, int64_t>(broadcast, &FloorMod<int64_t>);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareAddN(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, context.num_inputs(), 1));
  context.SetOutputShape(0, context.input_shape(0));
  const DType dtype = context.output(0).dtype;
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    if (!context.has_input(i) || context.input(i).dtype != dtype) return UnsupportedTypes(context);
    if (context.input_shape(i) != context.input_shape(0)) {
      return PrepareContext::Malformed("inputs of shapes " + context.input_shape(0).ToString() +
                                       " and " + context.input_shape(i).ToString());
    }
  }
  const int64_t count = context.input_shape(0).num_elements();
  const auto sum = [count, inputs = context.num_inputs()]<class T>(const KernelArgs& args, T zero) {
    for (int64_t i = 0; i < count; ++i) {
      T total = zero;
      for (size_t k = 0; k < inputs; ++k) total += args.in<T>(k)[i];
      args.out<T>(0)[i] = total;
    }
  };
  switch (dtype) {
    case DType::kFloat32: return Kernel([=](const KernelArgs& args) { sum(args, 0.0F); });
    case DType::kInt32: return Kernel([=](const KernelArgs& args) { sum(args, int32_t{0}); });
    default: return UnsupportedTypes(context);
  }
}

}  // namespace quantgate
