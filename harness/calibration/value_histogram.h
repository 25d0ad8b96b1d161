// A histogram that grows with what it is shown, and whose parts merge without loss.
//
// A bin is 2^e wide: bin k > 0 holds [k 2^e, (k+1) 2^e), bin -k its mirror image, bin 0 what lies
// between -2^e and 2^e and is not zero. Zeros are counted apart: they have a code of their own
// whatever the range. Doubling the width turns bin k into bin trunc(k / 2), exactly. The width is
// the smallest for which the bins from the smallest to the largest value, zero included, number at
// most kMaxBins; so the state follows from the values alone, not from their order or grouping, and
// whatever is not a single tiny spike has at least kMaxBins / 2 bins.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace quantgate {

struct HistogramBin {
  double low = 0;
  double high = 0;
  int64_t count = 0;
};

class ValueHistogram {
 public:
  static constexpr int kMaxBins = 4096;
  static constexpr int kLowestExponent = -120;

  // Counts values that are all finite and whose extremes are `min` and `max`.
  void Add(std::span<const float> values, float min, float max);
  void Merge(const ValueHistogram& other);

  [[nodiscard]] int64_t zeros() const { return zeros_; }
  // Zeros included.
  [[nodiscard]] int64_t total() const;
  // The bins from the first to the last that is not empty, low to high, empty ones included.
  [[nodiscard]] std::vector<HistogramBin> Bins() const;
  // The state for a file: 2^exponent is the bins' width, counts[i] belongs to bin first + i.
  struct State {
    int exponent = kLowestExponent;
    int first = 0;
    int64_t zeros = 0;
    std::vector<int64_t> counts;
    friend bool operator==(const State&, const State&) = default;
  };
  [[nodiscard]] State ToState() const;
  // False when the state is none that ToState makes.
  [[nodiscard]] static bool FromState(const State& state, ValueHistogram& histogram);

  // The value below which `share` of all values lie, linear within a bin; 0 when empty.
  [[nodiscard]] double Quantile(double share) const;
  // Values in bins that lie wholly below `low` (or above `high`).
  [[nodiscard]] int64_t CountBelow(double low) const;
  [[nodiscard]] int64_t CountAbove(double high) const;

 private:
  // The bins that cover what was seen: 2^exponent wide, `first` <= 0 <= `last`.
  struct Span {
    int exponent = kLowestExponent;
    int first = 0;
    int last = 0;
  };
  static Span SpanOf(double min, double max);
  static Span Join(Span a, Span b);
  static Span Narrowest(Span span);
  void Adopt(const Span& span);
  void SetSpan(const Span& span);
  void Spill();
  [[nodiscard]] bool empty() const { return recent_.empty(); }
  [[nodiscard]] int64_t CountAt(size_t i) const {
    return static_cast<int64_t>(recent_[i]) + (spilled_.empty() ? 0 : spilled_[i]);
  }

  Span span_;
  double scale_ = 1;  // 2^-span_.exponent, where something was seen
  int64_t zeros_ = 0;
  size_t recent_total_ = 0;
  // Of bin span_.first + i: recent_[i] + spilled_[i]. Counting goes to small counters, which are
  // less memory to go through; what does not fit, and other histograms, go to the large ones. Both
  // are empty until they are needed.
  std::vector<uint32_t> recent_;
  std::vector<int64_t> spilled_;
};

}  // namespace quantgate
