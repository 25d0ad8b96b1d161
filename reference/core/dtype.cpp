#include "reference/core/dtype.h"

#include <array>

#include "reference/core/check.h"

namespace quantgate {
namespace {

struct DTypeRow {
  std::string_view name;
  int bits;
};

constexpr std::array<DTypeRow, kDTypeCount> kDTypes = {{
    {"float32", 32}, {"float16", 16},      {"int32", 32},      {"uint8", 8},      {"int64", 64},
    {"string", 0},   {"bool", 8},          {"int16", 16},      {"complex64", 64}, {"int8", 8},
    {"float64", 64}, {"complex128", 128},  {"uint64", 64},     {"resource", 0},   {"variant", 0},
    {"uint32", 32},  {"uint16", 16},       {"int4", 4},        {"bfloat16", 16},  {"int2", 2},
    {"uint4", 4},    {"float8_e4m3fn", 8}, {"float8_e5m2", 8},
}};

}  // namespace

std::string_view DTypeName(DType dtype) { return kDTypes.at(static_cast<size_t>(dtype)).name; }

std::optional<DType> FindDType(std::string_view name) {
  for (size_t i = 0; i < kDTypes.size(); ++i) {
    if (kDTypes[i].name == name) return static_cast<DType>(i);
  }
  return std::nullopt;
}

int DTypeBits(DType dtype) { return kDTypes.at(static_cast<size_t>(dtype)).bits; }

bool IsQuantizedStorage(DType dtype) {
  switch (dtype) {
    case DType::kInt8:
    case DType::kUInt8:
    case DType::kInt16:
    case DType::kInt4:
    case DType::kUInt4:
    case DType::kInt2: return true;
    default: return false;
  }
}

CodeRange CodeRangeOf(DType dtype) {
  switch (dtype) {
    case DType::kInt8: return {-128, 127};
    case DType::kUInt8: return {0, 255};
    case DType::kInt16: return {-32768, 32767};
    case DType::kInt4: return {-8, 7};
    case DType::kUInt4: return {0, 15};
    case DType::kInt2: return {-2, 1};
    default: break;
  }
  CheckFailed("IsQuantizedStorage(dtype)", DTypeName(dtype).data(), __FILE__, __LINE__);
}

}  // namespace quantgate
