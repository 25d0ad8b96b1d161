// Element types of tensors: every type the model format knows, so that any model can be read and
// inspected, with the facts kernels and tables need about each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace quantgate {

// The numbers are those of the model format (TensorType), which tflite_reader.cpp asserts.
enum class DType : int8_t {
  kFloat32 = 0,
  kFloat16 = 1,
  kInt32 = 2,
  kUInt8 = 3,
  kInt64 = 4,
  kString = 5,
  kBool = 6,
  kInt16 = 7,
  kComplex64 = 8,
  kInt8 = 9,
  kFloat64 = 10,
  kComplex128 = 11,
  kUInt64 = 12,
  kResource = 13,
  kVariant = 14,
  kUInt32 = 15,
  kUInt16 = 16,
  kInt4 = 17,
  kBFloat16 = 18,
  kInt2 = 19,
  kUInt4 = 20,
  kFloat8E4M3FN = 21,
  kFloat8E5M2 = 22,
};
inline constexpr int kDTypeCount = 23;

// "float32", "int8", ... as NumPy spells them where NumPy has the type.
std::string_view DTypeName(DType dtype);

// The type of that name, if there is one.
std::optional<DType> FindDType(std::string_view name);

// Bits of one element; 0 where elements have no fixed size (string, resource, variant).
// Types under 8 bits are packed little end first, and each tensor ends on a whole byte.
int DTypeBits(DType dtype);

// True for int8, uint8, int16 and the packed integer types: those whose values are codes of a
// real number when the tensor carries quantization parameters.
bool IsQuantizedStorage(DType dtype);

// The codes a quantized type can take, both ends included.
struct CodeRange {
  int32_t min = 0;
  int32_t max = 0;
};
// Needs IsQuantizedStorage(dtype).
CodeRange CodeRangeOf(DType dtype);

template <class T>
struct DTypeOf;
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::kFloat32;
};
template <>
struct DTypeOf<int8_t> {
  static constexpr DType value = DType::kInt8;
};
template <>
struct DTypeOf<uint8_t> {
  static constexpr DType value = DType::kUInt8;
};
template <>
struct DTypeOf<int16_t> {
  static constexpr DType value = DType::kInt16;
};
template <>
struct DTypeOf<int32_t> {
  static constexpr DType value = DType::kInt32;
};
template <>
struct DTypeOf<int64_t> {
  static constexpr DType value = DType::kInt64;
};
template <>
struct DTypeOf<bool> {
  static constexpr DType value = DType::kBool;
};

}  // namespace quantgate
