// Smooth activations: LOGISTIC, TANH, ELU, GELU. 8-bit codes go through a table of 256 entries,
//   table[code] = clamp(trunc(round(f(s_in (code - zp_in)) / s_out) + zp_out))              (eq.
//   12)
// evaluated in float32 with the inverse of s_out.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "reference/model/op_options.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

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
        std::clamp(shifted, static_cast<float>(codes.min), static_cast<float>(codes.max)));
  }
  return MapUnary<Code, Code>(context.input_shape(0).num_elements(),
                              [table](Code code) { return table[static_cast<uint8_t>(code)]; });
}

template <class Function>
Result<Kernel> PrepareSmooth(PrepareContext& context, Function function) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  switch (context.input(0).dtype) {
    case DType::kFloat32:
      return MapUnary<float, float>(context.input_shape(0).num_elements(), function);
    case DType::kInt8: return PrepareTable<int8_t>(context, function);
    case DType::kUInt8: return PrepareTable<uint8_t>(context, function);
    default: return UnsupportedTypes(context);
  }
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
  return PrepareSmooth(context, [](float x) { return 1.0F / (1.0F + std::exp(-x)); });
}

Result<Kernel> PrepareTanh(PrepareContext& context) {
  return PrepareSmooth(context, [](float x) { return std::tanh(x); });
}

Result<Kernel> PrepareElu(PrepareContext& context) {
  return PrepareSmooth(context, [](float x) { return x < 0.0F ? std::exp(x) - 1.0F : x; });
}

Result<Kernel> PrepareGelu(PrepareContext& context) {
  const bool approximate = OptionsOrDefault<schema::GeluOptionsT>(context.node()).approximate;
  return PrepareSmooth(context, approximate ? &GeluApproximate : &GeluExact);
}

}  // namespace quantgate
