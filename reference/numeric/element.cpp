#include "reference/numeric/element.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "reference/core/check.h"

namespace quantgate {
namespace {

template <class T>
double Load(std::span<const std::byte> data, size_t index) {
  QG_CHECK_LE((index + 1) * sizeof(T), data.size());
  T value;
  std::memcpy(&value, data.data() + index * sizeof(T), sizeof(T));
  return static_cast<double>(value);
}

// Packed little end first: element 0 of int4 is the low nibble of byte 0.
int LoadPacked(std::span<const std::byte> data, size_t index, int bits, bool is_signed) {
  const size_t per_byte = static_cast<size_t>(8 / bits);
  QG_CHECK_LT(index / per_byte, data.size());
  const int shift = static_cast<int>(index % per_byte) * bits;
  const int mask = (1 << bits) - 1;
  const int value = (static_cast<int>(data[index / per_byte]) >> shift) & mask;
  const bool negative = is_signed && (value >> (bits - 1)) != 0;
  return negative ? value - (1 << bits) : value;
}

}  // namespace

bool IsFloat(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kFloat16 || dtype == DType::kFloat64 ||
         dtype == DType::kBFloat16;
}

bool IsNumeric(DType dtype) {
  switch (dtype) {
    case DType::kString:
    case DType::kComplex64:
    case DType::kComplex128:
    case DType::kResource:
    case DType::kVariant:
    case DType::kFloat8E4M3FN:
    case DType::kFloat8E5M2: return false;
    default: return true;
  }
}

float HalfToFloat(uint16_t half) {
  const int exponent = (half >> 10) & 0x1f;
  const int fraction = half & 0x3ff;
  const float sign = (half & 0x8000) != 0 ? -1.0F : 1.0F;
  if (exponent == 0x1f) {
    return fraction == 0 ? sign * INFINITY : std::copysign(NAN, sign);
  }
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  return sign * std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
}

double ReadElement(std::span<const std::byte> data, DType dtype, size_t index) {
  switch (dtype) {
    case DType::kFloat32: return Load<float>(data, index);
    case DType::kFloat64: return Load<double>(data, index);
    case DType::kFloat16: return HalfToFloat(static_cast<uint16_t>(Load<uint16_t>(data, index)));
    case DType::kBFloat16: {
      const auto high = static_cast<uint32_t>(Load<uint16_t>(data, index));
      return std::bit_cast<float>(high << 16);
    }
    case DType::kInt8: return Load<int8_t>(data, index);
    case DType::kUInt8:
    case DType::kBool: return Load<uint8_t>(data, index);
    case DType::kInt16: return Load<int16_t>(data, index);
    case DType::kUInt16: return Load<uint16_t>(data, index);
    case DType::kInt32: return Load<int32_t>(data, index);
    case DType::kUInt32: return Load<uint32_t>(data, index);
    case DType::kInt64: return Load<int64_t>(data, index);
    case DType::kUInt64: return Load<uint64_t>(data, index);
    case DType::kInt4: return LoadPacked(data, index, 4, true);
    case DType::kUInt4: return LoadPacked(data, index, 4, false);
    case DType::kInt2: return LoadPacked(data, index, 2, true);
    default: CheckFailed("IsNumeric(dtype)", DTypeName(dtype).data(), __FILE__, __LINE__);
  }
}

float RoundToBfloat16(float value) {
  if (std::isnan(value)) return value;
  const auto bits = std::bit_cast<uint32_t>(value);
  return std::bit_cast<float>((bits + 0x7FFFU + ((bits >> 16) & 1U)) & 0xFFFF0000U);
}

}  // namespace quantgate
