#include "reference/ops/row_quantization.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/random.h"

namespace quantgate {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

float AnyFloat(Random& random) {
  constexpr float kValues[] = {0,        1,          -1,
                               1e-45F,   kInfinity,  3.4e38F,
                               -3.4e38F, -kInfinity, std::numeric_limits<float>::quiet_NaN()};
  return random.Chance(0.5) ? random.Float(-2, 2) : kValues[random.Int(0, 8)];
}

// Half a step, and what float loses on the way.
TEST(RowQuantization, FiniteRowsComeBack) {
  QG_SEED(20241122U);
  for (int round = 0; round < 200; ++round) {
    std::vector<float> row(static_cast<size_t>(random.Int(1, 40)));
    for (float& value : row) value = random.Float(-3, 3);
    std::vector<int8_t> codes(row.size());
    for (const auto quantize : {QuantizeRowSymmetric, QuantizeRowAsymmetric}) {
      const RowQuantization how = quantize(row, codes.data());
      for (size_t i = 0; i < row.size(); ++i) {
        const float back = how.scale * static_cast<float>(codes[i] - how.zero_point);
        ASSERT_NEAR(back, row[i], 0.501F * how.scale) << round << " " << i;
      }
    }
  }
}

// The end that is nearer in codes is NaN there: the conversion of TFLite's int8 makes 0 of it.
TEST(RowQuantization, AnInfiniteValueHasAZeroPoint) {
  std::vector<float> row = {1, kInfinity, 0};
  std::vector<int8_t> codes(row.size());
  EXPECT_EQ(QuantizeRowAsymmetric(row, codes.data()).zero_point, 0);
}

TEST(RowQuantization, WhateverARowHoldsItsZeroPointIsACode) {
  QG_SEED(20241123U);
  for (int round = 0; round < 2000; ++round) {
    std::vector<float> row(static_cast<size_t>(random.Int(0, 6)));
    for (float& value : row) value = AnyFloat(random);
    std::vector<int8_t> codes(row.size());
    EXPECT_EQ(QuantizeRowSymmetric(row, codes.data()).zero_point, 0);
    const int32_t zero_point = QuantizeRowAsymmetric(row, codes.data()).zero_point;
    ASSERT_TRUE(zero_point >= -128 && zero_point <= 127) << zero_point;
  }
}

// Within half a step, and half another at the ends, where the rounded zero point moves the range;
// zero is exact.
TEST(QuantizeRowXnnpack, CodesStandForTheValues) {
  QG_SEED(20261110U);
  for (int i = 0; i < 300; ++i) {
    auto values = random.Floats(random.Int(1, 50), random.Real(-4, 1), random.Real(1, 4));
    values.back() = 0;
    std::vector<int8_t> codes(values.size());
    const RowQuantization row = QuantizeRowXnnpack(values, codes.data());
    ASSERT_TRUE(row.zero_point >= -128 && row.zero_point <= 127);
    for (size_t k = 0; k < values.size(); ++k) {
      ASSERT_NEAR(row.scale * static_cast<float>(codes[k] - row.zero_point), values[k],
                  1.001F * row.scale);
    }
    ASSERT_EQ(codes.back(), row.zero_point);
  }
}

// 128 steps a unit: 2.5 and 3.5 steps go to 2 and 4. The range is that of the codes, so zero is 0.
TEST(QuantizeRowXnnpack, TiesGoToEven) {
  const std::vector<float> values = {-1, 127.0F / 128, 2.5F / 128, 3.5F / 128, -2.5F / 128};
  std::vector<int8_t> codes(values.size());
  EXPECT_EQ(QuantizeRowXnnpack(values, codes.data()).zero_point, 0);
  EXPECT_EQ(codes, (std::vector<int8_t>{-128, 127, 2, 4, -2}));
}

TEST(QuantizeRowXnnpack, RowsWithoutARange) {
  const std::vector<float> zeros(5, 0.0F);
  std::vector<int8_t> codes(5, 1);
  const RowQuantization row = QuantizeRowXnnpack(zeros, codes.data());
  EXPECT_EQ(row.scale, 1);
  for (const int8_t code : codes) EXPECT_EQ(code, row.zero_point);
  EXPECT_EQ(QuantizeRowXnnpack({}, codes.data()).scale, 1);
}

}  // namespace
}  // namespace quantgate
