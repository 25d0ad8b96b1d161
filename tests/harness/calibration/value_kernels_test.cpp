// Every kernel against a plain loop, on every instruction set of this machine: the same bits.
#include "harness/calibration/value_kernels.h"

// As the kernels are compiled.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "harness/calibration/tensor_stats.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

void OnEveryInstructionSet(const std::function<void()>& test) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    test();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

// Finite values with zeros of both signs and a maximum that many reach, as behind a RELU6.
std::vector<float> AnyValues(Random& random, size_t count) {
  const float size = std::ldexp(1.0F, random.Int(-30, 30));
  const double low = random.Chance(0.5) ? 0 : -1;
  const bool clamped = random.Chance(0.3);
  std::vector<float> values = random.Floats(static_cast<int64_t>(count), low, 2);
  for (float& value : values) {
    if (clamped) value = std::min(value, 1.0F);
    if (random.Chance(0.05)) value *= std::ldexp(1.0F, random.Int(-140, 0));
    if (random.Chance(0.2)) value = random.Chance(0.5) ? 0.0F : -0.0F;
    value *= size;
  }
  return values;
}

TEST(ValueKernels, CountBinsCountsEveryValueOnce) {
  QG_SEED(20250160U);
  for (int i = 0; i < 100; ++i) {
    const std::vector<float> values =
        AnyValues(random, static_cast<size_t>(random.Int(0, random.Chance(0.2) ? 5000 : 70)));
    float largest = 0x1p-100F;
    for (const float value : values) largest = std::max(largest, std::abs(value));
    const float inverse_width = std::ldexp(1.0F, 10 - std::ilogb(largest));
    const int first = -random.Int(2048, 2100);
    std::vector<uint32_t> expected(4200, 7);
    size_t zeros = 0;
    for (const float value : values) {
      const int bin = static_cast<int>(value * inverse_width);
      value == 0 ? ++zeros : ++expected[static_cast<size_t>(bin - first)];
    }
    OnEveryInstructionSet([&] {
      std::vector<uint32_t> counts(4200, 7);
      EXPECT_EQ(CountBins(values.data(), values.size(), inverse_width, counts.data() - first),
                zeros);
      EXPECT_EQ(counts, expected);
    });
  }
}

struct Columns {
  explicit Columns(size_t width) : min(width), max(width), sum(width), sum2(width) {}
  ColumnStats stats() { return {min.data(), max.data(), sum.data(), sum2.data()}; }
  friend bool operator==(const Columns&, const Columns&) = default;
  std::vector<float> min, max;
  std::vector<double> sum, sum2;
};

void AddRowsPlainly(const std::vector<float>& values, size_t rows, Columns& into, bool fresh) {
  const size_t width = into.min.size();
  for (size_t c = 0; c < width; ++c) {
    if (fresh) {
      into.min[c] = kInfinity;
      into.max[c] = -kInfinity;
      into.sum[c] = into.sum2[c] = 0;
    }
    for (size_t first = 0; first < rows; first += kRowsInFloat) {
      float sum = 0;
      float sum2 = 0;
      for (size_t row = first; row < std::min(rows, first + kRowsInFloat); ++row) {
        const float value = values[row * width + c];
        into.min[c] = std::min(into.min[c], value);
        into.max[c] = std::max(into.max[c], value);
        sum += value;
        sum2 += value * value;
      }
      into.sum[c] += static_cast<double>(sum);
      into.sum2[c] += static_cast<double>(sum2);
    }
  }
}

TEST(ValueKernels, AddRowsAgreesWithAPlainLoop) {
  QG_SEED(20250161U);
  for (int i = 0; i < 60; ++i) {
    const auto width = static_cast<size_t>(random.Int(1, 150));
    const auto rows = static_cast<size_t>(random.Int(1, random.Chance(0.3) ? 200 : 10));
    const std::vector<float> values = AnyValues(random, rows * width);
    const std::vector<float> more = AnyValues(random, rows * width);
    Columns expected(width);
    AddRowsPlainly(values, rows, expected, true);
    AddRowsPlainly(more, rows, expected, false);
    OnEveryInstructionSet([&] {
      Columns columns(width);
      std::fill(columns.sum.begin(), columns.sum.end(), 1e9);  // forgotten
      EXPECT_TRUE(AddRows(values.data(), rows, width, columns.stats(), true));
      EXPECT_TRUE(AddRows(more.data(), rows, width, columns.stats(), false));
      EXPECT_TRUE(columns == expected);
    });
  }
}

TEST(ValueKernels, AddRowsAndAddSingleRowsSeeWhatIsNotFinite) {
  QG_SEED(20250162U);
  for (int i = 0; i < 40; ++i) {
    const auto width = static_cast<size_t>(random.Int(1, 100));
    const auto rows = static_cast<size_t>(random.Int(1, 100));
    std::vector<float> values = AnyValues(random, rows * width);
    const std::vector<float> odd{NAN, kInfinity, -kInfinity, 3e38F};  // the last one when squared
    values[static_cast<size_t>(random.Int(0, static_cast<int>(values.size()) - 1))] =
        odd[static_cast<size_t>(random.Int(0, 3))];
    OnEveryInstructionSet([&] {
      Columns columns(width);
      std::vector<SampleExtremes> extremes(rows);
      EXPECT_FALSE(AddRows(values.data(), rows, width, columns.stats(), true));
      EXPECT_FALSE(AddSingleRows(values.data(), rows, width, columns.min.data(), columns.max.data(),
                                 extremes.data()));
    });
  }
}

struct Channels {
  explicit Channels(size_t channels)
      : min(channels, 0.25F), max(channels, 0.25F), sum(channels), sum2(channels) {}
  friend bool operator==(const Channels&, const Channels&) = default;
  std::vector<float> min, max, sum, sum2;
};

// Gives what FoldPositions does.
SampleSummary FoldPlainly(const Columns& from, Channels& into) {
  SampleSummary summary{{kInfinity, -kInfinity}};
  const size_t channels = into.min.size();
  for (size_t c = 0; c < channels; ++c) {
    double sum = from.sum[c];
    double sum2 = from.sum2[c];
    for (size_t p = channels + c; p < from.sum.size(); p += channels) {
      sum += from.sum[p];
      sum2 += from.sum2[p];
    }
    constexpr double kLargest = std::numeric_limits<float>::max();
    into.sum[c] = static_cast<float>(std::clamp(sum, -kLargest, kLargest));
    into.sum2[c] = static_cast<float>(std::min(sum2, kLargest));
    for (size_t p = c; p < from.sum.size(); p += channels) {
      into.min[c] = std::min(into.min[c], from.min[p]);
      into.max[c] = std::max(into.max[c], from.max[p]);
      summary.extremes = {std::min(summary.extremes.min, from.min[p]),
                          std::max(summary.extremes.max, from.max[p])};
    }
    summary.largest_sum = std::max(summary.largest_sum, std::abs(into.sum[c]));
    summary.largest_sum2 = std::max(summary.largest_sum2, into.sum2[c]);
  }
  return summary;
}

TEST(ValueKernels, FoldPositionsAgreesWithAPlainLoop) {
  QG_SEED(20250163U);
  for (int i = 0; i < 80; ++i) {
    const auto channels = static_cast<size_t>(random.Int(1, random.Chance(0.5) ? 9 : 150));
    Columns positions(channels * static_cast<size_t>(random.Int(1, 8)));
    const std::vector<float> values = AnyValues(random, 3 * positions.min.size());
    AddRowsPlainly(values, 3, positions, true);
    if (random.Chance(0.1)) positions.sum2[0] = 1e39;  // more than a float holds
    if (random.Chance(0.1)) positions.sum[0] = -1e39;
    Channels expected(channels);
    const SampleSummary summary = FoldPlainly(positions, expected);
    OnEveryInstructionSet([&] {
      Channels folded(channels);
      const SampleSummary found = FoldPositions(
          positions.stats(), positions.min.size(), channels,
          {folded.min.data(), folded.max.data(), folded.sum.data(), folded.sum2.data()});
      EXPECT_TRUE(folded == expected);
      EXPECT_EQ(found.extremes, summary.extremes);
      EXPECT_FALSE(std::signbit(found.extremes.min) && found.extremes.min == 0);
      EXPECT_EQ(found.largest_sum, summary.largest_sum);
      EXPECT_EQ(found.largest_sum2, summary.largest_sum2);
    });
  }
}

TEST(ValueKernels, AddSingleRowsAgreesWithAPlainLoop) {
  QG_SEED(20250164U);
  for (int i = 0; i < 60; ++i) {
    const auto width = static_cast<size_t>(random.Int(1, 150));
    const auto samples = static_cast<size_t>(random.Int(1, 40));
    const std::vector<float> values = AnyValues(random, samples * width);
    std::vector<float> min(width, 0.5F);
    std::vector<float> max(width, 0.5F);
    std::vector<SampleExtremes> expected(samples, {kInfinity, -kInfinity});
    for (size_t k = 0; k < values.size(); ++k) {
      min[k % width] = std::min(min[k % width], values[k]);
      max[k % width] = std::max(max[k % width], values[k]);
      SampleExtremes& one = expected[k / width];
      one = {std::min(one.min, values[k]), std::max(one.max, values[k])};
    }
    OnEveryInstructionSet([&] {
      std::vector<float> low(width, 0.5F);
      std::vector<float> high(width, 0.5F);
      std::vector<SampleExtremes> extremes(samples);
      EXPECT_TRUE(
          AddSingleRows(values.data(), samples, width, low.data(), high.data(), extremes.data()));
      EXPECT_EQ(low, min);
      EXPECT_EQ(high, max);
      EXPECT_EQ(extremes, expected);
      for (const SampleExtremes& one : extremes) {
        EXPECT_FALSE(one.min == 0 && std::signbit(one.min));
        EXPECT_FALSE(one.max == 0 && std::signbit(one.max));
      }
    });
  }
}

TEST(ValueKernels, AddFromTakesZerosAndWhatIsLargeEnough) {
  QG_SEED(20250165U);
  for (int i = 0; i < 100; ++i) {
    const auto width = static_cast<size_t>(random.Int(1, 70));
    const auto rows = static_cast<size_t>(random.Int(1, 20));
    const bool squared = random.Chance(0.5);
    std::vector<float> values = AnyValues(random, rows * width);
    const float low = std::ldexp(1.0F, random.Int(-70, 60));
    if (random.Chance(0.5)) values[0] = squared ? std::sqrt(low) : -low;  // just large enough
    std::vector<double> expected(width, 0.5);
    std::vector<uint32_t> expected_left;
    for (size_t k = 0; k < values.size(); ++k) {
      const float value = squared ? values[k] * values[k] : values[k];
      if (value == 0 || std::abs(value) >= low) {
        expected[k % width] += static_cast<double>(value);
      } else {
        expected_left.push_back(static_cast<uint32_t>(k));
      }
    }
    OnEveryInstructionSet([&] {
      std::vector<double> sums(width, 0.5);
      std::vector<uint32_t> left(values.size());
      left.resize(AddFrom(low, values.data(), rows, width, squared, sums.data(), left.data()));
      std::sort(left.begin(), left.end());  // their order is the instruction set's
      EXPECT_EQ(sums, expected);
      EXPECT_EQ(left, expected_left);
    });
  }
}

// Samples one by one or many at a time, whatever the instruction set.
TEST(TensorStats, RowsAtATimeAreTheSameAsOneByOne) {
  QG_SEED(20250166U);
  for (int i = 0; i < 40; ++i) {
    const int channels = random.Int(1, 90);
    const auto width = static_cast<size_t>(channels);
    std::vector<float> values = AnyValues(random, 60 * width);
    if (random.Chance(0.3)) values[static_cast<size_t>(random.Int(0, 59))] = NAN;
    TensorStats expected(channels);
    for (size_t s = 0; s < 60; ++s) {
      expected.Update(static_cast<int64_t>(s), std::span(values).subspan(s * width, width));
    }
    OnEveryInstructionSet([&] {
      TensorStats stats(channels);
      for (size_t s = 0; s < 60;) {
        const size_t count = std::min<size_t>(60 - s, static_cast<size_t>(random.Int(1, 32)));
        stats.UpdateRows(static_cast<int64_t>(s),
                         std::span(values).subspan(s * width, count * width));
        s += count;
      }
      EXPECT_EQ(stats.samples, expected.samples);
      EXPECT_EQ(stats.nan, expected.nan);
      EXPECT_EQ(stats.first_non_finite_sample, expected.first_non_finite_sample);
      EXPECT_EQ(stats.histogram.ToState(), expected.histogram.ToState());
      for (int c = 0; c < channels; ++c) {
        EXPECT_EQ(stats.moments.At(c).min, expected.moments.At(c).min);
        EXPECT_EQ(stats.moments.At(c).max, expected.moments.At(c).max);
        EXPECT_EQ(stats.moments.At(c).values, expected.moments.At(c).values);
        EXPECT_EQ(stats.moments.At(c).sum.ToHex(), expected.moments.At(c).sum.ToHex());
        EXPECT_EQ(stats.moments.At(c).sum2.ToHex(), expected.moments.At(c).sum2.ToHex());
      }
    });
  }
}

}  // namespace
}  // namespace quantgate
