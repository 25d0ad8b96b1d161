#include "harness/comparison/error_stats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "reference/numeric/affine.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

TensorError Finish(const ErrorStats& stats) {
  TensorError error;
  error.scale = 0.5;
  stats.Finish(error, -128);
  return error;
}

struct Pair {
  std::vector<float> reference, variant;
};
Pair AnyPair(Random& random, int64_t count) {
  Pair pair{random.Floats(count, -4, 4), {}};
  for (float r : pair.reference) pair.variant.push_back(r + random.Float(-0.3, 0.3));
  return pair;
}

template <class Term>
double Sum(const Pair& p, const Term& term) {
  double sum = 0;
  for (size_t i = 0; i < p.reference.size(); ++i) {
    sum += term(static_cast<double>(p.reference[i]), static_cast<double>(p.variant[i]));
  }
  return sum;
}

TEST(ErrorStats, EqualsItsFormulas) {
  QG_SEED(20240923U);
  for (int i = 0; i < 100; ++i) {
    const Pair p = AnyPair(random, random.Int(2, 100));
    const auto n = static_cast<double>(p.reference.size());
    ErrorStats stats;
    stats.Update(ReferenceTensor(p.reference), p.variant, nullptr);
    const TensorError got = Finish(stats);
    const double e2 = Sum(p, [](double r, double v) { return (v - r) * (v - r); });
    const double r2 = Sum(p, [](double r, double) { return r * r; });
    const double v2 = Sum(p, [](double, double v) { return v * v; });
    EXPECT_NEAR(got.mean_error, Sum(p, [](double r, double v) { return v - r; }) / n, 1e-12);
    EXPECT_NEAR(got.mse, e2 / n, 1e-12);
    EXPECT_NEAR(*got.rmse_per_scale, std::sqrt(e2 / n) / 0.5, 1e-12);
    EXPECT_NEAR(*got.sqnr_db, 10 * std::log10(r2 / e2), 1e-9);
    EXPECT_NEAR(*got.cosine, Sum(p, [](double r, double v) { return r * v; }) / std::sqrt(r2 * v2),
                1e-12);
    const double mean_r = Sum(p, [](double r, double) { return r; }) / n;
    const double mean_v = Sum(p, [](double, double v) { return v; }) / n;
    const double covariance =
        Sum(p, [&](double r, double v) { return (r - mean_r) * (v - mean_v); });
    const double variances = Sum(p, [&](double r, double) { return std::pow(r - mean_r, 2); }) *
                             Sum(p, [&](double, double v) { return std::pow(v - mean_v, 2); });
    EXPECT_NEAR(*got.pearson, covariance / std::sqrt(variances), 1e-9);
    const double mean_e = mean_v - mean_r;
    const double squares = Sum(p, [&](double r, double v) { return std::pow(v - r - mean_e, 2); });
    EXPECT_NEAR(got.error_stddev, std::sqrt(squares / n), 1e-9);
    EXPECT_NEAR(*got.effective_bits, (*got.sqnr_db - 1.76) / 6.02, 1e-12);
    EXPECT_EQ(got.mean_max_abs_error, got.max_abs_error);  // of one sample
    EXPECT_EQ(got.reference_min, *std::min_element(p.reference.begin(), p.reference.end()));
    EXPECT_EQ(got.reference_max, *std::max_element(p.reference.begin(), p.reference.end()));
    EXPECT_FALSE(got.clipped_low_share);
    EXPECT_FALSE(got.clipping_mse);
  }
}

// The mean of the samples' largest errors is not the largest of all.
TEST(ErrorStats, KeepsTheLargestErrorOfEachSample) {
  ErrorStats stats;
  const std::vector<float> zeros(3, 0.0F);
  stats.Update(ReferenceTensor(zeros), std::vector<float>{1, -2, 0}, nullptr);
  stats.Update(ReferenceTensor(zeros), std::vector<float>{0, 0, 0.5F}, nullptr);
  ErrorStats more;
  more.Update(ReferenceTensor(zeros), std::vector<float>{0, 6, 0}, nullptr);
  stats.Merge(more);
  const TensorError got = Finish(stats);
  EXPECT_EQ(got.max_abs_error, 6);
  EXPECT_DOUBLE_EQ(got.mean_max_abs_error, (2 + 0.5 + 6) / 3);
  EXPECT_FALSE(got.pearson);  // the reference is constant
}

// Rounding to steps of s is an error spread evenly over one step: s / sqrt(12).
TEST(ErrorStats, RoundingAloneIsASquareRootOfTwelfth) {
  QG_SEED(20240924U);
  Pair p{random.Floats(20000, -100, 100), {}};
  for (float r : p.reference) p.variant.push_back(std::round(r / 0.5F) * 0.5F);
  ErrorStats stats;
  stats.Update(ReferenceTensor(p.reference), p.variant, nullptr);
  EXPECT_NEAR(*Finish(stats).rmse_per_scale, 1 / std::sqrt(12.0), 0.005);
}

TEST(ErrorStats, MergingPartsEqualsOnePass) {
  QG_SEED(20240925U);
  const ErrorStats::Bounds bounds{-2, 2, 0.25};
  for (int i = 0; i < 100; ++i) {
    ErrorStats whole(256);
    ErrorStats merged(256);
    const int parts = random.Int(1, 4);
    for (int k = 0; k < parts; ++k) {
      const Pair p = AnyPair(random, 20);
      const auto codes = random.Codes<int8_t>(20, -128, 127);
      ErrorStats part(256);
      for (ErrorStats* stats : {&whole, &part}) {
        stats->Update(ReferenceTensor(p.reference), p.variant, &bounds);
        stats->MarkCodes<int8_t>(codes);
      }
      merged.Merge(part);
    }
    const TensorError a = Finish(whole);
    const TensorError b = Finish(merged);
    EXPECT_NEAR(a.mse, b.mse, 1e-12);
    EXPECT_NEAR(a.mean_error, b.mean_error, 1e-12);
    EXPECT_EQ(a.max_abs_error, b.max_abs_error);
    EXPECT_EQ(a.reference_min, b.reference_min);
    EXPECT_EQ(a.codes_used, b.codes_used);
    EXPECT_EQ(a.code_min, b.code_min);
    EXPECT_EQ(a.code_max, b.code_max);
    EXPECT_EQ(a.clipped_low_share, b.clipped_low_share);
    EXPECT_NEAR(*a.clipping_mse, *b.clipping_mse, 1e-12);
    EXPECT_EQ(a.samples, b.samples);
  }
}

TEST(ErrorStats, CountsWhatIsClippedOnEachSide) {
  const std::vector<float> reference = {-2.3F, -2.2F, 0, 2.2F, 2.3F, 9};
  const ErrorStats::Bounds bounds{-2, 2, 0.25};  // half a step beyond the ends still rounds to them
  ErrorStats stats;
  stats.Update(ReferenceTensor(reference), reference, &bounds);
  EXPECT_DOUBLE_EQ(*Finish(stats).clipped_low_share, 1.0 / 6);
  EXPECT_DOUBLE_EQ(*Finish(stats).clipped_high_share, 2.0 / 6);
  const auto excess = [&](size_t i) { return std::abs(static_cast<double>(reference[i])) - 2; };
  EXPECT_NEAR(*Finish(stats).clipping_mse,
              (std::pow(excess(0), 2) + std::pow(excess(4), 2) + std::pow(excess(5), 2)) / 6,
              1e-12);
}

TEST(ErrorStats, CodesSeen) {
  ErrorStats stats(256);
  stats.MarkCodes<int8_t>(std::vector<int8_t>{-128, 5, 5, 7});
  const TensorError got = Finish(stats);
  EXPECT_EQ(got.codes_used, 3);
  EXPECT_EQ(got.codes_total, 256);
  EXPECT_EQ(got.code_min, -128);
  EXPECT_EQ(got.code_max, 7);
}

TEST(ErrorStats, WhatIsNotFiniteIsCountedAndLeftOut) {
  ErrorStats stats;
  stats.Update(ReferenceTensor(std::vector<float>{1, NAN, 2, 3}),
               std::vector<float>{1.5F, 0, INFINITY, 3}, nullptr);
  const TensorError got = Finish(stats);
  EXPECT_EQ(got.non_finite, 2);
  EXPECT_DOUBLE_EQ(got.mean_error, 0.25);
}

TEST(ErrorStats, DifferencesMayLeaveTheRangeOfFloats) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  ErrorStats stats;
  stats.Update(ReferenceTensor(std::vector<float>{kLargest, 1}), std::vector<float>{-kLargest, 2},
               nullptr);
  const TensorError got = Finish(stats);
  EXPECT_EQ(got.non_finite, 0);
  EXPECT_DOUBLE_EQ(got.max_abs_error, 2 * static_cast<double>(kLargest));
  EXPECT_DOUBLE_EQ(got.mean_error, -static_cast<double>(kLargest));  // the other's 1 is lost
}

// Codes give what their reals give, also where floats cannot hold the squares of the errors.
TEST(ErrorStats, CodesAreTheirReals) {
  for (const float scale : {0.03F, 3e-30F, 1e30F, 3e-40F}) {
    QG_SEED(20240926U);
    const auto codes = random.Codes<int8_t>(700, -128, 127);
    Pair p{random.Floats(700, -100, 100), {}};
    for (float& r : p.reference) r *= scale;
    for (const int8_t code : codes) p.variant.push_back(Dequantize(code, scale, -3));
    const ErrorStats::Bounds bounds{-200, 200, 1};
    ErrorStats of_codes(256);
    ErrorStats of_reals(256);
    of_codes.UpdateCodes<int8_t>(ReferenceTensor(p.reference), codes, {scale, -3}, bounds);
    of_reals.Update(ReferenceTensor(p.reference), p.variant, &bounds);
    const TensorError a = Finish(of_codes);
    const TensorError b = Finish(of_reals);
    EXPECT_NEAR(a.mse, b.mse, 1e-6 * b.mse) << scale;
    EXPECT_NEAR(*a.sqnr_db, *b.sqnr_db, 1e-5) << scale;
    EXPECT_NEAR(*a.pearson, *b.pearson, 1e-6) << scale;
    EXPECT_EQ(a.max_abs_error, b.max_abs_error) << scale;
    EXPECT_EQ(a.non_finite, 0) << scale;
  }
}

TEST(ErrorStats, SharesWithoutMeaningAreAbsent) {
  ErrorStats exact;
  exact.Update(ReferenceTensor(std::vector<float>{1, 2}), std::vector<float>{1, 2}, nullptr);
  EXPECT_FALSE(Finish(exact).sqnr_db);  // no noise: infinitely good, and no number
  EXPECT_DOUBLE_EQ(*Finish(exact).cosine, 1.0);
  ErrorStats silent;
  silent.Update(ReferenceTensor(std::vector<float>{0, 0}), std::vector<float>{1, 1}, nullptr);
  EXPECT_FALSE(Finish(silent).sqnr_db);
  EXPECT_FALSE(Finish(silent).cosine);
  EXPECT_FALSE(Finish(ErrorStats()).rmse_per_scale);
}

}  // namespace
}  // namespace quantgate
