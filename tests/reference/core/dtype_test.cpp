#include "reference/core/dtype.h"

#include <gtest/gtest.h>

#include <set>

namespace quantgate {
namespace {

TEST(DType, EveryTypeHasANameThatFindsIt) {
  std::set<std::string_view> names;
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    EXPECT_EQ(FindDType(DTypeName(dtype)), dtype);
    names.insert(DTypeName(dtype));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(kDTypeCount));
  EXPECT_EQ(FindDType("int9"), std::nullopt);
  EXPECT_EQ(FindDType(""), std::nullopt);
}

TEST(DType, BitsAreThoseOfTheStorage) {
  EXPECT_EQ(DTypeBits(DType::kFloat32), 32);
  EXPECT_EQ(DTypeBits(DType::kFloat16), 16);
  EXPECT_EQ(DTypeBits(DType::kBool), 8);
  EXPECT_EQ(DTypeBits(DType::kInt4), 4);
  EXPECT_EQ(DTypeBits(DType::kInt2), 2);
  EXPECT_EQ(DTypeBits(DType::kComplex128), 128);
  EXPECT_EQ(DTypeBits(DType::kString), 0);  // elements of no fixed size
}

TEST(DType, CodeRangesFillTheirBits) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    if (!IsQuantizedStorage(dtype)) continue;
    const CodeRange codes = CodeRangeOf(dtype);
    EXPECT_EQ(codes.max - codes.min + 1, 1 << DTypeBits(dtype)) << DTypeName(dtype);
    const bool is_unsigned = DTypeName(dtype)[0] == 'u';
    EXPECT_EQ(codes.min, is_unsigned ? 0 : -(1 << (DTypeBits(dtype) - 1))) << DTypeName(dtype);
  }
}

TEST(DType, OnlyNarrowIntegersHoldCodes) {
  EXPECT_TRUE(IsQuantizedStorage(DType::kInt8));
  EXPECT_TRUE(IsQuantizedStorage(DType::kInt16));
  EXPECT_FALSE(IsQuantizedStorage(DType::kInt32));
  EXPECT_FALSE(IsQuantizedStorage(DType::kBool));
  EXPECT_FALSE(IsQuantizedStorage(DType::kFloat16));
}

TEST(DTypeDeath, OtherTypesHaveNoCodes) {
  EXPECT_DEATH(static_cast<void>(CodeRangeOf(DType::kFloat32)), "float32");
}

}  // namespace
}  // namespace quantgate
