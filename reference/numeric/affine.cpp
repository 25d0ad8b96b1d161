#include "reference/numeric/affine.h"

#include <algorithm>
#include <cstring>

#include "reference/core/check.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

constexpr int32_t kNearZeroPoint = 1 << 19;

// Without branches or divisions, so that compilers make vectors of it. A quotient of two floats
// that is no tie lies 2^-26 or further from one; the product with 1 / scale lies within 2^-32 of
// the quotient, up to 2^20 steps. So cutting off the fraction of |product| + 1/2 + 2^-29 rounds the
// quotient, ties away from zero.
template <class Code>
void QuantizeNear(std::span<const float> reals, const QuantParams& quant, CodeRange range,
                  std::span<std::byte> codes) {
  constexpr double kHalf = 0.5 + 0x1p-29;
  auto* out = reinterpret_cast<Code*>(codes.data());
  const double inverse = 1 / static_cast<double>(quant.scale());
  const int32_t zero_point = quant.zero_point();
  const double least = range.min - zero_point;
  const double most = range.max - zero_point;
  for (size_t i = 0; i < reals.size(); ++i) {
    double steps = static_cast<double>(reals[i]) * inverse;
    steps = steps == steps ? steps : 0.0;  // NaN
    steps = steps > least ? steps : least;
    steps = steps < most ? steps : most;
    out[i] =
        static_cast<Code>(static_cast<int32_t>(steps + std::copysign(kHalf, steps)) + zero_point);
  }
}

template <class Code>
void QuantizeInto(std::span<const float> reals, const QuantParams& quant, DType dtype,
                  std::span<std::byte> codes) {
  const CodeRange range = CodeRangeOf(dtype);
  if (quant.zero_point() > -kNearZeroPoint && quant.zero_point() < kNearZeroPoint) {
    return QuantizeNear<Code>(reals, quant, range, codes);
  }
  auto* out = reinterpret_cast<Code*>(codes.data());
  const auto scale = static_cast<double>(quant.scale());
  const double zero_point = quant.zero_point();
  for (size_t i = 0; i < reals.size(); ++i) {
    const double steps = std::round(static_cast<double>(reals[i]) / scale);
    const double code = std::isnan(steps) ? zero_point : steps + zero_point;
    out[i] = static_cast<Code>(
        std::clamp(code, static_cast<double>(range.min), static_cast<double>(range.max)));
  }
}

template <class Code>
bool DequantizeCodes(std::span<const std::byte> data, const QuantParams& quant,
                     std::span<float> reals) {
  const auto scale = static_cast<double>(quant.scale());
  const double zero_point = quant.zero_point();
  for (size_t i = 0; i < reals.size(); ++i) {
    Code code;
    std::memcpy(&code, data.data() + i * sizeof(code), sizeof(code));
    reals[i] = static_cast<float>(scale * (code - zero_point));
  }
  return true;
}

}  // namespace

size_t SliceLength(const Shape& shape, const QuantParams& quant) {
  if (quant.block > 0) return static_cast<size_t>(quant.block);
  size_t length = 1;
  for (int i = quant.axis + 1; quant.per_axis() && i < shape.rank(); ++i) {
    length *= static_cast<size_t>(shape.dim(i));
  }
  return length;
}

void QuantizeTensor(std::span<const float> reals, const QuantParams& quant, DType dtype,
                    std::span<std::byte> codes) {
  QG_CHECK(quant.quantized() && !quant.per_axis());
  switch (dtype) {
    case DType::kInt8: return QuantizeInto<int8_t>(reals, quant, dtype, codes);
    case DType::kUInt8: return QuantizeInto<uint8_t>(reals, quant, dtype, codes);
    case DType::kInt16: return QuantizeInto<int16_t>(reals, quant, dtype, codes);
    default: CheckFailed("dtype", DTypeName(dtype).data(), __FILE__, __LINE__);
  }
}

bool DequantizeTensor(std::span<const std::byte> data, DType dtype, const Shape& shape,
                      const QuantParams& quant, std::span<float> reals) {
  if (!IsNumeric(dtype)) return false;
  const size_t count = static_cast<size_t>(shape.num_elements());
  QG_CHECK_EQ(reals.size(), count);
  if (dtype == DType::kFloat32) {
    if (count > 0) std::memcpy(reals.data(), data.data(), count * sizeof(float));
    return true;
  }
  if (quant.quantized() && !quant.per_axis()) {
    switch (dtype) {
      case DType::kInt8: return DequantizeCodes<int8_t>(data, quant, reals);
      case DType::kUInt8: return DequantizeCodes<uint8_t>(data, quant, reals);
      case DType::kInt16: return DequantizeCodes<int16_t>(data, quant, reals);
      default: break;
    }
  }
  if (!quant.quantized() || IsFloat(dtype)) {
    for (size_t i = 0; i < count; ++i) {
      reals[i] = static_cast<float>(ReadElement(data, dtype, i));
    }
    return true;
  }
  const size_t inner = SliceLength(shape, quant);
  const size_t slices = quant.scales.size();
  for (size_t i = 0; i < count; ++i) {
    const size_t slice = quant.per_axis() ? (i / inner) % slices : 0;
    const double code = ReadElement(data, dtype, i);
    reals[i] = static_cast<float>(static_cast<double>(quant.scale(slice)) *
                                  (code - quant.zero_point(slice)));
  }
  return true;
}

}  // namespace quantgate
