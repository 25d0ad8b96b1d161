#include "reference/numeric/float_requantization.h"

#include <gtest/gtest.h>

namespace quantgate {
namespace {

constexpr CodeRange kInt8{-128, 127};

TEST(RequantizeFloat, RoundsTiesToEven) {
  EXPECT_EQ(RequantizeFloat(1, 0.5F, 0, kInt8), 0);
  EXPECT_EQ(RequantizeFloat(3, 0.5F, 0, kInt8), 2);
  EXPECT_EQ(RequantizeFloat(-1, 0.5F, 0, kInt8), 0);
  EXPECT_EQ(RequantizeFloat(-3, 0.5F, 0, kInt8), -2);
}

TEST(RequantizeFloat, RoundsBeforeTheZeroPointIsAdded) {
  // 0.5 + 1 would be a tie between 1 and 2; 0.5 alone rounds to 0.
  EXPECT_EQ(RequantizeFloat(1, 0.5F, 1, kInt8), 1);
}

TEST(RequantizeFloat, RoundsOnce) {
  // 5 / 4 = 1.25; rounding twice gives 2 (reference/README.md).
  EXPECT_EQ(RequantizeFloat(5, 0.25F, 0, kInt8), 1);
}

TEST(RequantizeFloat, ClampsWhatIsFarOutside) {
  EXPECT_EQ(RequantizeFloat(INT32_MAX, 255.0F, -10, kInt8), 127);
  EXPECT_EQ(RequantizeFloat(INT32_MIN, 255.0F, -10, kInt8), -128);
  EXPECT_EQ(RequantizeFloat(1000, 1.0F, 0, {-5, 20}), 20);
}

TEST(RequantizeFloat, TheAccumulatorIsAFloat) {
  // 2^24 + 1 is no float32: it becomes 2^24.
  EXPECT_EQ(RequantizeFloat((1 << 24) + 1, 0x1p-24F * 100, 0, kInt8), 100);
}

TEST(ActivationCodesTiesEven, RoundsTheSumWithTheZeroPoint) {
  // 6 / 4 + 1 = 2.5 goes to 2; eq. 8 gives round(1.5) + 1 = 3.
  const CodeRange range = ActivationCodesTiesEven({0, 6}, 4.0F, 1, DType::kInt8);
  EXPECT_EQ(range.min, 1);
  EXPECT_EQ(range.max, 2);
}

TEST(ActivationCodesTiesEven, InfiniteEndsAreTheTypes) {
  const CodeRange range = ActivationCodesTiesEven({}, 0.1F, 0, DType::kInt8);
  EXPECT_EQ(range.min, -128);
  EXPECT_EQ(range.max, 127);
}

}  // namespace
}  // namespace quantgate
