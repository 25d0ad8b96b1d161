#include "reference/numeric/interpolated_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace quantgate {
namespace {

double LargestError(double (*function)(double), double low, double high) {
  const InterpolatedTable table(function, low, high);
  double largest = 0;
  for (int32_t x = INT16_MIN; x <= INT16_MAX; ++x) {
    const double at = low + (high - low) * (x + 32768) / 65536.0;
    largest = std::max(largest, std::abs(table.At(x) - function(at) * 32768));
  }
  return largest;
}

// A line over a step h is off by up to h^2 / 8 times the second derivative, of which half is shared
// out; entries, products and sums are rounded, each by half a step at most.
TEST(InterpolatedTable, IsWithinItsCurvatureAndThreeRoundings) {
  const double step = 10.0 / 512;
  EXPECT_LT(LargestError([](double x) { return std::exp(x); }, -10, 0),
            step * step / 16 * 32768 + 1.5);
  EXPECT_LT(LargestError([](double x) { return 1 / (1 + x); }, 0, 1), 2.0);
}

TEST(InterpolatedTable, OneIsTheLargestCode) {
  const InterpolatedTable table([](double x) { return 1 / (1 + x); }, 0, 1);
  EXPECT_EQ(table.At(INT16_MIN), INT16_MAX);
  EXPECT_NEAR(table.At(INT16_MAX), 16384, 1);
  EXPECT_EQ(table.At(0), 21845) << "1 / 1.5 of 32768 is 21845.3";
}

}  // namespace
}  // namespace quantgate
