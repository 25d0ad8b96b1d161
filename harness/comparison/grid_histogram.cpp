#include "harness/comparison/grid_histogram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>

#include "harness/comparison/detail_kernels.h"

namespace quantgate {
namespace {

constexpr double kMostDistantBin = 4503599627370496.0;  // 2^52: bin numbers stay exact doubles

int64_t HalfOf(int64_t bin) { return bin >> 1; }  // floor(bin / 2)

// floor of a number below 2^52, without the call that baseline x86 makes of std::floor.
inline int64_t FloorOf(double place) {
  const auto whole = static_cast<int64_t>(place);
  return whole - (static_cast<double>(whole) > place ? 1 : 0);
}

bool Fits(double low, double high) {
  return std::abs(low) < kMostDistantBin && std::abs(high) < kMostDistantBin &&
         std::floor(high) - std::floor(low) < static_cast<double>(GridHistogram::kMaxBins);
}

}  // namespace

void GridHistogram::Add(std::span<const float> values) {
  float low = std::numeric_limits<float>::infinity();
  float high = -low;
  bool finite = true;
  for (const float value : values) {
    low = value < low ? value : low;
    high = value > high ? value : high;
    finite = finite && std::abs(value) <= std::numeric_limits<float>::max();
  }
  if (!finite) {
    std::vector<float> kept;
    std::copy_if(values.begin(), values.end(), std::back_inserter(kept),
                 [](float value) { return std::isfinite(value); });
    return Add(kept);
  }
  Add(values, low, high);
}

void GridHistogram::Add(std::span<const float> values, float low, float high) {
  if (values.empty()) return;
  if (!Covers(PlaceOf(low), PlaceOf(high))) Cover(PlaceOf(low), PlaceOf(high));
  const GridPlace place{1 / grid_.step, grid_.offset, std::ldexp(1.0, -exponent_)};
  std::array<uint8_t, 4096> bins;
  std::array<int64_t, 256> counts{};
  for (; !values.empty(); values = values.subspan(std::min(values.size(), bins.size()))) {
    const std::span<const float> some = values.first(std::min(values.size(), bins.size()));
    GridBins(some, place, first_, bins.data());
    CountBytes(std::span(bins).first(some.size()), counts.data());
  }
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += counts[i];
}

void GridHistogram::AddCodes(std::span<const int64_t> counts, int32_t first_code) {
  const auto used = [](int64_t count) { return count > 0; };
  const auto low = std::find_if(counts.begin(), counts.end(), used);
  if (low == counts.end()) return;
  const auto high = std::find_if(counts.rbegin(), counts.rend(), used).base() - 1;
  // The place of a code is its middle.
  const auto place = [&](auto at) {
    return static_cast<double>(first_code + (at - counts.begin())) + 0.5;
  };
  Cover(place(low), place(high));
  const double shrink = std::ldexp(1.0, -exponent_);
  for (auto at = low; at <= high; ++at) {
    const auto bin = FloorOf(place(at) * shrink);
    counts_[static_cast<size_t>(bin - first_)] += *at;
  }
}

// Whether values at these places, and between them, have bins already.
bool GridHistogram::Covers(double low_place, double high_place) const {
  const double shrink = std::ldexp(1.0, -exponent_);
  return low_place * shrink >= static_cast<double>(first_) &&
         high_place * shrink < static_cast<double>(end());
}

// Makes room for values at these places.
void GridHistogram::Cover(double low_place, double high_place) {
  int exponent = exponent_;
  const double width = high_place - low_place;
  // Where bins cannot be wide enough yet, by far: a shortcut past many steps of the loop below.
  if (width > 0) exponent = std::max(exponent, std::ilogb(width) - 9);
  const auto at = [&](double place) { return std::ldexp(place, -exponent); };
  while (!Fits(at(low_place), at(high_place))) ++exponent;
  Widen(exponent);
  Extend(static_cast<int64_t>(std::floor(std::ldexp(low_place, -exponent_))),
         static_cast<int64_t>(std::floor(std::ldexp(high_place, -exponent_))) + 1);
}

void GridHistogram::Widen(int exponent) {
  for (; exponent_ < exponent; ++exponent_) {
    if (counts_.empty()) continue;
    const int64_t first = HalfOf(first_);
    std::vector<int64_t> halved(static_cast<size_t>(HalfOf(end() - 1) - first + 1), 0);
    for (size_t i = 0; i < counts_.size(); ++i) {
      halved[static_cast<size_t>(HalfOf(first_ + static_cast<int64_t>(i)) - first)] += counts_[i];
    }
    counts_ = std::move(halved);
    first_ = first;
  }
}

// Holds the bins first..end - 1 as well, widening until they and the others number few enough.
void GridHistogram::Extend(int64_t first, int64_t end_bin) {
  const auto low = [&] { return empty() ? first : std::min(first, first_); };
  const auto high = [&] { return empty() ? end_bin : std::max(end_bin, end()); };
  while (high() - low() > kMaxBins) {
    Widen(exponent_ + 1);
    first = HalfOf(first);
    end_bin = HalfOf(end_bin - 1) + 1;
  }
  const int64_t from = low();
  counts_ = CountsOf(from, high());
  first_ = from;
}

void GridHistogram::Merge(const GridHistogram& other) {
  if (other.empty()) return;
  GridHistogram theirs = other;
  Align(other);
  theirs.Align(*this);
  Extend(theirs.first_, theirs.end());
  theirs.Widen(exponent_);
  for (size_t i = 0; i < theirs.counts_.size(); ++i) {
    counts_[static_cast<size_t>(theirs.first_ - first_) + i] += theirs.counts_[i];
  }
}

void GridHistogram::Align(const GridHistogram& other) {
  Widen(other.exponent_);
  if (empty() || other.empty()) return;
  int64_t first = other.first_;
  int64_t last = other.end() - 1;
  for (int e = other.exponent_; e < exponent_; ++e) {
    first = HalfOf(first);
    last = HalfOf(last);
  }
  int64_t low = std::min(first, first_);
  int64_t high = std::max(last, end() - 1);
  int exponent = exponent_;
  for (; high - low >= kMaxBins; ++exponent) {
    low = HalfOf(low);
    high = HalfOf(high);
  }
  Widen(exponent);
}

double GridHistogram::EdgeOf(int64_t bin) const {
  return (std::ldexp(static_cast<double>(bin), exponent_) - grid_.offset) * grid_.step;
}

double GridHistogram::bin_width() const { return std::ldexp(grid_.step, exponent_); }

std::vector<int64_t> GridHistogram::CountsOf(int64_t first, int64_t end_bin) const {
  std::vector<int64_t> counts(static_cast<size_t>(end_bin - first), 0);
  for (int64_t bin = std::max(first, first_); bin < std::min(end_bin, end()); ++bin) {
    counts[static_cast<size_t>(bin - first)] = counts_[static_cast<size_t>(bin - first_)];
  }
  return counts;
}

}  // namespace quantgate
