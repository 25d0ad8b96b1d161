#include "harness/comparison/error_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/numeric/affine.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

template <class Code>
std::vector<float> RealsOf(const std::vector<Code>& codes, CodeScale scale) {
  std::vector<float> reals;
  for (const Code code : codes) reals.push_back(Dequantize(code, scale.scale, scale.zero_point));
  return reals;
}

ErrorSums Plainly(const std::vector<float>& reference, const std::vector<float>& variant) {
  ErrorSums sums;
  for (size_t i = 0; i < reference.size(); ++i) {
    const auto r = static_cast<double>(reference[i]);
    const auto v = static_cast<double>(variant[i]);
    sums.error += v - r;
    sums.error2 += (v - r) * (v - r);
    sums.variant += v;
    sums.variant2 += v * v;
    const auto e = static_cast<double>(variant[i] - reference[i]);
    sums.max_abs_error = std::max(sums.max_abs_error, std::abs(e));
  }
  return sums;
}

double SumOfMagnitudes(const std::vector<float>& reference, const std::vector<float>& variant) {
  double sum = 0;
  for (size_t i = 0; i < reference.size(); ++i) {
    sum += std::abs(static_cast<double>(variant[i]) - static_cast<double>(reference[i]));
  }
  return sum;
}

// Lengths about those of vectors and of runs.
int AnyLength(Random& random) { return random.Int(1, random.Chance(0.2) ? 3000 : 70); }

TEST(ErrorSums, OfRealsAreTheirFormulas) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    QG_SEED(seed);
    const int count = AnyLength(random);
    const std::vector<float> reference = random.Floats(count, -2, 2);
    const std::vector<float> variant = random.Floats(count, -2, 2);
    const ErrorSums sums = SumErrors(reference, variant);
    const ErrorSums plain = Plainly(reference, variant);
    const double rounding = 0x1p-53 * count * count * 16;  // `count` additions, squares below 16
    EXPECT_NEAR(sums.error, plain.error, rounding);
    EXPECT_NEAR(sums.error2, plain.error2, rounding);
    EXPECT_NEAR(sums.variant, plain.variant, rounding);
    EXPECT_NEAR(sums.variant2, plain.variant2, rounding);
    EXPECT_EQ(sums.max_abs_error, plain.max_abs_error);
    EXPECT_TRUE(sums.finite);
  }
}

template <class Code>
void ExpectCodesAreTheirReals(Random& random, int lowest) {
  const int count = AnyLength(random);
  const CodeScale scale{random.Float(1e-4, 0.1), random.Int(lowest, lowest + 255)};
  const auto codes = random.Codes<Code>(count, lowest, lowest + 255);
  const std::vector<float> reals = RealsOf(codes, scale);
  // Near the variant, far from it, or where all errors are the same.
  std::vector<float> reference = random.Floats(count, -2, 2);
  const float offset = random.Float(-0.1, 0.1);
  const bool near = random.Chance(0.3);
  const bool same = random.Chance(0.3);
  for (size_t i = 0; i < reals.size(); ++i) {
    if (near) reference[i] = reals[i] + scale.scale * reference[i] / 4;
    if (same) reference[i] = reals[i] + offset;
  }
  ReferenceSums of_reference;
  const ErrorSums sums = SumErrors(reference, std::span<const Code>(codes), scale, &of_reference);
  EXPECT_EQ(of_reference, SumReference(reference));
  const ErrorSums plain = Plainly(reference, reals);
  // The bound in the header: of floats added in runs of 32.
  constexpr double kRuns = 33 * 0x1p-24;
  EXPECT_NEAR(sums.error, plain.error, kRuns * SumOfMagnitudes(reference, reals));
  EXPECT_NEAR(sums.error2, plain.error2, kRuns * plain.error2);
  // Reals are rounded to float, sums of codes are not.
  EXPECT_NEAR(sums.variant, plain.variant,
              0x1p-24 * count * 256 * static_cast<double>(scale.scale));
  EXPECT_NEAR(sums.variant2, plain.variant2, 0x1p-22 * plain.variant2);
  EXPECT_EQ(sums.max_abs_error, plain.max_abs_error);
  EXPECT_TRUE(sums.finite);
}

TEST(ErrorSums, OfCodesAreThoseOfTheirReals) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    QG_SEED(seed);
    ExpectCodesAreTheirReals<int8_t>(random, -128);
    ExpectCodesAreTheirReals<uint8_t>(random, 0);
  }
}

// Reals of a reference that is quantized itself: no error at all, not one that rounding left.
TEST(ErrorSums, EqualValuesHaveNoError) {
  QG_SEED(7);
  const auto codes = random.Codes<int8_t>(1000, -128, 127);
  const CodeScale scale{0.0313F, 3};
  const ErrorSums sums =
      SumErrors(RealsOf(codes, scale), std::span<const int8_t>(codes), scale, nullptr);
  EXPECT_TRUE(sums.finite);
  EXPECT_EQ(sums.error, 0);
  EXPECT_EQ(sums.error2, 0);
  EXPECT_EQ(sums.max_abs_error, 0);
}

// Wherever in the tensor it is; and squares that a float cannot hold are no sums of floats.
TEST(ErrorSums, WhatFloatsDoNotHoldIsTold) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const int count : {1, 16, 17, 600}) {
    const std::vector<int8_t> codes(static_cast<size_t>(count), 1);
    const auto finite_with = [&](float reference, float scale) {
      bool all = true;
      for (size_t at = 0; at < codes.size(); ++at) {
        std::vector<float> values(codes.size(), 0.0F);
        values[at] = reference;
        all = all && SumErrors(values, std::span<const int8_t>(codes), {scale, 1}, nullptr).finite;
      }
      return all;
    };
    EXPECT_TRUE(finite_with(1, 1));
    EXPECT_FALSE(finite_with(std::nanf(""), 1));
    EXPECT_FALSE(finite_with(kInfinity, 1));
    EXPECT_FALSE(finite_with(-kInfinity, 1));
    EXPECT_FALSE(finite_with(1e30F, 1));
    EXPECT_FALSE(finite_with(1e-30F, 1));
  }
}

TEST(ErrorSums, ClippedValuesAreCounted) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    QG_SEED(seed);
    const std::vector<float> reference = random.Floats(AnyLength(random), -2, 2);
    const double tolerance = random.Int(0, 2) / 4.0;
    const double high = static_cast<double>(reference[0]) - tolerance;  // one lies on the limit
    const ClipLimits limits{std::min(high, random.Real(-3, 0)), high, tolerance};
    const Clipped clipped = CountClipped(reference, limits);
    int64_t below = 0;
    int64_t above = 0;
    double excess2 = 0;
    for (const float value : reference) {
      const auto r = static_cast<double>(value);
      const bool is_below = r < limits.low - tolerance;
      const bool is_above = r > limits.high + tolerance;
      below += is_below ? 1 : 0;
      above += is_above ? 1 : 0;
      if (is_below) excess2 += std::pow(limits.low - r, 2);
      if (is_above) excess2 += std::pow(r - limits.high, 2);
    }
    EXPECT_EQ(clipped.below, below);
    EXPECT_EQ(clipped.above, above);
    EXPECT_NEAR(clipped.excess2, excess2, 1e-12 * (1 + excess2));
  }
}

}  // namespace
}  // namespace quantgate
