#include "reference/numeric/activation_range.h"

#include <gtest/gtest.h>

#include <cmath>

#include "reference/numeric/affine.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

TEST(ActivationRange, RealEnds) {
  EXPECT_EQ(ActivationRange(Activation::kRelu).min, 0.0F);
  EXPECT_TRUE(std::isinf(ActivationRange(Activation::kRelu).max));
  EXPECT_EQ(ActivationRange(Activation::kRelu6).max, 6.0F);
  EXPECT_EQ(ActivationRange(Activation::kReluN1To1).min, -1.0F);
  EXPECT_TRUE(std::isinf(ActivationRange(Activation::kNone).min));
}

TEST(ActivationRange, CodesOfKnownParameters) {
  // scale 0.05, zero point -100: 0 is code -100 and 6 is 20 = -100 + 120.
  const CodeRange relu6 = ActivationCodes(Activation::kRelu6, 0.05F, -100, DType::kInt8);
  EXPECT_EQ(relu6.min, -100);
  EXPECT_EQ(relu6.max, 20);
  const CodeRange relu = ActivationCodes(Activation::kRelu, 0.05F, -100, DType::kInt8);
  EXPECT_EQ(relu.min, -100);
  EXPECT_EQ(relu.max, 127);
  const CodeRange none = ActivationCodes(Activation::kNone, 0.05F, -100, DType::kInt8);
  EXPECT_EQ(none.min, -128);
  EXPECT_EQ(none.max, 127);
}

TEST(ActivationRange, ASixThatHasNoCodeIsTheHighestCode) {
  const CodeRange codes = ActivationCodes(Activation::kRelu6, 0.01F, 0, DType::kUInt8);
  EXPECT_EQ(codes.min, 0);
  EXPECT_EQ(codes.max, 255);  // 2.55 is the largest real
}

TEST(ActivationRange, CodesAreOrderedAndWithinTheType) {
  QG_SEED(20240612U);
  for (int i = 0; i < 5000; ++i) {
    const DType dtype = random.Chance(0.5) ? DType::kInt8 : DType::kUInt8;
    const CodeRange type = CodeRangeOf(dtype);
    const auto activation = static_cast<Activation>(random.Int(0, 3));
    const auto scale = static_cast<float>(std::exp2(random.Real(-24, 8)));
    const int zero_point = random.Int(type.min, type.max);
    const CodeRange codes = ActivationCodes(activation, scale, zero_point, dtype);
    EXPECT_LE(type.min, codes.min);
    EXPECT_LE(codes.min, codes.max);
    EXPECT_LE(codes.max, type.max);
  }
}

}  // namespace
}  // namespace quantgate
