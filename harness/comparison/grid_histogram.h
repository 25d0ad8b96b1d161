// A histogram on a fixed grid whose bins double in width as it sees wider values, and whose parts
// merge without loss.
//
// A value r lies at u = r / step + offset. Bin k of exponent e holds floor(u / 2^e) = k, so that
// doubling the width turns bin k into floor(k / 2), exactly. The exponent is the smallest from
// Grid::lowest_exponent on for which the bins from the smallest to the largest value number at most
// kMaxBins: it follows from the values alone, not from their order or grouping. With the grid of a
// quantized tensor, step = scale and offset = zero_point + 1/2, bin k of exponent 0 holds what
// rounds to code k.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace quantgate {

class GridHistogram {
 public:
  static constexpr int64_t kMaxBins = 128;
  struct Grid {
    double step = 1;  // finite, above 0
    double offset = 0;
    int lowest_exponent = -60;
  };

  explicit GridHistogram(const Grid& grid) : grid_(grid), exponent_(grid.lowest_exponent) {}

  // Counts the finite ones of `values`.
  void Add(std::span<const float> values);
  // Counts values that are all finite and whose extremes are `low` and `high`.
  void Add(std::span<const float> values, float low, float high);
  // counts[i] values of code first_code + i; for the grid of a quantized tensor.
  void AddCodes(std::span<const int64_t> counts, int32_t first_code);
  // Of the same grid.
  void Merge(const GridHistogram& other);
  // Makes the bins as wide as those of `other` are or must be for both to fit kMaxBins.
  void Align(const GridHistogram& other);

  [[nodiscard]] bool empty() const { return counts_.empty(); }
  // Of the first bin that is kept: its number, left edge, and the width of all bins.
  [[nodiscard]] int64_t first() const { return first_; }
  [[nodiscard]] int64_t end() const { return first_ + static_cast<int64_t>(counts_.size()); }
  [[nodiscard]] double EdgeOf(int64_t bin) const;
  [[nodiscard]] double bin_width() const;
  // The counts of the bins first..end - 1, with zeros for what was not seen.
  [[nodiscard]] std::vector<int64_t> CountsOf(int64_t first, int64_t end) const;

 private:
  [[nodiscard]] double PlaceOf(float value) const {
    return static_cast<double>(value) * (1 / grid_.step) + grid_.offset;
  }
  [[nodiscard]] bool Covers(double low_place, double high_place) const;
  void Cover(double low_place, double high_place);
  void Widen(int exponent);
  void Extend(int64_t first, int64_t end);

  Grid grid_;
  int exponent_;
  int64_t first_ = 0;
  std::vector<int64_t> counts_;  // of bin first_ + i
};

}  // namespace quantgate
