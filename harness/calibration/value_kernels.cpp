#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "harness/calibration/value_kernels.cpp"
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include "harness/calibration/value_kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace quantgate::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using F = hn::CappedTag<float, 16>;
using VF = hn::Vec<F>;
using I = hn::RebindToSigned<F>;
inline constexpr size_t kLanes = hn::MaxLanes(F());

using D = hn::CappedTag<double, 8>;
inline constexpr size_t kDoubles = hn::MaxLanes(D());
using FHalf = hn::Rebind<float, D>;

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();

// to[0..kLanes) += the lanes of `part`, or = where it is fresh.
HWY_INLINE void AddToDoubles(VF part, double* to, bool fresh) {
  alignas(64) float lanes[kLanes];
  hn::Store(part, F(), lanes);
  for (size_t i = 0; i < kLanes; i += kDoubles) {
    const auto wide = hn::PromoteTo(D(), hn::Load(FHalf(), lanes + i));
    const auto before = fresh ? hn::Zero(D()) : hn::LoadU(D(), to + i);
    hn::StoreU(hn::Add(before, wide), D(), to + i);
  }
}

// kColumns vectors side by side over at most kRowsInFloat rows. Adds to `check` zero, or NaN where
// a sum of squares is not finite.
template <size_t kColumns>
HWY_INLINE void AddColumns(const float* values, size_t rows, size_t stride, size_t at,
                           const ColumnStats& into, bool fresh, VF& check) {
  const F d;
  VF least[kColumns], most[kColumns], sum[kColumns], sum2[kColumns];
  for (size_t c = 0; c < kColumns; ++c) {
    const size_t place = at + c * kLanes;
    least[c] = fresh ? hn::Set(d, kInfinity) : hn::LoadU(d, into.min + place);
    most[c] = fresh ? hn::Set(d, -kInfinity) : hn::LoadU(d, into.max + place);
    sum[c] = sum2[c] = hn::Zero(d);
  }
  for (size_t row = 0; row < rows; ++row) {
    const float* from = values + row * stride + at;
#pragma GCC unroll 4
    for (size_t c = 0; c < kColumns; ++c) {
      const VF value = hn::LoadU(d, from + c * kLanes);
      least[c] = hn::Min(least[c], value);
      most[c] = hn::Max(most[c], value);
      sum[c] = hn::Add(sum[c], value);
      sum2[c] = hn::Add(sum2[c], hn::Mul(value, value));
    }
  }
  for (size_t c = 0; c < kColumns; ++c) {
    const size_t place = at + c * kLanes;
    hn::StoreU(least[c], d, into.min + place);
    hn::StoreU(most[c], d, into.max + place);
    AddToDoubles(sum[c], into.sum + place, fresh);
    AddToDoubles(sum2[c], into.sum2 + place, fresh);
    check = hn::Add(check, hn::Mul(sum2[c], hn::Zero(d)));
  }
}

// The same for one position.
HWY_INLINE void AddColumn(const float* values, size_t rows, size_t stride, size_t at,
                          const ColumnStats& into, bool fresh, float& check) {
  float least = fresh ? kInfinity : into.min[at];
  float most = fresh ? -kInfinity : into.max[at];
  float sum = 0;
  float sum2 = 0;
  for (size_t row = 0; row < rows; ++row) {
    const float value = values[row * stride + at];
    least = std::min(least, value);
    most = std::max(most, value);
    sum += value;
    sum2 += value * value;
  }
  into.min[at] = least;
  into.max[at] = most;
  into.sum[at] = (fresh ? 0.0 : into.sum[at]) + static_cast<double>(sum);
  into.sum2[at] = (fresh ? 0.0 : into.sum2[at]) + static_cast<double>(sum2);
  check += sum2 * 0.0F;
}

bool AddRowsOnce(const float* values, size_t rows, size_t width, const ColumnStats& into,
                 bool fresh) {
  VF checks = hn::Zero(F());
  float check = 0;
  for (size_t row = 0; row < rows; row += kRowsInFloat, fresh = false) {
    const size_t some = std::min(kRowsInFloat, rows - row);
    const float* from = values + row * width;
    size_t at = 0;
    for (; at + 4 * kLanes <= width; at += 4 * kLanes) {
      AddColumns<4>(from, some, width, at, into, fresh, checks);
    }
    for (; at + kLanes <= width; at += kLanes) {
      AddColumns<1>(from, some, width, at, into, fresh, checks);
    }
    for (; at < width; ++at) AddColumn(from, some, width, at, into, fresh, check);
  }
  return hn::AllTrue(F(), hn::Eq(checks, checks)) && check == check;
}

// Sums, and those of squares, may leave what a float holds.
inline constexpr double kLargest = std::numeric_limits<float>::max();

using VHalf = hn::Vec<FHalf>;
struct VectorSummary {
  VHalf least, most, sum, sum2;  // the sums' magnitudes
};

// kDoubles channels from `c`.
HWY_INLINE void FoldChannels(const ColumnStats& from, size_t used, size_t channels, size_t c,
                             const ChannelStats& into, VectorSummary& summary) {
  const D d;
  const FHalf df;
  auto sum = hn::LoadU(d, from.sum + c);
  auto sum2 = hn::LoadU(d, from.sum2 + c);
  auto min = hn::LoadU(df, from.min + c);
  auto max = hn::LoadU(df, from.max + c);
  for (size_t p = channels + c; p < used; p += channels) {
    sum = hn::Add(sum, hn::LoadU(d, from.sum + p));
    sum2 = hn::Add(sum2, hn::LoadU(d, from.sum2 + p));
    min = hn::Min(min, hn::LoadU(df, from.min + p));
    max = hn::Max(max, hn::LoadU(df, from.max + p));
  }
  const auto limit = hn::Set(d, kLargest);
  const VHalf rounded = hn::DemoteTo(df, hn::Max(hn::Neg(limit), hn::Min(sum, limit)));
  const VHalf rounded2 = hn::DemoteTo(df, hn::Min(sum2, limit));
  hn::StoreU(rounded, df, into.sum + c);
  hn::StoreU(rounded2, df, into.sum2 + c);
  const auto zero = hn::Zero(df);  // -0 + 0 = +0
  hn::StoreU(hn::Add(hn::Min(min, hn::LoadU(df, into.min + c)), zero), df, into.min + c);
  hn::StoreU(hn::Add(hn::Max(max, hn::LoadU(df, into.max + c)), zero), df, into.max + c);
  summary.least = hn::Min(summary.least, min);
  summary.most = hn::Max(summary.most, max);
  summary.sum = hn::Max(summary.sum, hn::Abs(rounded));
  summary.sum2 = hn::Max(summary.sum2, rounded2);
}

// The same for one channel.
HWY_INLINE void FoldChannel(const ColumnStats& from, size_t used, size_t channels, size_t c,
                            const ChannelStats& into, SampleSummary& summary) {
  double sum = from.sum[c];
  double sum2 = from.sum2[c];
  float min = from.min[c];
  float max = from.max[c];
  for (size_t p = channels + c; p < used; p += channels) {
    sum += from.sum[p];
    sum2 += from.sum2[p];
    min = std::min(min, from.min[p]);
    max = std::max(max, from.max[p]);
  }
  into.sum[c] = static_cast<float>(std::clamp(sum, -kLargest, kLargest));
  into.sum2[c] = static_cast<float>(std::min(sum2, kLargest));
  into.min[c] = std::min(into.min[c], min) + 0.0F;
  into.max[c] = std::max(into.max[c], max) + 0.0F;
  summary.extremes = {std::min(summary.extremes.min, min), std::max(summary.extremes.max, max)};
  summary.largest_sum = std::max(summary.largest_sum, std::abs(into.sum[c]));
  summary.largest_sum2 = std::max(summary.largest_sum2, into.sum2[c]);
}

SampleSummary FoldPositionsOnce(const ColumnStats& positions, size_t used, size_t channels,
                                const ChannelStats& into) {
  const FHalf d;
  VectorSummary found{hn::Set(d, kInfinity), hn::Set(d, -kInfinity), hn::Zero(d), hn::Zero(d)};
  size_t c = 0;
  for (; c + kDoubles <= channels; c += kDoubles) {
    FoldChannels(positions, used, channels, c, into, found);
  }
  SampleSummary summary{
      {hn::GetLane(hn::MinOfLanes(d, found.least)), hn::GetLane(hn::MaxOfLanes(d, found.most))},
      hn::GetLane(hn::MaxOfLanes(d, found.sum)),
      hn::GetLane(hn::MaxOfLanes(d, found.sum2))};
  for (; c < channels; ++c) FoldChannel(positions, used, channels, c, into, summary);
  summary.extremes.min += 0.0F;
  summary.extremes.max += 0.0F;
  return summary;
}

// One sample. Adds its squares to the sums.
HWY_INLINE SampleExtremes AddSingleRow(const float* values, size_t width, float* min, float* max,
                                       VF& sum2, float& rest2) {
  const F d;
  VF least = hn::Set(d, kInfinity);
  VF most = hn::Set(d, -kInfinity);
  size_t i = 0;
  for (; i + kLanes <= width; i += kLanes) {
    const VF value = hn::LoadU(d, values + i);
    hn::StoreU(hn::Min(hn::LoadU(d, min + i), value), d, min + i);
    hn::StoreU(hn::Max(hn::LoadU(d, max + i), value), d, max + i);
    least = hn::Min(least, value);
    most = hn::Max(most, value);
    sum2 = hn::Add(sum2, hn::Mul(value, value));
  }
  SampleExtremes row{hn::GetLane(hn::MinOfLanes(d, least)), hn::GetLane(hn::MaxOfLanes(d, most))};
  for (; i < width; ++i) {
    min[i] = std::min(min[i], values[i]);
    max[i] = std::max(max[i], values[i]);
    row = {std::min(row.min, values[i]), std::max(row.max, values[i])};
    rest2 += values[i] * values[i];
  }
  return {row.min + 0.0F, row.max + 0.0F};
}

bool AddSingleRowsOnce(const float* values, size_t samples, size_t width, float* min, float* max,
                       SampleExtremes* extremes) {
  VF sum2 = hn::Zero(F());
  float rest2 = 0;
  for (size_t s = 0; s < samples; ++s) {
    extremes[s] = AddSingleRow(values + s * width, width, min, max, sum2, rest2);
  }
  return std::isfinite(hn::GetLane(hn::SumOfLanes(F(), sum2)) + rest2);
}

// Towards zero, of values that an int32 holds.
HWY_INLINE hn::Vec<I> Truncate(VF value) {
#if HWY_TARGET == HWY_AVX3
  return hn::Vec<I>{_mm512_cvttps_epi32(value.raw)};  // ConvertTo also corrects what leaves int32
#else
  return hn::ConvertTo(I(), value);
#endif
}

size_t CountBinsOnce(const float* values, size_t count, float inverse_width, uint32_t* zeroth) {
  constexpr size_t kBlock = 1024;  // in level 1; each ends loops whose ends are hard to foresee
  const F d;
  const I di;
  const hn::Rebind<int16_t, F> dh;  // which holds every bin; reading back half the bytes is quicker
  const VF factor = hn::Set(d, inverse_width);
  alignas(64) int16_t bins[kBlock + kLanes];
  size_t nonzero = 0;
  for (size_t block = 0; block < count; block += kBlock) {
    const size_t size = std::min(kBlock, count - block);
    const float* from = values + block;
    size_t found = 0;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + kLanes <= size; i += kLanes) {
      const VF value = hn::LoadU(d, from + i);
      const auto bin = Truncate(hn::Mul(value, factor));
      const auto keep = hn::RebindMask(di, hn::Ne(value, hn::Zero(d)));
      // Not CompressStore: stores under a mask are slow.
      hn::StoreU(hn::DemoteTo(dh, hn::Compress(bin, keep)), dh, bins + found);
      found += hn::CountTrue(di, keep);
    }
    for (; i < size; ++i) {
      if (from[i] != 0) bins[found++] = static_cast<int16_t>(from[i] * inverse_width);
    }
#pragma GCC unroll 8
    for (size_t k = 0; k < found; ++k) ++zeroth[bins[k]];
    nonzero += found;
  }
  return count - nonzero;
}

// Whether AddFrom takes a value: zero is the largest when it is one lower, without a sign.
HWY_INLINE bool Reaches(float value, uint32_t low) {
  return (std::bit_cast<uint32_t>(value) & 0x7fffffffU) - 1 >= low;
}

// Rows of kLanes positions from `at`. `low` is one lower than its bits.
template <bool kSquared>
HWY_INLINE size_t AddColumnsFrom(uint32_t low, const float* values, size_t rows, size_t width,
                                 size_t at, double* sums, uint32_t* left) {
  constexpr size_t kParts = kLanes / kDoubles;
  const F d;
  const D dd;
  const I di;
  const auto most = hn::Set(di, 0x7fffffff);
  // Unsigned numbers compare like signed ones after 2^31 was added to both.
  const auto below = hn::Set(di, std::bit_cast<int32_t>(low + 0x7fffffffU));
  hn::Vec<D> sum[kParts];
  for (size_t k = 0; k < kParts; ++k) sum[k] = hn::LoadU(dd, sums + k * kDoubles);
  size_t out = 0;
  for (size_t i = at; i < rows * width; i += width) {
    const VF read = hn::LoadU(d, values + i);
    const VF value = kSquared ? hn::Mul(read, read) : read;
    const auto bits = hn::BitCast(di, kSquared ? value : hn::Abs(value));
    const auto enough = hn::RebindMask(d, hn::Gt(hn::Add(bits, most), below));
    alignas(64) float taken[kLanes];
    hn::Store(hn::IfThenElseZero(enough, value), d, taken);
    for (size_t k = 0; k < kParts; ++k) {
      const auto part = hn::PromoteTo(dd, hn::Load(FHalf(), taken + k * kDoubles));
      sum[k] = hn::Add(sum[k], part);
    }
    if (HWY_LIKELY(hn::AllTrue(d, enough))) continue;
    hn::Store(value, d, taken);
    for (size_t k = 0; k < kLanes; ++k) {
      if (!Reaches(taken[k], low)) left[out++] = static_cast<uint32_t>(i + k);
    }
  }
  for (size_t k = 0; k < kParts; ++k) hn::StoreU(sum[k], dd, sums + k * kDoubles);
  return out;
}

template <bool kSquared>
HWY_INLINE size_t AddAllFrom(float low, const float* values, size_t rows, size_t width,
                             double* sums, uint32_t* left) {
  const uint32_t bits = std::bit_cast<uint32_t>(low) - 1;
  size_t out = 0;
  size_t at = 0;
  for (; at + kLanes <= width; at += kLanes) {
    out += AddColumnsFrom<kSquared>(bits, values, rows, width, at, sums + at, left + out);
  }
  for (; at < width; ++at) {
    for (size_t i = at; i < rows * width; i += width) {
      const float value = kSquared ? values[i] * values[i] : values[i];
      if (Reaches(value, bits)) {
        sums[at] += static_cast<double>(value);
      } else {
        left[out++] = static_cast<uint32_t>(i);
      }
    }
  }
  return out;
}

size_t AddFromOnce(float low, const float* values, size_t rows, size_t width, bool squared,
                   double* sums, uint32_t* left) {
  return squared ? AddAllFrom<true>(low, values, rows, width, sums, left)
                 : AddAllFrom<false>(low, values, rows, width, sums, left);
}

}  // namespace quantgate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quantgate {

HWY_EXPORT(AddRowsOnce);
HWY_EXPORT(FoldPositionsOnce);
HWY_EXPORT(AddSingleRowsOnce);
HWY_EXPORT(CountBinsOnce);
HWY_EXPORT(AddFromOnce);

bool AddRows(const float* values, size_t rows, size_t width, const ColumnStats& into, bool fresh) {
  return HWY_DYNAMIC_DISPATCH(AddRowsOnce)(values, rows, width, into, fresh);
}
SampleSummary FoldPositions(const ColumnStats& positions, size_t used, size_t channels,
                            const ChannelStats& into) {
  return HWY_DYNAMIC_DISPATCH(FoldPositionsOnce)(positions, used, channels, into);
}
bool AddSingleRows(const float* values, size_t samples, size_t width, float* min, float* max,
                   SampleExtremes* extremes) {
  return HWY_DYNAMIC_DISPATCH(AddSingleRowsOnce)(values, samples, width, min, max, extremes);
}
size_t CountBins(const float* values, size_t count, float inverse_width, uint32_t* zeroth) {
  return HWY_DYNAMIC_DISPATCH(CountBinsOnce)(values, count, inverse_width, zeroth);
}
size_t AddFrom(float low, const float* values, size_t rows, size_t width, bool squared,
               double* sums, uint32_t* left) {
  return HWY_DYNAMIC_DISPATCH(AddFromOnce)(low, values, rows, width, squared, sums, left);
}

}  // namespace quantgate
#endif
