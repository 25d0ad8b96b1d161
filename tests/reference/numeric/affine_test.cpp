#include "reference/numeric/affine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/support/bytes.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

constexpr CodeRange kInt8Codes{-128, 127};
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(Affine, TiesGoAwayFromZero) {
  // 2.5 steps and -2.5 steps; to even they would be 2 and -2, upward 3 and -2.
  EXPECT_EQ(Quantize(1.25F, 0.5F, 0, kInt8Codes), 3);
  EXPECT_EQ(Quantize(-1.25F, 0.5F, 0, kInt8Codes), -3);
  // Away from zero before the zero point is added: -0.5 steps is -1, then 10 - 1.
  EXPECT_EQ(Quantize(-0.25F, 0.5F, 10, kInt8Codes), 9);
}

TEST(Affine, ZeroIsTheZeroPoint) {
  EXPECT_EQ(Quantize(0.0F, 0.37F, -17, kInt8Codes), -17);
  EXPECT_EQ(Dequantize(-17, 0.37F, -17), 0.0F);
}

TEST(Affine, ClampsAtBothEnds) {
  EXPECT_EQ(Quantize(1e6F, 0.5F, 3, kInt8Codes), 127);
  EXPECT_EQ(Quantize(-1e6F, 0.5F, 3, kInt8Codes), -128);
  EXPECT_EQ(Quantize(kInfinity, 0.5F, 3, kInt8Codes), 127);
  EXPECT_EQ(Quantize(-kInfinity, 0.5F, 3, kInt8Codes), -128);
  // The quotient overflows float; still the end and nothing undefined.
  EXPECT_EQ(Quantize(3e38F, 1e-30F, 0, kInt8Codes), 127);
}

TEST(Affine, NanIsTheZeroPoint) {
  EXPECT_EQ(Quantize(kNan, 0.5F, -7, kInt8Codes), -7);
  // 0 / 0: a scale of zero gives no code of its own either.
  EXPECT_EQ(Quantize(0.0F, 0.0F, 5, kInt8Codes), 5);
}

TEST(Affine, DequantizeIsTheProductRoundedOnce) {
  EXPECT_EQ(Dequantize(127, 0.1F, -128), static_cast<float>(static_cast<double>(0.1F) * 255.0));
  EXPECT_EQ(Dequantize(INT32_MAX, 1.0F, INT32_MIN), 4294967296.0F);  // 2^32 - 1 rounds to 2^32
}

// |dequantize(quantize(x)) - clamp(x)| <= scale / 2, plus the rounding of three float operations,
// each relative to a value of at most 256 steps.
TEST(Affine, RoundTripIsWithinHalfAStep) {
  QG_SEED(20240610U);
  for (int i = 0; i < 20000; ++i) {
    const DType dtype = random.Chance(0.5) ? DType::kInt8 : DType::kUInt8;
    const CodeRange codes = CodeRangeOf(dtype);
    const auto scale = static_cast<float>(std::exp2(random.Real(-20, 10)));
    const int zero_point = random.Int(codes.min, codes.max);
    const double steps = random.Real(-400, 400);
    const auto real = static_cast<float>(steps * scale);
    const double low = Dequantize(codes.min, scale, zero_point);
    const double high = Dequantize(codes.max, scale, zero_point);
    const int32_t code = Quantize(real, scale, zero_point, codes);
    ASSERT_GE(code, codes.min);
    ASSERT_LE(code, codes.max);
    const double error = Dequantize(code, scale, zero_point) - std::clamp<double>(real, low, high);
    EXPECT_LE(std::abs(error), scale * (0.5 + 3 * 512 * std::ldexp(1.0, -24)))
        << real << " scale " << scale << " zero point " << zero_point;
  }
}

TEST(Affine, EveryCodeSurvivesDequantizeThenQuantize) {
  QG_SEED(20240611U);
  for (int i = 0; i < 200; ++i) {
    const float scale = random.Float(1e-6, 3.0);
    const int zero_point = random.Int(-128, 127);
    for (int code = -128; code <= 127; ++code) {
      ASSERT_EQ(Quantize(Dequantize(code, scale, zero_point), scale, zero_point, kInt8Codes), code)
          << "scale " << scale << " zero point " << zero_point;
    }
  }
}

TEST(Affine, TensorsQuantizeElementByElement) {
  const std::vector<float> reals = {-1.0F, 0.0F, 0.26F, 1.0F, 1000.0F};
  std::vector<std::byte> bytes(reals.size());
  QuantizeTensor(reals, PerTensor(0.5F, 10), DType::kUInt8, bytes);
  EXPECT_EQ(FromBytes<uint8_t>(bytes), (std::vector<uint8_t>{8, 10, 11, 12, 255}));
  bytes.resize(2 * reals.size());
  QuantizeTensor(reals, PerTensor(0.5F, 0), DType::kInt16, bytes);
  EXPECT_EQ(FromBytes<int16_t>(bytes), (std::vector<int16_t>{-2, 0, 1, 2, 2000}));
}

// Quotients near and on ties, far outside every type's codes, and NaN, against eq. 2 in double.
TEST(QuantizeTensor, RoundsTiesAwayFromZeroAndSaturates) {
  QG_SEED(20261121U);
  for (int round = 0; round < 2000; ++round) {
    const float scale = std::ldexp(random.Float(0.5F, 1), random.Int(-140, 100));
    const int32_t zero_point =
        round % 10 == 0 ? random.Int(-2000000, 2000000) : random.Int(-128, 127);
    std::vector<float> reals = {0, -0.0F, kNan, kInfinity, -kInfinity, 1e38F, -1e38F};
    for (int k = 0; k < 50; ++k) {
      const float tie = (static_cast<float>(random.Int(-300, 300)) + 0.5F) * scale;
      reals.insert(reals.end(), {tie, std::nextafter(tie, kInfinity),
                                 std::nextafter(tie, -kInfinity), random.Float(-200, 200) * scale});
    }
    std::vector<std::byte> bytes(reals.size());
    QuantizeTensor(reals, PerTensor(scale, zero_point), DType::kInt8, bytes);
    for (size_t i = 0; i < reals.size(); ++i) {
      double want = std::round(static_cast<double>(reals[i]) / static_cast<double>(scale));
      want = std::isnan(want) ? zero_point : std::clamp(want + zero_point, -128.0, 127.0);
      ASSERT_EQ(static_cast<int8_t>(bytes[i]), std::clamp(want, -128.0, 127.0))
          << reals[i] << " / " << scale << " + " << zero_point;
    }
  }
}

// -6968.499987 steps: in float the quotient falls onto the tie and rounds to -6969.
TEST(Affine, Int16CodesAreRoundedFromADoubleQuotient) {
  QG_SEED(20241151U);
  int64_t apart = 0;
  for (int i = 0; i < 20000; ++i) {
    const float scale = random.Float(5e-5, 2e-4);
    const std::vector<float> reals = {random.Float(-3, 3)};
    std::vector<std::byte> bytes(2);
    QuantizeTensor(reals, PerTensor(scale, 0), DType::kInt16, bytes);
    const double exact = static_cast<double>(reals[0]) / static_cast<double>(scale);
    const double want = std::clamp(std::round(exact), -32768.0, 32767.0);
    ASSERT_EQ(FromBytes<int16_t>(bytes)[0], want) << exact;
    apart += std::round(reals[0] / scale) != std::round(exact) ? 1 : 0;
  }
  EXPECT_GT(apart, 0) << "no case tells the two apart";
}

TEST(Affine, PerAxisTensorsDequantizeSliceBySlice) {
  const QuantParams quant{{1.0F, 10.0F}, {0, 1}, 1};  // two slices along axis 1 of [2,2,2]
  const auto bytes = ToBytes(std::vector<int8_t>{1, 2, 3, 4, 5, 6, 7, 8});
  std::vector<float> reals(8);
  ASSERT_TRUE(DequantizeTensor(bytes, DType::kInt8, Shape{2, 2, 2}, quant, reals));
  EXPECT_EQ(reals, (std::vector<float>{1, 2, 20, 30, 5, 6, 60, 70}));
}

TEST(Affine, UnquantizedNumbersAreConverted) {
  std::vector<float> reals(2);
  ASSERT_TRUE(DequantizeTensor(ToBytes(std::vector<int64_t>{-3, 1 << 20}), DType::kInt64, Shape{2},
                               {}, reals));
  EXPECT_EQ(reals, (std::vector<float>{-3, 1048576}));
}

TEST(Affine, FloatsIgnoreParametersAndStringsHaveNoReading) {
  std::vector<float> reals(1);
  ASSERT_TRUE(DequantizeTensor(ToBytes(std::vector<float>{1.5F}), DType::kFloat32, Shape{1},
                               PerTensor(2.0F, 3), reals));
  EXPECT_EQ(reals[0], 1.5F);
  EXPECT_FALSE(DequantizeTensor({}, DType::kString, Shape{1}, {}, reals));
}

}  // namespace
}  // namespace quantgate
