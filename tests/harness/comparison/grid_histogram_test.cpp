#include "harness/comparison/grid_histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace quantgate {
namespace {

constexpr GridHistogram::Grid kCodes = {0.5, 128.5, 0};  // scale 0.5, zero point 128

struct State {
  int64_t first;
  double width;
  std::vector<int64_t> counts;
  friend bool operator==(const State&, const State&) = default;
};

State StateOf(const GridHistogram& histogram) {
  if (histogram.empty()) return {};
  return {histogram.first(), histogram.bin_width(),
          histogram.CountsOf(histogram.first(), histogram.end())};
}

int64_t Total(const GridHistogram& histogram) {
  const auto counts = StateOf(histogram).counts;
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

TEST(GridHistogram, ABinOfACodesGridHoldsWhatRoundsToTheCode) {
  GridHistogram histogram(kCodes);
  histogram.Add(std::vector<float>{0, 0.24F, -0.24F, 0.26F, 5});
  EXPECT_EQ(histogram.bin_width(), 0.5);
  EXPECT_EQ(histogram.first(), 128);  // the zero point
  EXPECT_EQ(histogram.EdgeOf(128), -0.25);
  EXPECT_EQ(histogram.end(), 139);  // 5 / 0.5 + 128 is code 138
  EXPECT_EQ(histogram.CountsOf(128, 131), (std::vector<int64_t>{3, 1, 0}));
}

TEST(GridHistogram, CodesAndTheirRealsFallIntoTheSameBins) {
  std::vector<int64_t> counts(256, 0);
  std::vector<float> reals;
  for (const int code : {0, 3, 3, 128, 200, 255}) {
    ++counts[static_cast<size_t>(code)];
    reals.push_back(0.5F * static_cast<float>(code - 128));
  }
  GridHistogram from_codes(kCodes);
  GridHistogram from_reals(kCodes);
  from_codes.AddCodes(counts, 0);
  from_reals.Add(reals);
  EXPECT_EQ(StateOf(from_codes), StateOf(from_reals));
  EXPECT_EQ(from_codes.bin_width(), 1.0);  // 256 codes need bins of two
}

TEST(GridHistogram, KeepsAtMostSoManyBinsAndAtLeastHalfOfThem) {
  GridHistogram histogram({});
  std::vector<float> values;
  for (int i = 0; i < 1000; ++i) values.push_back(static_cast<float>(i) * 0.37F);
  histogram.Add(values);
  const auto bins = histogram.end() - histogram.first();
  EXPECT_LE(bins, GridHistogram::kMaxBins);
  EXPECT_GT(bins, GridHistogram::kMaxBins / 2);
  EXPECT_EQ(Total(histogram), 1000);
}

TEST(GridHistogram, LeavesOutWhatIsNotFinite) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  GridHistogram histogram({});
  histogram.Add(std::vector<float>{1, std::nanf(""), kInfinity, -kInfinity, 2});
  EXPECT_EQ(Total(histogram), 2);
  histogram.Add(std::vector<float>{std::nanf("")});
  EXPECT_EQ(Total(histogram), 2);
}

TEST(GridHistogram, TakesTheLargestAndTheSmallestFloats) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  constexpr float kTiny = std::numeric_limits<float>::denorm_min();
  for (const GridHistogram::Grid& grid : {GridHistogram::Grid{}, GridHistogram::Grid{1e-38, 5, 0},
                                          GridHistogram::Grid{1e38, -5, 0}}) {
    GridHistogram histogram(grid);
    histogram.Add(std::vector<float>{kLargest});
    histogram.Add(std::vector<float>{-kLargest, kTiny, -kTiny, 0, 1});
    EXPECT_EQ(Total(histogram), 6);
    EXPECT_LE(histogram.end() - histogram.first(), GridHistogram::kMaxBins);
  }
}

// Any split of the values, merged in any order, is one pass over all of them.
TEST(GridHistogram, PartsMergeToTheWhole) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const GridHistogram::Grid grid =
        seed % 2 == 0 ? GridHistogram::Grid{} : GridHistogram::Grid{0.03, 12.5, 0};
    GridHistogram whole(grid);
    std::vector<GridHistogram> parts(1 + random() % 5, GridHistogram(grid));
    std::vector<float> all;
    for (int i = 0; i < 300; ++i) {
      const double sign = random() % 2 == 0 ? 1 : -1;
      const double size = std::exp2(static_cast<double>(random() % 40) - 30);
      const auto value =
          static_cast<float>(sign * size * (1 + static_cast<double>(random() % 1000) / 1000));
      all.push_back(value);
      parts[random() % parts.size()].Add(std::vector<float>{value});
    }
    whole.Add(all);
    GridHistogram merged(grid);
    for (size_t i = parts.size(); i-- > 0;) merged.Merge(parts[i]);
    EXPECT_EQ(StateOf(merged), StateOf(whole));
    EXPECT_EQ(Total(whole), 300);
  }
}

TEST(GridHistogram, AlignedHistogramsShareTheirBins) {
  GridHistogram narrow({});
  GridHistogram wide({});
  narrow.Add(std::vector<float>{0.1F, 0.2F});
  wide.Add(std::vector<float>{-40, 100});
  narrow.Align(wide);
  wide.Align(narrow);
  EXPECT_EQ(narrow.bin_width(), wide.bin_width());
  EXPECT_LE(std::max(narrow.end(), wide.end()) - std::min(narrow.first(), wide.first()),
            GridHistogram::kMaxBins);
}

}  // namespace
}  // namespace quantgate
