#include "harness/calibration/channel_moments.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/random.h"

namespace quantgate {
namespace {

struct Sample {
  std::vector<float> values;
};

std::vector<Sample> AnySamples(Random& random, int count, int channels) {
  std::vector<Sample> samples;
  const int rows = random.Int(1, 300);
  const float size = std::ldexp(1.0F, random.Int(-60, 60));
  for (int i = 0; i < count; ++i) {
    Sample sample{random.Floats(rows * channels, -1, 2)};
    for (float& value : sample.values) {
      value *= random.Chance(0.01) ? size * 0x1p-30F : size;
      if (random.Chance(0.1)) value = random.Chance(0.5) ? 0.0F : -0.0F;
      if (random.Chance(0.001)) value = random.Chance(0.5) ? NAN : INFINITY;
    }
    samples.push_back(sample);
  }
  return samples;
}

void ExpectSame(const ChannelObserver& a, const ChannelObserver& b) {
  ASSERT_EQ(a.channels(), b.channels());
  for (int c = 0; c < a.channels(); ++c) {
    const ChannelMoments x = a.At(c);
    const ChannelMoments y = b.At(c);
    EXPECT_EQ(x.min, y.min);
    EXPECT_EQ(std::signbit(x.min), std::signbit(y.min));
    EXPECT_EQ(x.max, y.max);
    EXPECT_EQ(x.values, y.values);
    EXPECT_EQ(x.sum.ToHex(), y.sum.ToHex());
    EXPECT_EQ(x.sum2.ToHex(), y.sum2.ToHex());
  }
}

TEST(ChannelObserver, AgreesWithAPlainLoop) {
  QG_SEED(20250120U);
  for (int i = 0; i < 60; ++i) {
    const int channels = random.Chance(0.5) ? random.Int(1, 80) : random.Int(1, 4);
    ChannelObserver observer(channels);
    std::vector<double> sum(static_cast<size_t>(channels));
    std::vector<double> sum2(sum);
    std::vector<double> size(sum);
    std::vector<int64_t> count(sum.size());
    for (const Sample& sample : AnySamples(random, 20, channels)) {
      observer.Add(sample.values);
      for (size_t k = 0; k < sample.values.size(); ++k) {
        const auto value = static_cast<double>(sample.values[k]);
        if (!std::isfinite(value)) continue;
        const size_t c = k % sum.size();
        sum[c] += value;
        sum2[c] += value * value;
        size[c] += std::abs(value);
        ++count[c];
      }
    }
    for (size_t c = 0; c < sum.size(); ++c) {
      const ChannelMoments moments = observer.At(static_cast<int>(c));
      EXPECT_EQ(moments.values, count[c]);
      EXPECT_NEAR(moments.sum.Value(), sum[c], 1e-5 * size[c]);
      EXPECT_NEAR(moments.sum2.Value(), sum2[c], 1e-5 * sum2[c]);
      EXPECT_GE(moments.variance(), 0);
    }
  }
}

TEST(ChannelObserver, AnySplitMergesToTheSameBits) {
  QG_SEED(20250121U);
  for (int i = 0; i < 60; ++i) {
    const int channels = random.Int(1, 70);
    const auto samples = AnySamples(random, random.Int(2, 40), channels);
    ChannelObserver whole(channels);
    std::vector<ChannelObserver> parts(3, ChannelObserver(channels));
    for (const Sample& sample : samples) {
      whole.Add(sample.values);
      parts[static_cast<size_t>(random.Int(0, 2))].Add(sample.values);
    }
    ChannelObserver merged(channels);
    for (const auto& part : parts) merged.Merge(part);
    ExpectSame(merged, whole);
  }
}

TEST(ChannelObserver, MoreSamplesThanARunningSumMayHold) {
  QG_SEED(20250122U);
  ChannelObserver observer(3);
  ExactSum expected;
  for (int i = 0; i < 2000; ++i) {
    const float value = random.Float(-1, 1) * std::ldexp(1.0F, random.Int(-30, 10));
    observer.Add(std::vector<float>{value, 1, 2});
    expected.Add(static_cast<double>(value));
  }
  EXPECT_EQ(observer.At(0).sum.ToHex(), expected.ToHex());
  EXPECT_EQ(observer.At(1).sum.Value(), 2000);
  EXPECT_EQ(observer.At(2).mean(), 2);
  EXPECT_EQ(observer.At(2).variance(), 0);
}

TEST(ChannelObserver, WhatIsNotFiniteIsCountedAndPoisonsNothing) {
  ChannelObserver observer(2);
  const SampleCounts counts =
      observer.Add(std::vector<float>{1, NAN, 3, INFINITY, -5, 7, NAN, -INFINITY});
  EXPECT_EQ(counts.nan, 2);
  EXPECT_EQ(counts.infinite, 2);
  EXPECT_EQ(counts.extremes.min, -5);
  EXPECT_EQ(counts.extremes.max, 7);
  EXPECT_EQ(observer.At(0).values, 3);
  EXPECT_EQ(observer.At(0).sum.Value(), -1);
  EXPECT_EQ(observer.At(1).values, 1);
  EXPECT_EQ(observer.At(1).sum2.Value(), 49);
}

// Squares beyond what a float holds take the slow way; the sums stay.
TEST(ChannelObserver, HugeValuesAreFinite) {
  ChannelObserver observer(1);
  const SampleCounts counts = observer.Add(std::vector<float>{3e38F, 1});
  EXPECT_EQ(counts.nan + counts.infinite, 0);
  EXPECT_EQ(observer.At(0).values, 2);
  EXPECT_EQ(counts.extremes.max, 3e38F);
}

// A sample's sum is a float: one that leaves it becomes the largest.
TEST(ChannelObserver, SumsThatLeaveAFloatAreTheLargest) {
  for (const int channels : {1, 16}) {
    ChannelObserver observer(channels);
    observer.Add(std::vector<float>(48, -3e38F));
    EXPECT_EQ(observer.At(0).sum.Value(), -static_cast<double>(std::numeric_limits<float>::max()));
    EXPECT_EQ(observer.At(0).values, 48 / channels);
  }
}

}  // namespace
}  // namespace quantgate
