#include "harness/quantization/range_to_params.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reference/numeric/affine.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

TEST(RangeToParams, KnownRanges) {
  const QuantParams unit = AsymmetricParams(0, 255, DType::kUInt8);
  EXPECT_EQ(unit, PerTensor(1.0F, 0));
  const QuantParams both = AsymmetricParams(-1, 1, DType::kInt8);
  EXPECT_EQ(both.scale(), static_cast<float>(2.0 / 255));
  // -128 + 1 / (2 / 255) would be -0.5; the float32 scale is a hair above 2 / 255, so it is below
  // that, and rounds to -1.
  EXPECT_EQ(both.zero_point(), -1);
}

TEST(RangeToParams, RangesAwayFromZeroAreWidenedToIt) {
  EXPECT_EQ(AsymmetricParams(3, 5, DType::kInt8), AsymmetricParams(0, 5, DType::kInt8));
  EXPECT_EQ(AsymmetricParams(-5, -3, DType::kInt8), AsymmetricParams(-5, 0, DType::kInt8));
}

TEST(RangeToParams, ARangeOfZeroAloneStillHasAScale) {
  EXPECT_EQ(AsymmetricParams(0, 0, DType::kInt8), PerTensor(1.0F, -128));
  EXPECT_EQ(SymmetricParams(0), PerTensor(1.0F, 0));
}

// Zero has a code of its own, and both ends are within half a step of a code.
TEST(RangeToParams, ZeroIsExactAndTheEndsAreReached) {
  QG_SEED(20240910U);
  for (int i = 0; i < 5000; ++i) {
    const double size = std::exp2(random.Real(-20, 20));
    const double min = size * random.Real(-1, 0.2);
    const double max = min + size * random.Real(0.001, 1);
    const DType dtype = random.Chance(0.5) ? DType::kInt8 : DType::kUInt8;
    const CodeRange codes = CodeRangeOf(dtype);
    const QuantParams params = AsymmetricParams(min, max, dtype);
    ASSERT_GE(params.zero_point(), codes.min);
    ASSERT_LE(params.zero_point(), codes.max);
    const int32_t zero = Quantize(0.0F, params.scale(), params.zero_point(), codes);
    ASSERT_EQ(Dequantize(zero, params.scale(), params.zero_point()), 0.0F);
    const double low = Dequantize(codes.min, params.scale(), params.zero_point());
    const double high = Dequantize(codes.max, params.scale(), params.zero_point());
    const double half_step = 0.501 * static_cast<double>(params.scale());
    ASSERT_NEAR(low, std::min(min, 0.0), half_step);
    ASSERT_NEAR(high, std::max(max, 0.0), half_step);
  }
}

TEST(RangeToParams, TheInputContractIsMeanAndStd) {
  const auto params = MeanStdParams(127.5, 127.5, DType::kUInt8);
  ASSERT_TRUE(params.ok());
  EXPECT_EQ(params->scale(), static_cast<float>(1 / 127.5));
  EXPECT_EQ(params->zero_point(), 128);  // the tie goes away from zero
}

TEST(RangeToParams, AnInputContractThatNoCodesCanKeepIsRefused) {
  for (const double mean : {255.5, -0.5, 1e10, -1e300}) {
    const auto params = MeanStdParams(mean, 1, DType::kUInt8);
    ASSERT_FALSE(params.ok()) << mean;
    EXPECT_EQ(params.error().code, ErrorCode::kConfig);
  }
  EXPECT_TRUE(MeanStdParams(128, 1, DType::kUInt8).ok());
  EXPECT_FALSE(MeanStdParams(128, 1, DType::kInt8).ok());
  // 1 / std in float: zero, and infinite.
  for (const double std : {1e300, 1e-300}) {
    EXPECT_FALSE(MeanStdParams(0, std, DType::kUInt8).ok()) << std;
  }
}

}  // namespace
}  // namespace quantgate
