#include "reports/page_summary.h"

#include <algorithm>

namespace quantgate {
namespace {

constexpr size_t kFewestBins = 16;

template <class F>
void ForEachHistogram(RunReport& report, F visit) {
  for (VariantResult& variant : report.variants) {
    for (TensorError& row : variant.tensors) {
      if (row.histogram) visit(*row.histogram);
    }
  }
}

size_t CountsOf(RunReport& report) {
  size_t counts = 0;
  ForEachHistogram(report, [&](const TensorHistogram& histogram) {
    counts += histogram.reference.size() + histogram.variant.size();
  });
  return counts;
}

std::vector<int64_t> Halved(const std::vector<int64_t>& counts) {
  std::vector<int64_t> halved((counts.size() + 1) / 2, 0);
  for (size_t i = 0; i < counts.size(); ++i) halved[i / 2] += counts[i];
  return halved;
}

}  // namespace

void CoarsenHistograms(RunReport& report, size_t most) {
  size_t before = 0;
  for (size_t counts = CountsOf(report); counts > most && counts != before;) {
    ForEachHistogram(report, [](TensorHistogram& histogram) {
      if (std::max(histogram.reference.size(), histogram.variant.size()) <= kFewestBins) return;
      histogram.reference = Halved(histogram.reference);
      histogram.variant = Halved(histogram.variant);
      histogram.bin_width *= 2;
    });
    before = counts;
    counts = CountsOf(report);
  }
}

}  // namespace quantgate
