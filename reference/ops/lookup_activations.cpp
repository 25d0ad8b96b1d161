// Smooth activations: LOGISTIC, TANH, ELU, GELU. 16-bit codes of LOGISTIC and TANH take fixed-point
// functions (fixed_point_functions.h): exact powers of two one form, any other scale a table read
// between its entries. 8-bit codes go through a table of 256 entries,
//   table[code] = clamp(trunc(round(f(s_in (code - zp_in)) / s_out) + zp_out))           (eq. 12)
// evaluated in float32 with the inverse of s_out.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <type_traits>

#include "reference/model/op_options.h"
#include "reference/numeric/fixed_point_functions.h"
#include "reference/numeric/float_requantization.h"
#include "reference/numeric/int_conversion.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_families.h"
#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

// XNNPACK's tables: ties to even, before the zero point is added.
template <class Function>
Kernel XnnpackTable(const PrepareContext& context, const Function& function) {
  const QuantParams& in = context.input(0).quant;
  const QuantParams& out = context.output(0).quant;
  const CodeRange codes = CodeRangeOf(DType::kInt8);
  const float inverse_scale = 1.0F / out.scale();
  std::array<int8_t, 256> table{};
  for (int32_t code = codes.min; code <= codes.max; ++code) {
    const float real = static_cast<float>(code - in.zero_point()) * in.scale();
    const int32_t zero = out.zero_point();
    table[static_cast<uint8_t>(code)] = static_cast<int8_t>(
        RoundTiesEven(function(real) * inverse_scale, codes.min - zero, codes.max - zero) + zero);
  }
  return MapUnary<int8_t, int8_t>(context.input_shape(0).num_elements(), [table](int8_t code) {
    return table[static_cast<uint8_t>(code)];
  });
}

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
    const float shifted = steps + static_cast<float>(out.zero_point());
    table[static_cast<uint8_t>(code)] = static_cast<Code>(
        ToInt32(std::clamp(shifted, static_cast<float>(codes.min), static_cast<float>(codes.max))));
  }
  return MapUnary<Code, Code>(context.input_shape(0).num_elements(),
                              [table](Code code) { return table[static_cast<uint8_t>(code)]; });
}

// `xnnpack`: the function as XNNPACK evaluates it, where it does.
template <class Function, class Xnnpack>
Result<Kernel> PrepareSmooth(PrepareContext& context, Function function, Xnnpack xnnpack) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  if constexpr (!std::is_null_pointer_v<Xnnpack>) {
    if (XnnpackTakes(context, 0, 1)) {
      for (const TensorInfo* tensor : {&context.input(0), &context.output(0)}) {
        QG_RETURN_IF_ERROR(CheckPerTensor(*tensor));
      }
      return XnnpackTable(context, xnnpack);
    }
  }
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return MapUnary<float, float>(context.input_shape(0).num_elements(), function);
    case DType::kInt8: return PrepareTable<int8_t>(context, function);
    case DType::kUInt8: return PrepareTable<uint8_t>(context, function);
    default: return UnsupportedTypes(context);
  }
}

// Input codes in steps of 1 / (3 * 4096) for SigmoidTable: (code * multiplier + half) >> shift.
struct TableSteps {
  int32_t multiplier = 0;
  int shift = 0;

  [[nodiscard]] int32_t Apply(int16_t code) const {
    return (code * multiplier + (shift > 0 ? 1 << (shift - 1) : 0)) >> shift;
  }
};

TableSteps MakeTableSteps(float scale) {
  double multiplier = static_cast<double>(scale) * 4096.0 * 3.0;
  TableSteps steps;
  while (multiplier <= 32767.0 / 2.0 && steps.shift <= 30) {
    ++steps.shift;
    multiplier *= 2.0;
  }
  steps.multiplier = static_cast<int32_t>(multiplier);
  return steps;
}

// `fixed(code, left_shift)` serves scales of 2^-12 and, up to `max_left_shift`, its doubles.
template <class Fixed, class FromTable>
Result<Kernel> PrepareWide(PrepareContext& context, int max_left_shift, const Fixed& fixed,
                           const FromTable& from_table) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  for (const TensorInfo* tensor : {&context.input(0), &context.output(0)}) {
    QG_RETURN_IF_ERROR(CheckPerTensor(*tensor));
    if (tensor->quant.zero_point() != 0) {
      return PrepareContext::Unsupported("int16 codes need zero point 0");
    }
  }
  if (PowerOfTwoExponent(context.output(0).quant.scale()) != -15) {
    return PrepareContext::Unsupported("int16 output needs scale 2^-15");
  }
  const float scale = context.input(0).quant.scale();
  const int64_t count = context.input_shape(0).num_elements();
  const int left_shift = PowerOfTwoExponent(scale).value_or(-100) + 12;
  if (left_shift >= 0 && left_shift <= max_left_shift) {
    return MapUnary<int16_t, int16_t>(
        count, [fixed, left_shift](int16_t code) { return fixed(code, left_shift); });
  }
  if (static_cast<double>(scale) * 4096.0 * 3.0 > 32767.0) {
    return PrepareContext::Unsupported("int16 input of scale " + std::to_string(scale) +
                                       " (2.6 is the largest)");
  }
  const TableSteps steps = MakeTableSteps(scale);
  return MapUnary<int16_t, int16_t>(count,
                                    [steps, from_table, table = SigmoidTable()](int16_t code) {
                                      return from_table(table, steps.Apply(code));
                                    });
}

float GeluExact(float x) {
  return 0.5F * x * std::erfc(-x * static_cast<float>(std::numbers::sqrt2 / 2));
}

float GeluApproximate(float x) {
  constexpr float kSqrt2OverPi = 0.7978845608F;
  return 0.5F * x * (1.0F + std::tanh(kSqrt2OverPi * (x + 0.044715F * x * x * x)));
}

}  // namespace

Result<Kernel> PrepareLogistic(PrepareContext& context) {
  if (context.has_input(0) && context.input(0).dtype == DType::kInt16) {
    return PrepareWide(
        context, 0, [](int16_t code, int) { return LogisticFixed(code); },
        [](const SigmoidTable& table, int32_t x) { return table.Logistic(x); });
  }
  return PrepareSmooth(
      context, [](float x) { return 1.0F / (1.0F + std::exp(-x)); },
      [](float x) {
        return std::signbit(x) ? 1.0F / (1.0F + std::exp(-x)) : 1.0F - 1.0F / (1.0F + std::exp(x));
      });
}

Result<Kernel> PrepareTanh(PrepareContext& context) {
  if (context.has_input(0) && context.input(0).dtype == DType::kInt16) {
    return PrepareWide(
        context, 1,
        [](int16_t code, int shift) { return TanhFixed(SaturatingShiftLeft(code, shift), 3); },
        [](const SigmoidTable& table, int32_t x) { return table.Tanh(x); });
  }
  return PrepareSmooth(
      context, [](float x) { return std::tanh(x); }, nullptr);
}

Result<Kernel> PrepareElu(PrepareContext& context) {
  return PrepareSmooth(
      context, [](float x) { return x < 0.0F ? std::exp(x) - 1.0F : x; },
      [](float x) { return std::signbit(x) ? std::expm1(x) : x; });
}

Result<Kernel> PrepareGelu(PrepareContext& context) {
  const bool approximate = OptionsOrDefault<schema::GeluOptionsT>(context.node()).approximate;
  return PrepareSmooth(context, approximate ? &GeluApproximate : &GeluExact, nullptr);
}

}  // namespace quantgate
