#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "harness/comparison/code_set.cpp"
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include "harness/comparison/code_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace quantgate::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr uint8_t kBitOf[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};

HWY_INLINE void Mark(uint8_t index, uint8_t* rows) {
  rows[(index >> 7) * 16 + (index & 15)] |= kBitOf[index >> 4];
}

#if HWY_TARGET == HWY_SCALAR
void MarkAll(const uint8_t* codes, size_t count, uint8_t turn, uint8_t* rows) {
  for (size_t i = 0; i < count; ++i) Mark(codes[i] ^ turn, rows);
}
#else
// `codes` become indices by flipping the bits of `turn`. A vector of codes looks up the row of each
// and tests its bit; only those that are missing are marked one by one.
void MarkAll(const uint8_t* codes, size_t count, uint8_t turn, uint8_t* rows) {
  const hn::ScalableTag<uint8_t> d;
  const hn::Repartition<uint16_t, decltype(d)> d16;
  using VBytes = hn::Vec<decltype(d)>;
  const size_t lanes = hn::Lanes(d);
  const VBytes low_bits = hn::Set(d, 15);
  const VBytes eight = hn::Set(d, 8);
  const VBytes bit_of = hn::LoadDup128(d, kBitOf);
  VBytes lower = hn::LoadDup128(d, rows);
  VBytes upper = hn::LoadDup128(d, rows + 16);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const VBytes index = hn::Xor(hn::LoadU(d, codes + i), hn::Set(d, turn));
    const VBytes low = hn::And(index, low_bits);
    const VBytes high =
        hn::And(hn::BitCast(d, hn::ShiftRight<4>(hn::BitCast(d16, index))), low_bits);
    const VBytes row = hn::IfThenElse(hn::Lt(high, eight), hn::TableLookupBytes(lower, low),
                                      hn::TableLookupBytes(upper, low));
    const VBytes seen = hn::And(row, hn::TableLookupBytes(bit_of, high));
    const auto missing = hn::Eq(seen, hn::Zero(d));
    if (HWY_LIKELY(hn::AllFalse(d, missing))) continue;
    uint64_t lanes_missing = 0;
    std::array<uint8_t, 2 * sizeof(lanes_missing)> bits{};
    hn::StoreMaskBits(d, missing, bits.data());
    std::memcpy(&lanes_missing, bits.data(), sizeof(lanes_missing));
    for (; lanes_missing != 0; lanes_missing &= lanes_missing - 1) {
      Mark(codes[i + static_cast<size_t>(std::countr_zero(lanes_missing))] ^ turn, rows);
    }
    lower = hn::LoadDup128(d, rows);
    upper = hn::LoadDup128(d, rows + 16);
  }
  for (; i < count; ++i) Mark(codes[i] ^ turn, rows);
}
#endif

}  // namespace quantgate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quantgate {

HWY_EXPORT(MarkAll);

bool CodeSet::full() const {
  return std::all_of(rows_.begin(), rows_.end(), [](uint8_t row) { return row == 0xff; });
}

void CodeSet::Add(std::span<const int8_t> codes) {
  if (full()) return;
  // -128 has the index 0: the byte with its highest bit turned.
  HWY_DYNAMIC_DISPATCH(MarkAll)
  (reinterpret_cast<const uint8_t*>(codes.data()), codes.size(), 0x80, rows_.data());
}

void CodeSet::Add(std::span<const uint8_t> codes) {
  if (full()) return;
  HWY_DYNAMIC_DISPATCH(MarkAll)(codes.data(), codes.size(), 0, rows_.data());
}

void CodeSet::Add(std::span<const int16_t> codes) {
  for (const int16_t code : codes) {
    const int64_t index = int64_t{code} - INT16_MIN;
    rows_[RowOf(index)] |= static_cast<uint8_t>(1U << (index >> 4 & 7));
  }
}

void CodeSet::Merge(const CodeSet& other) {
  for (size_t i = 0; i < rows_.size(); ++i) rows_[i] |= other.rows_[i];
}

}  // namespace quantgate
#endif
