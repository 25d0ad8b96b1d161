// Codes of a tile of a product to the output. Included once for every instruction set.
#if defined(QG_STORE_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_STORE_TILE_INL_H_
#undef QG_STORE_TILE_INL_H_
#else
#define QG_STORE_TILE_INL_H_
#endif

#include "reference/accelerated/requantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

// Where a tile's codes go.
struct TileOutput {
  std::byte* first;   // code of the first row and column
  int64_t row_bytes;  // from a row to the next
  int64_t rows;       // that count
  int64_t columns;    // left from the group's first one on
};

#if HWY_TARGET == HWY_AVX3_DL
// Row after row, whole quads of vectors: of one row, of two or of four.
template <int kRows, int kVectors>
HWY_INLINE void StoreTile(const V32 (&codes)[kRows][kVectors], const RequantView& requant,
                          const Clamps& clamps, const TileOutput& to) {
  // Columns are interleaved by four in a group of four, by two in pairs: what is left to do is a
  // permutation of dwords that gathers a row.
  constexpr int kRowsOfQuad = kVectors == 1 ? 4 : kVectors == 2 ? 2 : 1;
  constexpr int kRowBytes = 16 * kVectors;
  const __m512i order =
      kVectors == 1   ? _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
      : kVectors == 2 ? _mm512_setr_epi32(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15)
                      : _mm512_setr_epi32(0, 1, 4, 5, 8, 9, 12, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const int64_t bytes = std::min<int64_t>(to.columns, kRowBytes);
  const bool side_by_side = to.row_bytes == kRowBytes;
  constexpr int kQuads = (kRows + kRowsOfQuad - 1) / kRowsOfQuad;
  ForEachIndex<kQuads>([&](auto quad) __attribute__((always_inline)) {
    constexpr int kRow = quad * kRowsOfQuad;
    if (kRow >= to.rows) return;
    // Behind a tile's last vector it counts once more, and is not stored.
    constexpr int kLast = kRows * kVectors - 1;
    constexpr int k0 = kRow * kVectors;
    constexpr int k1 = std::min(k0 + 1, kLast);
    constexpr int k2 = std::min(k0 + 2, kLast);
    constexpr int k3 = std::min(k0 + 3, kLast);
    __m512i rows =
        CodesOfQuad(codes[k0 / kVectors][k0 % kVectors], codes[k1 / kVectors][k1 % kVectors],
                    codes[k2 / kVectors][k2 % kVectors], codes[k3 / kVectors][k3 % kVectors],
                    clamps, requant.is_signed);
    if constexpr (kVectors < 4) rows = _mm512_permutexvar_epi32(order, rows);
    std::byte* const out = to.first + kRow * to.row_bytes;
    if (kRowsOfQuad == 1) {
      _mm512_mask_storeu_epi8(out, FirstBits(bytes), rows);
    } else if (side_by_side) {
      _mm512_mask_storeu_epi8(out, FirstBits((to.rows - kRow) * kRowBytes), rows);
    } else if constexpr (kVectors == 2) {
      const auto mask = static_cast<__mmask32>(FirstBits(bytes));
      _mm256_mask_storeu_epi8(out, mask, _mm512_castsi512_si256(rows));
      if (kRow + 1 >= to.rows) return;
      _mm256_mask_storeu_epi8(out + to.row_bytes, mask, _mm512_extracti64x4_epi64(rows, 1));
    } else if constexpr (kVectors == 1) {
      const auto mask = static_cast<__mmask16>(FirstBits(bytes));
      _mm_mask_storeu_epi8(out, mask, _mm512_castsi512_si128(rows));
      if (kRow + 1 >= to.rows) return;
      _mm_mask_storeu_epi8(out + to.row_bytes, mask, _mm512_extracti32x4_epi32(rows, 1));
      if (kRow + 2 >= to.rows) return;
      _mm_mask_storeu_epi8(out + 2 * to.row_bytes, mask, _mm512_extracti32x4_epi32(rows, 2));
      if (kRow + 3 >= to.rows) return;
      _mm_mask_storeu_epi8(out + 3 * to.row_bytes, mask, _mm512_extracti32x4_epi32(rows, 3));
    }
  });
}
#else
template <int kRows, int kVectors>
HWY_INLINE void StoreTile(const V32 (&codes)[kRows][kVectors], const RequantView& requant,
                          const Clamps& clamps, const TileOutput& to) {
  const D16 d16;
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    if (r >= to.rows) return;
    std::byte* const out = to.first + r * to.row_bytes;
#pragma GCC unroll 2
    for (int p = 0; p + 1 < kVectors; p += 2) {
      const int64_t left = to.columns - p * kLanes;
      if (left <= 0) break;
      StoreCodes16(hn::ReorderDemote2To(d16, codes[r][p], codes[r][p + 1]), clamps,
                   requant.is_signed, left, out + p * kLanes);
    }
    if constexpr (kVectors % 2 == 1) {
      constexpr int kLast = kVectors - 1;
      const int64_t left = to.columns - kLast * kLanes;
      if (left > 0) {
        StoreCodes32(codes[r][kLast], clamps, requant.is_signed, left, out + kLast * kLanes);
      }
    }
  }
}
#endif

// What the fast form of eq. 7 does not cover.
template <int kRows, int kVectors>
HWY_NOINLINE void StoreTileOneByOne(const V32 (&sums)[kRows][kVectors], const RequantView& requant,
                                    int64_t vector, const TileOutput& to) {
  const D32 d32;
  alignas(64) int32_t lanes[kLanes];
  for (int r = 0; r < kRows && r < to.rows; ++r) {
    for (int p = 0; p < kVectors; ++p) {
      hn::Store(sums[r][p], d32, lanes);
      for (int lane = 0; lane < kLanes; ++lane) {
        const int32_t channel = requant.channel[(vector + p) * kLanes + lane];
        const int64_t at = channel - vector * kLanes;
        if (channel < 0 || at >= to.columns) continue;
        const int32_t code = requant.stage->Apply(lanes[lane], static_cast<size_t>(channel));
        to.first[r * to.row_bytes + at] = static_cast<std::byte>(code);
      }
    }
  }
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
