#include "reference/numeric/element.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tests/support/bytes.h"

namespace quantgate {
namespace {

// Half precision by its bit fields alone: a normal number is moved into single precision's fields,
// a subnormal one is shifted up until its leading one shows.
float HalfByBits(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000U) << 16;
  uint32_t exponent = (half >> 10) & 0x1FU;
  uint32_t fraction = half & 0x3FFU;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000U | (fraction << 13));
  if (exponent == 0 && fraction == 0) return std::bit_cast<float>(sign);
  if (exponent == 0) {
    exponent = 1;
    while ((fraction & 0x400U) == 0) {
      fraction <<= 1;
      --exponent;  // wraps below zero and comes back when 112 is added
    }
    fraction &= 0x3FFU;
  }
  return std::bit_cast<float>(sign | ((exponent + 112U) << 23) | (fraction << 13));
}

TEST(Element, EveryHalfEqualsItsBitFields) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float want = HalfByBits(half);
    const float got = HalfToFloat(half);
    if (std::isnan(want)) {
      ASSERT_TRUE(std::isnan(got)) << bits;
      ASSERT_EQ(std::signbit(got), std::signbit(want)) << bits;
    } else {
      ASSERT_EQ(std::bit_cast<uint32_t>(got), std::bit_cast<uint32_t>(want)) << bits;
    }
  }
}

TEST(Element, KnownHalves) {
  EXPECT_EQ(HalfToFloat(0x3C00), 1.0F);
  EXPECT_EQ(HalfToFloat(0xC000), -2.0F);
  EXPECT_EQ(HalfToFloat(0x7BFF), 65504.0F);               // the largest
  EXPECT_EQ(HalfToFloat(0x0001), std::ldexp(1.0F, -24));  // the smallest above zero
}

template <class T>
double ReadOne(T value, DType dtype) {
  return ReadElement(ToBytes(std::vector<T>{T{}, value}), dtype, 1);
}

TEST(Element, ReadsEveryPlainType) {
  EXPECT_EQ(ReadOne<float>(-1.5F, DType::kFloat32), -1.5);
  EXPECT_EQ(ReadOne<double>(1e300, DType::kFloat64), 1e300);
  EXPECT_EQ(ReadOne<uint16_t>(0x3C00, DType::kFloat16), 1.0);
  EXPECT_EQ(ReadOne<uint16_t>(0xC040, DType::kBFloat16), -3.0);  // the upper half of -3.0F
  EXPECT_EQ(ReadOne<int8_t>(-128, DType::kInt8), -128);
  EXPECT_EQ(ReadOne<uint8_t>(255, DType::kUInt8), 255);
  EXPECT_EQ(ReadOne<uint8_t>(1, DType::kBool), 1);
  EXPECT_EQ(ReadOne<int16_t>(-32768, DType::kInt16), -32768);
  EXPECT_EQ(ReadOne<uint16_t>(65535, DType::kUInt16), 65535);
  EXPECT_EQ(ReadOne<int32_t>(INT32_MIN, DType::kInt32), -2147483648.0);
  EXPECT_EQ(ReadOne<uint32_t>(UINT32_MAX, DType::kUInt32), 4294967295.0);
  EXPECT_EQ(ReadOne<int64_t>(-(int64_t{1} << 53), DType::kInt64), -9007199254740992.0);
  EXPECT_EQ(ReadOne<uint64_t>(uint64_t{1} << 63, DType::kUInt64), 9223372036854775808.0);
}

TEST(Element, PackedTypesStartAtTheLowBits) {
  const auto bytes = ToBytes(std::vector<uint8_t>{0x8F, 0x71});
  // As int4: F = -1, 8 = -8, 1, 7. As uint4: 15, 8, 1, 7. As int2, 0x8F = 10 00 11 11 from the top.
  const std::vector<double> int4 = {-1, -8, 1, 7};
  const std::vector<double> uint4 = {15, 8, 1, 7};
  const std::vector<double> int2 = {-1, -1, 0, -2};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(ReadElement(bytes, DType::kInt4, i), int4[i]) << i;
    EXPECT_EQ(ReadElement(bytes, DType::kUInt4, i), uint4[i]) << i;
    EXPECT_EQ(ReadElement(bytes, DType::kInt2, i), int2[i]) << i;
  }
}

TEST(Element, EveryNumericTypeCanBeReadAndNoOther) {
  const std::vector<std::byte> zeros(16);
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    if (IsNumeric(dtype)) {
      EXPECT_EQ(ReadElement(zeros, dtype, 0), 0.0) << DTypeName(dtype);
    }
    if (IsFloat(dtype)) {
      EXPECT_TRUE(IsNumeric(dtype));
    }
  }
  EXPECT_FALSE(IsNumeric(DType::kString));
  EXPECT_FALSE(IsNumeric(DType::kComplex64));
}

TEST(ElementDeath, ReadingPastTheEndAborts) {
  const std::vector<std::byte> bytes(4);
  EXPECT_DEATH(ReadElement(bytes, DType::kFloat32, 1), "check failed");
  EXPECT_DEATH(ReadElement(bytes, DType::kInt4, 8), "check failed");
}

}  // namespace
}  // namespace quantgate
