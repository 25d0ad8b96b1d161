#include "harness/calibration/value_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/random.h"

namespace quantgate {
namespace {

void AddTo(ValueHistogram& histogram, const std::vector<float>& values) {
  if (values.empty()) return;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  histogram.Add(values, *least, *most);
}

ValueHistogram HistogramOf(const std::vector<float>& values) {
  ValueHistogram histogram;
  AddTo(histogram, values);
  return histogram;
}

// Values of a magnitude, sign pattern and number of zeros of their own.
std::vector<float> AnyValues(Random& random) {
  const float size = std::ldexp(1.0F, random.Int(-140, 120));
  const double low = random.Chance(0.3) ? 0 : -random.Real(0, 1);
  const double high = random.Chance(0.3) ? 0 : random.Real(0, 1);
  std::vector<float> values = random.Floats(random.Int(1, 300), low, high);
  for (float& value : values) value = random.Chance(0.2) ? 0.0F : value * size;
  return values;
}

TEST(ValueHistogram, EveryValueIsInTheBinThatHoldsIt) {
  QG_SEED(20250110U);
  for (int i = 0; i < 200; ++i) {
    const std::vector<float> values = AnyValues(random);
    const ValueHistogram histogram = HistogramOf(values);
    EXPECT_EQ(histogram.total(), static_cast<int64_t>(values.size()));
    EXPECT_EQ(histogram.zeros(), std::count(values.begin(), values.end(), 0.0F));
    for (const HistogramBin& bin : histogram.Bins()) {
      const auto inside = std::count_if(values.begin(), values.end(), [&](float value) {
        const auto v = static_cast<double>(value);
        if (v == 0) return false;
        // Closed at the end towards zero; bin 0 is open at both.
        return (v > 0 ? v >= bin.low : v > bin.low) && (v < 0 ? v <= bin.high : v < bin.high);
      });
      ASSERT_EQ(bin.count, inside) << bin.low << ".." << bin.high;
    }
  }
}

TEST(ValueHistogram, AnyOrderAndAnySplitGiveTheSameState) {
  QG_SEED(20250111U);
  for (int i = 0; i < 300; ++i) {
    std::vector<std::vector<float>> parts;
    for (int p = random.Int(1, 6); p > 0; --p) parts.push_back(AnyValues(random));
    std::vector<float> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    const auto whole = HistogramOf(all).ToState();
    ValueHistogram grown;
    ValueHistogram merged;
    for (const auto& part : parts) {
      AddTo(grown, part);
      ValueHistogram one = HistogramOf(part);
      if (random.Chance(0.5)) std::swap(one, merged);
      merged.Merge(one);
    }
    EXPECT_EQ(grown.ToState(), whole);
    EXPECT_EQ(merged.ToState(), whole);
  }
}

TEST(ValueHistogram, HasAtLeastHalfTheBinsItMayHave) {
  QG_SEED(20250112U);
  for (int i = 0; i < 100; ++i) {
    std::vector<float> values = random.Floats(10, -1, 3);
    values.push_back(std::ldexp(1.0F, random.Int(-90, 100)));
    const auto bins = HistogramOf(values).Bins().size();
    EXPECT_LE(bins, static_cast<size_t>(ValueHistogram::kMaxBins));
    EXPECT_GE(bins, static_cast<size_t>(ValueHistogram::kMaxBins) / 2);
  }
}

TEST(ValueHistogram, TheLargestFloatsFit) {
  const float largest = std::numeric_limits<float>::max();
  const ValueHistogram histogram = HistogramOf({-largest, largest, 0x1p-149F, -0x1p-149F, 0});
  EXPECT_EQ(histogram.total(), 5);
  EXPECT_EQ(histogram.zeros(), 1);
  EXPECT_EQ(histogram.Bins().front().count, 1);
  EXPECT_EQ(histogram.Bins().back().count, 1);
}

TEST(ValueHistogram, QuantilesAreWithinABinOfTheSorted) {
  QG_SEED(20250113U);
  for (int i = 0; i < 50; ++i) {
    std::vector<float> values = random.Floats(2000, -random.Real(0, 1), random.Real(0, 1));
    const ValueHistogram histogram = HistogramOf(values);
    std::sort(values.begin(), values.end());
    const double width = 2 * std::ldexp(1.0, histogram.ToState().exponent);
    for (const double share : {0.0, 0.001, 0.1, 0.5, 0.9, 0.999}) {
      const auto at = static_cast<size_t>(share * 1999);
      EXPECT_GE(histogram.Quantile(share), static_cast<double>(values[at]) - width) << share;
      EXPECT_LE(histogram.Quantile(share), static_cast<double>(values[at + 1]) + width) << share;
    }
  }
}

TEST(ValueHistogram, AMedianThatIsZeroIsZero) {
  EXPECT_EQ(HistogramOf({0, 0, 0, 4}).Quantile(0.5), 0);
  EXPECT_EQ(HistogramOf({0, 0}).Quantile(0.5), 0);
  EXPECT_EQ(ValueHistogram().Quantile(0.5), 0);
}

TEST(ValueHistogram, CountsWhatLiesBeyond) {
  const ValueHistogram histogram = HistogramOf({-4, -1, 0, 0.5F, 2, 3, 8});
  EXPECT_EQ(histogram.CountBelow(-2), 1);
  EXPECT_EQ(histogram.CountAbove(1), 3);
  EXPECT_EQ(histogram.CountAbove(-0.5), 5);
  EXPECT_EQ(histogram.CountAbove(9), 0);
}

TEST(ValueHistogram, StateRoundTripAndWhatIsNone) {
  QG_SEED(20250114U);
  const ValueHistogram histogram = HistogramOf(AnyValues(random));
  ValueHistogram read;
  ASSERT_TRUE(ValueHistogram::FromState(histogram.ToState(), read));
  EXPECT_EQ(read.ToState(), histogram.ToState());
  ValueHistogram::State state = HistogramOf({-1, 1}).ToState();
  const auto refused = [&](const auto& change) {
    ValueHistogram::State changed = state;
    change(changed);
    return !ValueHistogram::FromState(changed, read);
  };
  EXPECT_TRUE(refused([](auto& s) { s.zeros = -1; }));
  EXPECT_TRUE(refused([](auto& s) { s.first = 1; }));
  EXPECT_TRUE(refused([](auto& s) { s.first = -1000000; }));
  EXPECT_TRUE(refused([](auto& s) { s.exponent = 1000; }));
  EXPECT_TRUE(refused([](auto& s) { s.exponent = -1000; }));
  EXPECT_TRUE(refused([](auto& s) { s.counts[0] = -1; }));
  EXPECT_TRUE(refused([](auto& s) { s.counts.resize(5000); }));
  EXPECT_TRUE(refused([](auto& s) { s.counts.resize(1); }));  // without bin 0
}

}  // namespace
}  // namespace quantgate
