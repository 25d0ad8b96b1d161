#include "reports/page_summary.h"

#include <gtest/gtest.h>

#include <numeric>

#include "reports/json_report.h"
#include "tests/reports/sample_report.h"

namespace quantgate {
namespace {

const TensorHistogram& First(const RunReport& report) {
  return *report.variants[0].tensors[0].histogram;
}

int64_t Sum(const std::vector<int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

TEST(CoarsenHistograms, LeavesAnOrdinaryReportAsItIs) {
  RunReport report = SampleReport();
  CoarsenHistograms(report);
  EXPECT_EQ(RenderJson(report), RenderJson(SampleReport()));
}

TEST(CoarsenHistograms, HalvesBinsAndKeepsCounts) {
  const RunReport fine = SampleReport();
  RunReport coarse = fine;
  size_t counts = 0;
  for (const VariantResult& variant : fine.variants) {
    for (const TensorError& row : variant.tensors) counts += 2 * row.histogram->reference.size();
  }
  CoarsenHistograms(coarse, counts);
  EXPECT_EQ(First(coarse).reference, First(fine).reference);
  CoarsenHistograms(coarse, counts - 1);
  EXPECT_LT(First(coarse).reference.size(), First(fine).reference.size());
  EXPECT_EQ(First(coarse).low, First(fine).low);
  EXPECT_EQ(First(coarse).bin_width, 2 * First(fine).bin_width);
  EXPECT_EQ(First(coarse).reference[0], First(fine).reference[0] + First(fine).reference[1]);
  EXPECT_EQ(Sum(First(coarse).variant), Sum(First(fine).variant));
}

TEST(CoarsenHistograms, EndsAtSixteenBins) {
  RunReport report = SampleReport();
  CoarsenHistograms(report, 1);
  for (const TensorError& row : report.variants[0].tensors) {
    EXPECT_LE(row.histogram->reference.size(), 16U);
    EXPECT_GE(row.histogram->reference.size(), 8U);
  }
  RunReport hostile = HostileReport();
  CoarsenHistograms(hostile, 0);  // ends
}

}  // namespace
}  // namespace quantgate
