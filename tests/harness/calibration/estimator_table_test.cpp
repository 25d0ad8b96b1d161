#include "harness/calibration/estimator_table.h"

#include <gtest/gtest.h>

#include "tests/support/random.h"

namespace quantgate {
namespace {

TEST(EstimatorTable, EveryRowIsFoundByItsName) {
  for (const EstimatorDef& estimator : AllEstimators()) {
    EXPECT_EQ(FindEstimator(estimator.name), &estimator);
    EXPECT_FALSE(estimator.summary.empty());
  }
  EXPECT_EQ(FindEstimator("guess"), nullptr);
}

TEST(EstimatorTable, MinmaxIsWhatWasSeen) {
  TensorStats stats;
  stats.Update(std::vector<float>{0.5F, -3, 2});
  const EstimatedRange range = FindEstimator("minmax")->estimate(stats);
  EXPECT_EQ(range.min, -3);
  EXPECT_EQ(range.max, 2);
}

// Holds for every estimator there is: an interval within what was seen.
TEST(EstimatorTable, EveryEstimateIsAnIntervalWithinTheObserved) {
  QG_SEED(20240902U);
  for (const EstimatorDef& estimator : AllEstimators()) {
    for (int i = 0; i < 100; ++i) {
      TensorStats stats;
      stats.Update(random.Floats(random.Int(1, 50), random.Real(-5, 0), random.Real(0, 5)));
      const EstimatedRange range = estimator.estimate(stats);
      EXPECT_LE(range.min, range.max) << estimator.name;
      EXPECT_GE(range.min, static_cast<double>(stats.min)) << estimator.name;
      EXPECT_LE(range.max, static_cast<double>(stats.max)) << estimator.name;
    }
  }
}

}  // namespace
}  // namespace quantgate
