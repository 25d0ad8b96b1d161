#include "harness/calibration/tensor_stats.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/random.h"

namespace quantgate {
namespace {

bool Same(const TensorStats& a, const TensorStats& b) {
  return a.min == b.min && a.max == b.max && a.values == b.values && a.non_finite == b.non_finite;
}

TEST(TensorStats, KeepsTheEndsAndCountsWhatIsNotFinite) {
  TensorStats stats;
  stats.Update(std::vector<float>{1, NAN, -2, INFINITY, 0, -INFINITY});
  EXPECT_EQ(stats.min, -2);
  EXPECT_EQ(stats.max, 1);
  EXPECT_EQ(stats.values, 3);
  EXPECT_EQ(stats.non_finite, 3);
}

TEST(TensorStats, MergingTwoPartsEqualsOnePass) {
  QG_SEED(20240901U);
  for (int i = 0; i < 200; ++i) {
    auto values = random.Floats(random.Int(0, 60), -10, 10);
    for (float& value : values) {
      if (random.Chance(0.05)) value = NAN;
    }
    const auto cut = static_cast<std::ptrdiff_t>(random.Int(0, static_cast<int>(values.size())));
    TensorStats whole;
    whole.Update(values);
    TensorStats first;
    first.Update({values.begin(), values.begin() + cut});
    TensorStats second;
    second.Update({values.begin() + cut, values.end()});
    first.Merge(second);
    EXPECT_TRUE(Same(first, whole)) << "cut at " << cut << " of " << values.size();
  }
}

TEST(TensorStats, MergingNothingChangesNothing) {
  TensorStats stats;
  stats.Update(std::vector<float>{3});
  const TensorStats before = stats;
  stats.Merge({});
  EXPECT_TRUE(Same(stats, before));
  TensorStats empty;
  empty.Merge(before);
  EXPECT_TRUE(Same(empty, before));
}

}  // namespace
}  // namespace quantgate
