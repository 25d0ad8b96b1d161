// The range whose 256 codes keep most of the distribution's information.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "harness/calibration/estimator_families.h"
#include "harness/calibration/range_search.h"

namespace quantgate {
namespace {

// KL(P || Q): P is the histogram clipped to the range, what is outside added to the outermost bins;
// Q is the histogram within the range with the mass of each code spread evenly over the bins that
// hold something. Zeros are in neither: they are represented exactly by every range.
class Divergence {
 public:
  explicit Divergence(std::vector<HistogramBin> bins) : bins_(std::move(bins)) {}

  double operator()(const EstimatedRange& range) {
    const CodeGrid grid = CodeGrid::Of(range);
    const auto inside = [&](const HistogramBin& bin) {
      const double middle = (bin.low + bin.high) / 2;
      return middle >= grid.low && middle <= grid.high;
    };
    size_t first = 0;
    size_t end = bins_.size();
    while (first < end && !inside(bins_[first])) ++first;
    while (end > first && !inside(bins_[end - 1])) --end;
    // With fewer bins than codes every range would look perfect.
    if (end - first < kEstimatorCodes) return std::numeric_limits<double>::infinity();
    CollectCodes(grid, first, end);
    return Sum(grid, first, end);
  }

 private:
  struct Code {
    double mass = 0;
    int bins = 0;  // that hold something
  };

  [[nodiscard]] int CodeOf(const CodeGrid& grid, const HistogramBin& bin) const {
    return std::clamp(grid.CodeOf((bin.low + bin.high) / 2), 0, kEstimatorCodes - 1);
  }

  void CollectCodes(const CodeGrid& grid, size_t first, size_t end) {
    codes_.fill({});
    for (size_t i = first; i < end; ++i) {
      if (bins_[i].count == 0) continue;
      Code& code = codes_[static_cast<size_t>(CodeOf(grid, bins_[i]))];
      code.mass += static_cast<double>(bins_[i].count);
      ++code.bins;
    }
  }

  [[nodiscard]] double Sum(const CodeGrid& grid, size_t first, size_t end) const {
    double below = 0;
    double above = 0;
    double within = 0;
    for (size_t i = 0; i < bins_.size(); ++i) {
      (i < first ? below : i < end ? within : above) += static_cast<double>(bins_[i].count);
    }
    const double total = below + within + above;
    if (within == 0) return std::numeric_limits<double>::infinity();
    double divergence = 0;
    for (size_t i = first; i < end; ++i) {
      double p = static_cast<double>(bins_[i].count);
      if (i == first) p += below;
      if (i + 1 == end) p += above;
      if (p == 0) continue;
      // An outermost bin may hold nothing but what was clipped into it: half a value stands in.
      const Code& code = codes_[static_cast<size_t>(CodeOf(grid, bins_[i]))];
      const double q = bins_[i].count > 0 ? code.mass / code.bins : 0.5;
      divergence += p / total * std::log((p / total) / (q / within));
    }
    return divergence;
  }

  std::vector<HistogramBin> bins_;
  std::array<Code, kEstimatorCodes> codes_{};
};

}  // namespace

EstimatedRange EstimateEntropy(const TensorStats& stats, double /*parameter*/) {
  Divergence divergence(stats.histogram.Bins());
  return SearchRange(stats, [&](const EstimatedRange& range) { return divergence(range); });
}

}  // namespace quantgate
