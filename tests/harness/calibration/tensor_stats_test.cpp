#include "harness/calibration/tensor_stats.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/random.h"

namespace quantgate {
namespace {

TEST(TensorStats, KeepsTheEndsAndCountsWhatIsNotFinite) {
  TensorStats stats;
  stats.Update(0, std::vector<float>{1, 2});
  stats.Update(1, std::vector<float>{1, NAN, -2, INFINITY, 0, -INFINITY});
  const ValueRange range = RangeOf(stats);
  EXPECT_EQ(range.min, -2);
  EXPECT_EQ(range.max, 2);
  EXPECT_EQ(range.values, 5);
  EXPECT_EQ(stats.nan, 1);
  EXPECT_EQ(stats.infinite, 2);
  EXPECT_EQ(stats.first_non_finite_sample, 1);
  EXPECT_EQ(stats.histogram.total(), 5);
  EXPECT_EQ(stats.samples, (std::vector<SampleExtremes>{{1, 2}, {-2, 1}}));
}

TEST(TensorStats, ASampleWithoutAnythingFiniteHasNoExtremes) {
  TensorStats stats;
  stats.Update(0, std::vector<float>{NAN});
  EXPECT_EQ(stats.samples, std::vector<SampleExtremes>{NoExtremes()});
  EXPECT_EQ(RangeOf(stats).values, 0);
}

// Bounded memory: extremes are kept of the first samples only, everything else of all.
TEST(TensorStats, ExtremesOfSamplesAreBounded) {
  TensorStats stats;
  stats.Update(kMaxSampleExtremes - 1, std::vector<float>{1});
  stats.Update(kMaxSampleExtremes, std::vector<float>{9});
  EXPECT_EQ(stats.samples.size(), static_cast<size_t>(kMaxSampleExtremes));
  EXPECT_EQ(RangeOf(stats).max, 9);
}

TEST(TensorStats, AppendCutsExtremesWhereOnePassWould) {
  TensorStats first;
  first.Update(kMaxSampleExtremes - 2, std::vector<float>{1});
  TensorStats second;
  for (int i = 0; i < 4; ++i) second.Update(i, std::vector<float>{static_cast<float>(2 + i)});
  first.Append(second, kMaxSampleExtremes - 1);
  EXPECT_EQ(first.samples.size(), static_cast<size_t>(kMaxSampleExtremes));
  EXPECT_EQ(first.samples.back().max, 2);
  EXPECT_EQ(RangeOf(first).max, 5);
}

}  // namespace
}  // namespace quantgate
