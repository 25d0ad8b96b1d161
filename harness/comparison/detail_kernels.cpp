#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "harness/comparison/detail_kernels.cpp"
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include "harness/comparison/detail_kernels.h"

#include <array>
#include <cmath>
#include <cstring>

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace quantgate::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<double, 8>;
using F = hn::CappedTag<float, 16>;

void GridBinsOnce(const float* values, size_t count, const GridPlace& place, int64_t first,
                  uint8_t* bins) {
  const D d;
  const hn::Rebind<float, D> df;
  const hn::Rebind<int32_t, D> di;
  const hn::Rebind<uint8_t, D> du;
  const size_t lanes = hn::Lanes(d);
  const auto inverse_step = hn::Set(d, place.inverse_step);
  const auto offset = hn::Set(d, place.offset);
  const auto shrink = hn::Set(d, place.shrink);
  const auto begin = hn::Set(d, static_cast<double>(first));
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto value = hn::PromoteTo(d, hn::LoadU(df, values + i));
    const auto at = hn::Mul(hn::Add(hn::Mul(value, inverse_step), offset), shrink);
    const auto bin = hn::DemoteTo(di, hn::Sub(hn::Floor(at), begin));
    hn::StoreU(hn::DemoteTo(du, bin), du, bins + i);
  }
  for (; i < count; ++i) {
    const double value = static_cast<double>(values[i]);
    const double at = (value * place.inverse_step + place.offset) * place.shrink;
    bins[i] = static_cast<uint8_t>(std::floor(at) - static_cast<double>(first));
  }
}

void TrackColumnsOnce(const float* values, size_t rows, size_t columns, float* min, float* max) {
  const F d;
  const size_t lanes = hn::Lanes(d);
  size_t c = 0;
  for (; c + lanes <= columns; c += lanes) {
    auto least = hn::LoadU(d, min + c);
    auto most = hn::LoadU(d, max + c);
    for (size_t row = 0; row < rows; ++row) {
      const auto value = hn::LoadU(d, values + row * columns + c);
      least = hn::IfThenElse(hn::Lt(value, least), value, least);
      most = hn::IfThenElse(hn::Gt(value, most), value, most);
    }
    hn::StoreU(least, d, min + c);
    hn::StoreU(most, d, max + c);
  }
  for (size_t row = 0; row < rows; ++row) {
    for (size_t k = c; k < columns; ++k) {
      const float value = values[row * columns + k];
      min[k] = value < min[k] ? value : min[k];
      max[k] = value > max[k] ? value : max[k];
    }
  }
}

}  // namespace quantgate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quantgate {

HWY_EXPORT(GridBinsOnce);
HWY_EXPORT(TrackColumnsOnce);

void GridBins(std::span<const float> values, const GridPlace& place, int64_t first, uint8_t* bins) {
  HWY_DYNAMIC_DISPATCH(GridBinsOnce)(values.data(), values.size(), place, first, bins);
}

void TrackColumns(std::span<const float> values, size_t columns, float* min, float* max) {
  HWY_DYNAMIC_DISPATCH(TrackColumnsOnce)
  (values.data(), values.size() / columns, columns, min, max);
}

// Neighbours are often equal, and an increment has to wait for the one before it in the same
// counter: four tables for four neighbours.
void CountBytes(std::span<const uint8_t> bytes, int64_t* counts) {
  constexpr size_t kFew = 1024;  // for which making the tables takes longer than it saves
  constexpr size_t kMost = size_t{1} << 30;
  if (bytes.size() < kFew) {
    for (const uint8_t byte : bytes) ++counts[byte];
    return;
  }
  for (; bytes.size() > kMost; bytes = bytes.subspan(kMost)) CountBytes(bytes.first(kMost), counts);
  std::array<std::array<uint32_t, 256>, 4> tables{};
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    uint64_t eight = 0;
    std::memcpy(&eight, &bytes[i], sizeof(eight));
    for (size_t k = 0; k < 8; ++k) ++tables[k % 4][eight >> 8 * k & 0xff];
  }
  for (; i < bytes.size(); ++i) ++tables[0][bytes[i]];
  for (size_t b = 0; b < 256; ++b) {
    counts[b] += int64_t{tables[0][b]} + tables[1][b] + tables[2][b] + tables[3][b];
  }
}

}  // namespace quantgate
#endif
