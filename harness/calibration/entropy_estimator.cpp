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
// hold something. Zeros are in neither: they are represented exactly by every range. Other values
// that are very frequent (a background's ReLU of a bias) would be too if they met a code, but look
// like lost information and pull towards ever narrower ranges; so ranges that clip more than a
// given share of all values are not considered.
class Divergence {
 public:
  Divergence(const ValueHistogram& histogram, double most_clipped_share)
      : bins_(histogram.Bins()),
        most_clipped_(most_clipped_share * static_cast<double>(histogram.total())) {}

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
    if (within == 0 || below + above > most_clipped_)
      return std::numeric_limits<double>::infinity();
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
    // What KL would be on average if each code's bins only differed by chance. Without this, few
    // values in many bins make the narrowest range, with one bin a code, look best.
    double chance = 0;
    for (const Code& code : codes_) chance += std::max(0, code.bins - 1) / (2 * total);
    return divergence - chance;
  }

  std::vector<HistogramBin> bins_;
  double most_clipped_;
  std::array<Code, kEstimatorCodes> codes_{};
};

}  // namespace

EstimatedRange EstimateEntropy(const TensorStats& stats, double most_clipped_percent) {
  Divergence divergence(stats.histogram, most_clipped_percent / 100);
  return SearchRange(stats, [&](const EstimatedRange& range) { return divergence(range); });
}

}  // namespace quantgate
