#include "reference/ops/row_quantization.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/random.h"

namespace quantgate {
namespace {

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
