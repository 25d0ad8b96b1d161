#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "harness/calibration/value_kernels.cpp"
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include "harness/calibration/value_kernels.h"

#include <algorithm>
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

// to[0..kLanes) += the lanes of `part`.
HWY_INLINE void AddToDoubles(VF part, double* to) {
  alignas(64) float lanes[kLanes];
  hn::Store(part, F(), lanes);
  for (size_t i = 0; i < kLanes; i += kDoubles) {
    const auto wide = hn::PromoteTo(D(), hn::Load(FHalf(), lanes + i));
    hn::StoreU(hn::Add(hn::LoadU(D(), to + i), wide), D(), to + i);
  }
}

// kColumns vectors side by side over at most kRowsInFloat rows.
template <size_t kColumns>
HWY_INLINE void AddColumns(const float* values, size_t rows, size_t stride, size_t at,
                           const ColumnStats& into) {
  const F d;
  VF least[kColumns], most[kColumns], sum[kColumns], sum2[kColumns];
  for (size_t c = 0; c < kColumns; ++c) {
    least[c] = hn::LoadU(d, into.min + at + c * kLanes);
    most[c] = hn::LoadU(d, into.max + at + c * kLanes);
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
    hn::StoreU(least[c], d, into.min + at + c * kLanes);
    hn::StoreU(most[c], d, into.max + at + c * kLanes);
    AddToDoubles(sum[c], into.sum + at + c * kLanes);
    AddToDoubles(sum2[c], into.sum2 + at + c * kLanes);
  }
}

// The same for one position.
HWY_INLINE void AddColumn(const float* values, size_t rows, size_t stride, size_t at,
                          const ColumnStats& into) {
  float sum = 0;
  float sum2 = 0;
  for (size_t row = 0; row < rows; ++row) {
    const float value = values[row * stride + at];
    into.min[at] = std::min(into.min[at], value);
    into.max[at] = std::max(into.max[at], value);
    sum += value;
    sum2 += value * value;
  }
  into.sum[at] += static_cast<double>(sum);
  into.sum2[at] += static_cast<double>(sum2);
}

void AddRowsOnce(const float* values, size_t rows, size_t width, const ColumnStats& into) {
  for (size_t row = 0; row < rows; row += kRowsInFloat) {
    const size_t some = std::min(kRowsInFloat, rows - row);
    const float* from = values + row * width;
    size_t at = 0;
    for (; at + 4 * kLanes <= width; at += 4 * kLanes) AddColumns<4>(from, some, width, at, into);
    for (; at + kLanes <= width; at += kLanes) AddColumns<1>(from, some, width, at, into);
    for (; at < width; ++at) AddColumn(from, some, width, at, into);
  }
}

RowSummary AddSingleRowOnce(const float* values, size_t count, float* min, float* max,
                            float* squares) {
  const F d;
  VF least = hn::Set(d, std::numeric_limits<float>::infinity());
  VF most = hn::Neg(least);
  VF sum = hn::Zero(d);
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const VF value = hn::LoadU(d, values + i);
    const VF square = hn::Mul(value, value);
    hn::StoreU(hn::Min(hn::LoadU(d, min + i), value), d, min + i);
    hn::StoreU(hn::Max(hn::LoadU(d, max + i), value), d, max + i);
    hn::StoreU(square, d, squares + i);
    least = hn::Min(least, value);
    most = hn::Max(most, value);
    sum = hn::Add(sum, square);  // only to see whether it is finite
  }
  RowSummary row{hn::GetLane(hn::MinOfLanes(d, least)), hn::GetLane(hn::MaxOfLanes(d, most)),
                 false};
  float total = hn::GetLane(hn::SumOfLanes(d, sum));
  for (; i < count; ++i) {
    squares[i] = values[i] * values[i];
    min[i] = std::min(min[i], values[i]);
    max[i] = std::max(max[i], values[i]);
    row.min = std::min(row.min, values[i]);
    row.max = std::max(row.max, values[i]);
    total += squares[i];
  }
  row.finite = std::isfinite(total);
  return row;
}

size_t CountBinsOnce(const float* values, size_t count, float inverse_width, int32_t first,
                     uint16_t* counts) {
  constexpr size_t kBlock = 1024;
  const F d;
  const I di;
  const VF factor = hn::Set(d, inverse_width);
  // Neighbours often fall into one bin: two tables, so that one need not wait for the other.
  const auto table = hn::And(hn::Iota(di, 0), hn::Set(di, 1));
  const auto offset = hn::Sub(table, hn::Set(di, 2 * first));
  alignas(64) int32_t bins[kBlock + kLanes];
  size_t nonzero = 0;
  for (size_t block = 0; block < count; block += kBlock) {
    const size_t size = std::min(kBlock, count - block);
    const float* from = values + block;
    size_t found = 0;
    size_t i = 0;
    for (; i + kLanes <= size; i += kLanes) {
      const VF value = hn::LoadU(d, from + i);
      const auto bin = hn::Add(hn::ShiftLeft<1>(hn::ConvertTo(di, hn::Mul(value, factor))), offset);
      found +=
          hn::CompressStore(bin, hn::RebindMask(di, hn::Ne(value, hn::Zero(d))), di, bins + found);
    }
    for (; i < size; ++i) {
      if (from[i] != 0) bins[found++] = 2 * (static_cast<int32_t>(from[i] * inverse_width) - first);
    }
#pragma GCC unroll 8
    for (size_t k = 0; k < found; ++k) ++counts[static_cast<uint32_t>(bins[k])];
    nonzero += found;
  }
  return count - nonzero;
}

size_t AddWithinOnce(const float* values, size_t count, float low, float high, double* sums,
                     uint32_t* left) {
  const F d;
  const VF least = hn::Set(d, low);
  const VF limit = hn::Set(d, high);
  size_t out = 0;
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const VF value = hn::LoadU(d, values + i);
    const VF size = hn::Abs(value);
    const auto inside =
        hn::Or(hn::And(hn::Ge(size, least), hn::Lt(size, limit)), hn::Eq(value, hn::Zero(d)));
    AddToDoubles(hn::IfThenElseZero(inside, value), sums + i);
    if (hn::AllTrue(d, inside)) continue;
    for (size_t k = i; k < i + kLanes; ++k) {
      const float one = std::abs(values[k]);
      if (one != 0 && (one < low || one >= high)) left[out++] = static_cast<uint32_t>(k);
    }
  }
  for (; i < count; ++i) {
    const float one = std::abs(values[i]);
    if (one != 0 && (one < low || one >= high)) {
      left[out++] = static_cast<uint32_t>(i);
    } else {
      sums[i] += static_cast<double>(values[i]);
    }
  }
  return out;
}

}  // namespace quantgate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quantgate {

HWY_EXPORT(AddRowsOnce);
HWY_EXPORT(AddSingleRowOnce);
HWY_EXPORT(CountBinsOnce);
HWY_EXPORT(AddWithinOnce);

void AddRows(const float* values, size_t rows, size_t width, const ColumnStats& into) {
  HWY_DYNAMIC_DISPATCH(AddRowsOnce)(values, rows, width, into);
}
RowSummary AddSingleRow(const float* values, size_t count, float* min, float* max, float* squares) {
  return HWY_DYNAMIC_DISPATCH(AddSingleRowOnce)(values, count, min, max, squares);
}
size_t CountBins(const float* values, size_t count, float inverse_width, int32_t first,
                 uint16_t* counts) {
  return HWY_DYNAMIC_DISPATCH(CountBinsOnce)(values, count, inverse_width, first, counts);
}
size_t AddWithin(const float* values, size_t count, float low, float high, double* sums,
                 uint32_t* left) {
  return HWY_DYNAMIC_DISPATCH(AddWithinOnce)(values, count, low, high, sums, left);
}

}  // namespace quantgate
#endif
