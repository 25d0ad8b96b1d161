#include "harness/calibration/value_histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/calibration/value_kernels.h"
#include "reference/core/check.h"

namespace quantgate {
namespace {

constexpr size_t kBins = ValueHistogram::kMaxBins;
// The largest float makes fewer than kBins bins of this width.
constexpr int kHighestExponent = 117;

int Halved(int bin, int times) { return bin / (1 << std::min(times, 30)); }  // towards zero

// Counts of bins from `first` as counts of bins 2^times as wide from `new_first`.
template <class Count>
std::vector<Count> Rebinned(const std::vector<Count>& counts, int first, int times, int new_first) {
  std::vector<Count> rebinned(counts.size());
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const int bin = Halved(first + static_cast<int>(i), times);
    rebinned[static_cast<size_t>(bin - new_first)] += counts[i];
  }
  return rebinned;
}

}  // namespace

ValueHistogram::Span ValueHistogram::Narrowest(Span span) {
  while (span.last - span.first >= kMaxBins) {
    span = {span.exponent + 1, span.first / 2, span.last / 2};
  }
  return span;
}

ValueHistogram::Span ValueHistogram::SpanOf(double min, double max) {
  const double low = std::min(min, 0.0);
  const double high = std::max(max, 0.0);
  const double largest = std::max(-low, high);
  Span span;
  // A width for which the larger side alone makes 2^11 to 2^12 bins; ilogb(0) is very negative.
  if (largest > 0) span.exponent = std::max(kLowestExponent, std::ilogb(largest) - 11);
  span.first = static_cast<int>(std::ldexp(low, -span.exponent));
  span.last = static_cast<int>(std::ldexp(high, -span.exponent));
  return Narrowest(span);
}

ValueHistogram::Span ValueHistogram::Join(Span a, Span b) {
  const int exponent = std::max(a.exponent, b.exponent);
  const auto first = [&](const Span& s) { return Halved(s.first, exponent - s.exponent); };
  const auto last = [&](const Span& s) { return Halved(s.last, exponent - s.exponent); };
  return Narrowest({exponent, std::min(first(a), first(b)), std::max(last(a), last(b))});
}

void ValueHistogram::Spill() {
  spilled_.resize(kBins);
  for (size_t i = 0; i < kBins; ++i) spilled_[i] += recent_[i];
  std::fill(recent_.begin(), recent_.end(), 0U);
  recent_total_ = 0;
}

void ValueHistogram::Adopt(const Span& span) {
  if (empty()) {
    recent_.resize(kBins);
  } else if (span.exponent != span_.exponent || span.first != span_.first) {
    const int times = span.exponent - span_.exponent;
    recent_ = Rebinned(recent_, span_.first, times, span.first);
    spilled_ = Rebinned(spilled_, span_.first, times, span.first);
  }
  SetSpan(span);
}

void ValueHistogram::SetSpan(const Span& span) {
  span_ = span;
  scale_ = std::ldexp(1.0, -span.exponent);
}

void ValueHistogram::Add(std::span<const float> values, float min, float max) {
  if (values.empty()) return;
  const double low = static_cast<double>(min) * scale_;
  const double high = static_cast<double>(max) * scale_;
  const bool fits = !empty() && low > span_.first - 1 && high < span_.last + 1;
  if (!fits) {
    Adopt(Join(span_, SpanOf(static_cast<double>(min), static_cast<double>(max))));
  }
  constexpr size_t kMost = std::numeric_limits<uint32_t>::max();
  QG_CHECK(values.size() <= kMost);
  if (values.size() > kMost - recent_total_) Spill();
  recent_total_ += values.size();
  uint32_t* zeroth = recent_.data() - span_.first;
  zeros_ += static_cast<int64_t>(
      CountBins(values.data(), values.size(), static_cast<float>(scale_), zeroth));
}

void ValueHistogram::Merge(const ValueHistogram& other) {
  zeros_ += other.zeros_;
  if (other.empty()) return;
  Adopt(Join(span_, other.span_));
  spilled_.resize(kBins);
  for (size_t i = 0; i < kBins; ++i) {
    const int64_t count = other.CountAt(i);
    if (count == 0) continue;
    const int bin =
        Halved(other.span_.first + static_cast<int>(i), span_.exponent - other.span_.exponent);
    spilled_[static_cast<size_t>(bin - span_.first)] += count;
  }
}

int64_t ValueHistogram::total() const {
  int64_t sum = zeros_;
  for (size_t i = 0; i < recent_.size(); ++i) sum += CountAt(i);
  return sum;
}

std::vector<HistogramBin> ValueHistogram::Bins() const {
  std::vector<HistogramBin> bins;
  if (empty()) return bins;
  const double width = std::ldexp(1.0, span_.exponent);
  for (int bin = span_.first; bin <= span_.last; ++bin) {
    const int64_t count = CountAt(static_cast<size_t>(bin - span_.first));
    const double low = bin <= 0 ? (bin - 1) * width : bin * width;
    const double high = bin >= 0 ? (bin + 1) * width : bin * width;
    bins.push_back({low, high, count});
  }
  return bins;
}

ValueHistogram::State ValueHistogram::ToState() const {
  State state{span_.exponent, span_.first, zeros_, {}};
  if (empty()) return state;
  for (int i = 0; i <= span_.last - span_.first; ++i) {
    state.counts.push_back(CountAt(static_cast<size_t>(i)));
  }
  return state;
}

bool ValueHistogram::FromState(const State& state, ValueHistogram& histogram) {
  histogram = {};
  const auto size = static_cast<int64_t>(state.counts.size());
  if (state.zeros < 0 || size > kMaxBins || state.first > 0 || state.first <= -kMaxBins ||
      state.exponent < kLowestExponent || state.exponent > kHighestExponent) {
    return false;
  }
  if (std::any_of(state.counts.begin(), state.counts.end(), [](int64_t n) { return n < 0; })) {
    return false;
  }
  histogram.zeros_ = state.zeros;
  if (size == 0) return true;
  if (state.first + size <= 0) return false;  // bin 0 is always covered
  histogram.spilled_ = state.counts;
  histogram.spilled_.resize(kBins);
  histogram.recent_.resize(kBins);
  histogram.SetSpan({state.exponent, state.first, state.first + static_cast<int>(size) - 1});
  return true;
}

double ValueHistogram::Quantile(double share) const {
  const double wanted = share * static_cast<double>(total());
  double below = 0;
  double last = 0;
  for (const HistogramBin& bin : Bins()) {
    // Zeros lie in the middle of bin 0.
    const bool middle = bin.low < 0 && bin.high > 0;
    const auto in_bin =
        static_cast<double>(bin.count) + (middle ? static_cast<double>(zeros_) : 0.0);
    if (in_bin > 0) {
      if (below + in_bin >= wanted) {
        if (middle && 2 * static_cast<double>(zeros_) >= in_bin) return 0;
        return bin.low + (bin.high - bin.low) * std::max(0.0, wanted - below) / in_bin;
      }
      last = bin.high;
    }
    below += in_bin;
  }
  return last;
}

int64_t ValueHistogram::CountBelow(double low) const {
  int64_t count = low > 0 ? zeros_ : 0;
  for (const HistogramBin& bin : Bins()) count += bin.high <= low ? bin.count : 0;
  return count;
}

int64_t ValueHistogram::CountAbove(double high) const {
  int64_t count = high < 0 ? zeros_ : 0;
  for (const HistogramBin& bin : Bins()) count += bin.low >= high ? bin.count : 0;
  return count;
}

}  // namespace quantgate
