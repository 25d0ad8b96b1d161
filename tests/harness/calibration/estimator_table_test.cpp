#include "harness/calibration/estimator_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "harness/calibration/range_search.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

TensorStats StatsOf(const std::vector<std::vector<float>>& samples) {
  TensorStats stats;
  for (size_t i = 0; i < samples.size(); ++i) stats.Update(static_cast<int64_t>(i), samples[i]);
  return stats;
}

EstimatedRange Estimate(const std::string& text, const TensorStats& stats) {
  const auto choice = ParseEstimator(text);
  EXPECT_TRUE(choice.ok()) << choice.error().ToString();
  return EstimateRange(*choice, stats);
}

void ExpectRange(const EstimatedRange& range, double min, double max) {
  EXPECT_NEAR(range.min, min, 1e-6);
  EXPECT_NEAR(range.max, max, 1e-6);
}

std::vector<float> Normal(uint32_t seed, int count, double mean = 0) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal(mean, 1);
  std::vector<float> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(normal(engine)));
  return values;
}

TEST(EstimatorTable, EveryRowIsFoundByItsName) {
  for (const EstimatorDef& estimator : AllEstimators()) {
    EXPECT_EQ(FindEstimator(estimator.name), &estimator);
    EXPECT_FALSE(estimator.summary.empty());
  }
  EXPECT_EQ(FindEstimator("guess"), nullptr);
}

TEST(ParseEstimator, WithAndWithoutANumber) {
  EXPECT_EQ(ParseEstimator("minmax")->ToString(), "minmax");
  EXPECT_EQ(ParseEstimator("percentile")->ToString(), "percentile:99.99");
  EXPECT_EQ(ParseEstimator("percentile:99.9")->ToString(), "percentile:99.9");
  EXPECT_EQ(ParseEstimator("sqnr")->parameter, 3);
  for (const EstimatorChoice& choice : SweepChoices()) {
    EXPECT_EQ(ParseEstimator(choice.ToString())->ToString(), choice.ToString());
  }
}

TEST(ParseEstimator, MistakesAreExplained) {
  using testing::HasSubstr;
  EXPECT_THAT(ParseEstimator("percentil").error().hint, HasSubstr("percentile"));
  EXPECT_THAT(ParseEstimator("minmax:3").error().message, HasSubstr("takes no number"));
  EXPECT_THAT(ParseEstimator("percentile:101").error().hint, HasSubstr("from 50 to 100"));
  for (const char* text : {"percentile:", "percentile:x", "percentile:99x", "percentile:nan", ""}) {
    EXPECT_FALSE(ParseEstimator(text).ok()) << text;
  }
}

TEST(Estimators, MinmaxIsWhatWasSeen) {
  ExpectRange(Estimate("minmax", StatsOf({{0.5F, -3, 2}})), -3, 2);
}

TEST(Estimators, AveragesOfTheSamplesExtremes) {
  const TensorStats stats = StatsOf({{-1, 1}, {-2, 4}, {-9, 4}, {0, 11}});
  ExpectRange(Estimate("mean", stats), -3, 5);
  ExpectRange(Estimate("median", stats), -1.5, 4);
  ExpectRange(Estimate("trimmed-mean:25", stats), -1.5, 4);
  ExpectRange(Estimate("trimmed-mean:0", stats), -3, 5);
}

TEST(Estimators, TheMovingAverageStartsWithTheFirstSample) {
  const TensorStats stats = StatsOf({{-1, 1}, {-2, 3}, {-4, 0}});
  ExpectRange(Estimate("moving-average:0.5", stats), (-1.5 - 4) / 2, (2.0 + 0) / 2);
  ExpectRange(Estimate("moving-average:1", stats), -1, 1);
  const double expected = 0.95 * (0.95 * 1 + 0.05 * 3);
  EXPECT_NEAR(Estimate("moving-average", stats).max, expected, 1e-9);
}

TEST(Estimators, SamplesWithoutAnythingFiniteAreLeftOut) {
  const TensorStats stats = StatsOf({{-1, 1}, {NAN, NAN}, {-3, 3}});
  for (const char* name : {"mean", "median", "moving-average:0.5"}) {
    ExpectRange(Estimate(name, stats), -2, 2);
  }
}

TEST(Estimators, APercentileCutsAsManyOnEitherSide) {
  std::vector<float> values;
  for (int i = 1; i <= 10000; ++i) values.push_back(static_cast<float>(i - 5000) / 1000.0F);
  const EstimatedRange range = Estimate("percentile:99", StatsOf({values}));
  EXPECT_NEAR(range.min, -4.9, 0.01);
  EXPECT_NEAR(range.max, 4.9, 0.01);
  ExpectRange(Estimate("percentile:100", StatsOf({values})), -4.999, 5);
}

// Holds for every estimator there is: an interval within what was seen.
TEST(Estimators, EveryEstimateIsAnIntervalWithinTheObserved) {
  QG_SEED(20240902U);
  for (const EstimatorChoice& choice : SweepChoices()) {
    for (int i = 0; i < 25; ++i) {
      TensorStats stats;
      const double low = random.Chance(0.2) ? 0 : random.Real(-5, 2);
      const double high = random.Chance(0.2) ? low : random.Real(low, 5);
      for (int k = random.Int(1, 4); k > 0; --k) {
        stats.Update(k, random.Floats(random.Int(1, 500), low, high));
      }
      const ValueRange seen = RangeOf(stats);
      const EstimatedRange range = EstimateRange(choice, stats);
      EXPECT_LE(range.min, range.max) << choice.ToString();
      EXPECT_GE(range.min, static_cast<double>(seen.min)) << choice.ToString();
      EXPECT_LE(range.max, static_cast<double>(seen.max)) << choice.ToString();
    }
  }
}

// The mean squared error of quantizing the values themselves.
double TrueError(const std::vector<float>& values, const EstimatedRange& range) {
  const CodeGrid grid = CodeGrid::Of(range);
  double error2 = 0;
  for (const float value : values) {
    const double inside = std::clamp(static_cast<double>(value), grid.low, grid.high);
    const double rounded = grid.low + grid.CodeOf(inside) * grid.step;
    error2 += (static_cast<double>(value) - rounded) * (static_cast<double>(value) - rounded);
  }
  return error2 / static_cast<double>(values.size());
}

// A bell with a few far outliers: exactly what the search is for.
std::vector<float> BellWithOutliers(double mean) {
  std::vector<float> values = Normal(7, 20000, mean);
  for (const float outlier : {30.0F, -25.0F, 28.0F}) values.push_back(outlier);
  return values;
}

TEST(Estimators, MseComesNearTheBestOfAFineGridOnTheValuesThemselves) {
  for (const double mean : {0.0, 2.0, -3.0}) {
    const auto values = BellWithOutliers(mean);
    const TensorStats stats = StatsOf({values});
    double best = TrueError(values, Estimate("minmax", stats));
    const double minmax = best;
    for (double low = -25; low < 0; low += 0.5) {
      for (double high = 0.5; high <= 30; high += 0.5) {
        best = std::min(best, TrueError(values, {low, high}));
      }
    }
    const double found = TrueError(values, Estimate("mse", stats));
    EXPECT_LE(found, 1.05 * best) << "mean " << mean;
    EXPECT_LT(found, minmax);
  }
}

// The heavier clipping weighs, the wider the range.
TEST(Estimators, TheWeightOfClippingWidensTheRange) {
  const TensorStats stats = StatsOf({Normal(3, 50000)});
  const auto width = [&](const std::string& name) {
    const EstimatedRange range = Estimate(name, stats);
    return range.max - range.min;
  };
  EXPECT_LE(width("mse"), width("sqnr:3"));
  EXPECT_LE(width("sqnr:3"), width("sqnr:1000"));
  EXPECT_EQ(Estimate("mse", stats).min, Estimate("sqnr:1", stats).min);
}

// With 128 bins, as some tools have by default, there would be one candidate: the whole range.
TEST(Estimators, EntropyCutsOutliersOffOneSideAlone) {
  std::vector<float> values;
  for (const float value : Normal(11, 200000)) values.push_back(std::max(0.0F, value));
  values.push_back(40);
  const TensorStats stats = StatsOf({values});
  const EstimatedRange range = Estimate("entropy", stats);
  EXPECT_EQ(range.min, 0);
  EXPECT_LT(range.max, 12);
  EXPECT_GT(range.max, 2.5);
}

TEST(Estimators, EntropyTreatsTheSidesApart) {
  std::vector<float> values = Normal(12, 200000);
  values.push_back(60);  // far on one side only
  const EstimatedRange range = Estimate("entropy", StatsOf({values}));
  EXPECT_LT(range.max, 20);
  EXPECT_LT(range.min, -2.5);
}

// Zeros behind a RELU are exact in every range: however many, they change nothing.
TEST(Estimators, ZerosDoNotMoveASearchedRange) {
  std::vector<float> values = Normal(13, 50000, 1);
  const TensorStats without = StatsOf({values});
  values.insert(values.end(), 500000, 0.0F);
  const TensorStats with = StatsOf({values});
  for (const char* name : {"mse", "sqnr", "entropy"}) {
    EXPECT_EQ(Estimate(name, with).min, Estimate(name, without).min) << name;
    EXPECT_EQ(Estimate(name, with).max, Estimate(name, without).max) << name;
  }
}

TEST(CodeGrid, ZeroHasACodeOfItsOwn) {
  QG_SEED(20250150U);
  for (int i = 0; i < 200; ++i) {
    const CodeGrid grid = CodeGrid::Of({random.Real(-5, 3), random.Real(3.1, 9)});
    EXPECT_NEAR(grid.low + grid.CodeOf(0) * grid.step, 0, 1e-9);
    EXPECT_NEAR(grid.high - grid.low, 255 * grid.step, 1e-9);
  }
}

}  // namespace
}  // namespace quantgate
