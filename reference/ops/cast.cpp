// CAST: another element type, and FAKE_QUANT: reals moved to the nearest point of a grid of codes.
//
// CAST converts as C++ does, floats toward zero; a float outside an integer type saturates and NaN
// becomes zero, where the language and the real kernels leave it open.
//
// FAKE_QUANT with n bits over [min, max], codes from q0 (0, or 1 for a narrow range) to 2^n - 1:
//   scale = (max - min) / (2^n - 1 - q0), zero = clamp(round(q0 - min / scale)),
//   out = round((clamp(x) - low) / scale) scale + low,  low = (q0 - zero) scale          (eq. 26)
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "reference/model/op_options.h"
#include "reference/ops/elementwise.h"
#include "reference/ops/op_families.h"
#include "reference/ops/tensor_bool.h"

namespace quantgate {
namespace {

template <class From, class To>
To Convert(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != From{0};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    if (std::isnan(value)) return 0;
    if (value <= static_cast<From>(std::numeric_limits<To>::min()))
      return std::numeric_limits<To>::min();
    if (value >= static_cast<From>(std::numeric_limits<To>::max()))
      return std::numeric_limits<To>::max();
    return static_cast<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

template <class From, class To>
Kernel CastKernel(int64_t count) {
  return MapUnary<From, To>(count, &Convert<From, To>);
}

template <class From>
Result<Kernel> CastFrom(const PrepareContext& context) {
  const int64_t count = context.input_shape(0).num_elements();
  switch (context.output(0).dtype) {
    case DType::kFloat32: return CastKernel<From, float>(count);
    case DType::kInt8: return CastKernel<From, int8_t>(count);
    case DType::kUInt8: return CastKernel<From, uint8_t>(count);
    case DType::kInt16: return CastKernel<From, int16_t>(count);
    case DType::kUInt16: return CastKernel<From, uint16_t>(count);
    case DType::kInt32: return CastKernel<From, int32_t>(count);
    case DType::kInt64: return CastKernel<From, int64_t>(count);
    case DType::kBool: return CastKernel<From, bool>(count);
    default: return UnsupportedTypes(context);
  }
}

struct FakeQuantGrid {
  float scale = 1;
  float low = 0;
  float high = 0;
};

FakeQuantGrid MakeGrid(float min, float max, int bits, bool narrow) {
  const auto first = static_cast<float>(narrow ? 1 : 0);
  const auto last = static_cast<float>((1 << bits) - 1);
  if (!(max > min)) return {};
  FakeQuantGrid grid;
  grid.scale = (max - min) / (last - first);
  const float zero = std::clamp(std::round(first - min / grid.scale), first, last);
  grid.low = (first - zero) * grid.scale;
  grid.high = (last - zero) * grid.scale;
  return grid;
}

}  // namespace

Result<Kernel> PrepareCast(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckArity(context, 1, 1, 1));
  context.SetOutputShape(0, context.input_shape(0));
  switch (context.input(0).dtype) {
    case DType::kFloat32: return CastFrom<float>(context);
    case DType::kInt8: return CastFrom<int8_t>(context);
    case DType::kUInt8: return CastFrom<uint8_t>(context);
    case DType::kInt16: return CastFrom<int16_t>(context);
    case DType::kUInt16: return CastFrom<uint16_t>(context);
    case DType::kInt32: return CastFrom<int32_t>(context);
    case DType::kInt64: return CastFrom<int64_t>(context);
    case DType::kBool: return CastFrom<TensorBool>(context);
    default: return UnsupportedTypes(context);
  }
}

Result<Kernel> PrepareFakeQuant(PrepareContext& context) {
  QG_RETURN_IF_ERROR(CheckUnary(context));
  if (context.input(0).dtype != DType::kFloat32) return UnsupportedTypes(context);
  const auto options = OptionsOrDefault<schema::FakeQuantOptionsT>(context.node());
  if (options.num_bits < 2 || options.num_bits > 16) {
    return PrepareContext::Malformed(std::to_string(options.num_bits) +
                                     " bits; 2 to 16 make sense");
  }
  const FakeQuantGrid grid =
      MakeGrid(options.min, options.max, options.num_bits, options.narrow_range);
  const float inverse = 1.0F / grid.scale;
  return MapUnary<float, float>(context.input_shape(0).num_elements(), [=](float x) {
    const float clamped = std::clamp(x, grid.low, grid.high);
    return std::round((clamped - grid.low) * inverse) * grid.scale + grid.low;
  });
}

}  // namespace quantgate
