#include "harness/comparison/detail_kernels.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "tests/support/random.h"

namespace quantgate {
namespace {

// Against plain loops, lengths about those of vectors; places near and on the edges of bins.
TEST(DetailKernels, GridBinsAreFloorsOfPlaces) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    QG_SEED(seed);
    const double step = random.Real(0.01, 1);
    const GridPlace place{1 / step, random.Int(-200, 200) + 0.5,
                          std::ldexp(1.0, random.Int(-3, 0))};
    std::vector<float> values;
    for (int i = random.Int(1, 50); i > 0; --i) {
      values.push_back(static_cast<float>((random.Int(-60, 60) + (i % 2) * 0.5) * step));
    }
    const auto bin_of = [&](float value) {
      const double at = static_cast<double>(value) * place.inverse_step + place.offset;
      return static_cast<int64_t>(std::floor(at * place.shrink));
    };
    int64_t first = bin_of(values.front());
    for (const float value : values) first = std::min(first, bin_of(value));
    std::vector<uint8_t> bins(values.size());
    GridBins(values, place, first, bins.data());
    for (size_t i = 0; i < values.size(); ++i) EXPECT_EQ(bins[i], bin_of(values[i]) - first);
  }
}

TEST(DetailKernels, EveryByteIsCounted) {
  QG_SEED(20261123U);
  for (const int count : {0, 1, 7, 1023, 1024, 1031, 5000}) {
    const auto bytes = random.Codes<uint8_t>(count, 0, random.Int(0, 255));
    std::array<int64_t, 256> counts;
    std::array<int64_t, 256> expected;
    counts.fill(3);
    expected.fill(3);
    for (const uint8_t byte : bytes) ++expected[byte];
    CountBytes(bytes, counts.data());
    EXPECT_EQ(counts, expected);
  }
}

TEST(DetailKernels, ColumnsKeepTheirExtremes) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    QG_SEED(seed);
    const int columns = random.Int(1, 50);
    std::vector<float> values = random.Floats(columns * random.Int(0, 9), -1, 1);
    for (float& value : values) value = random.Chance(0.1) ? std::nanf("") : value;
    std::vector<float> min(static_cast<size_t>(columns), 0.5F);
    std::vector<float> max(static_cast<size_t>(columns), -0.5F);
    auto expected_min = min;
    auto expected_max = max;
    for (size_t i = 0; i < values.size(); ++i) {
      const size_t c = i % static_cast<size_t>(columns);
      if (values[i] < expected_min[c]) expected_min[c] = values[i];
      if (values[i] > expected_max[c]) expected_max[c] = values[i];
    }
    TrackColumns(values, static_cast<size_t>(columns), min.data(), max.data());
    EXPECT_EQ(min, expected_min);
    EXPECT_EQ(max, expected_max);
  }
}

}  // namespace
}  // namespace quantgate
