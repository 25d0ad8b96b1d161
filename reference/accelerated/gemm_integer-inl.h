// Matrix products of integers over windows of an image. Included once for every instruction set.
#if defined(QG_GEMM_INTEGER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_GEMM_INTEGER_INL_H_
#undef QG_GEMM_INTEGER_INL_H_
#else
#define QG_GEMM_INTEGER_INL_H_
#endif

#include "reference/accelerated/store_tile-inl.h"
#include "reference/accelerated/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

// acc + the two products of a lane's int16 pairs.
HWY_INLINE V32 DotWords(V32 acc, V32 a, V32 b) {
#if HWY_TARGET <= HWY_AVX3
  return V32{_mm512_add_epi32(acc.raw, _mm512_madd_epi16(a.raw, b.raw))};
#elif HWY_TARGET == HWY_AVX2
  return V32{_mm256_add_epi32(acc.raw, _mm256_madd_epi16(a.raw, b.raw))};
#elif HWY_TARGET == HWY_SSE4
  return V32{_mm_add_epi32(acc.raw, _mm_madd_epi16(a.raw, b.raw))};
#else
  const V32 low =
      hn::Mul(hn::ShiftRight<16>(hn::ShiftLeft<16>(a)), hn::ShiftRight<16>(hn::ShiftLeft<16>(b)));
  const V32 high = hn::Mul(hn::ShiftRight<16>(a), hn::ShiftRight<16>(b));
  return hn::Add(acc, hn::Add(low, high));
#endif
}

// acc + a lane's products: of four bytes (unsigned a, signed b) or of two words.
HWY_INLINE V32 DotInteger(V32 acc, V32 a, V32 b) {
#if HWY_TARGET == HWY_AVX3_DL
  return V32{_mm512_dpbusd_epi32(acc.raw, a.raw, b.raw)};
#else
  return DotWords(acc, a, b);
#endif
}

// Sums of the windows' bytes, beside the products.
template <int kRows>
struct WindowSums {
#if HWY_TARGET == HWY_AVX3_DL
  V32 sums[kRows];
  V32 ones;
  HWY_INLINE WindowSums() {
#pragma GCC unroll 16
    for (V32& sum : sums) sum = hn::Zero(D32());
  }
  // A step behind the last byte of a run reads bytes that do not count.
  HWY_INLINE void Begin(const GemmArgs& args, int32_t step) {
    const int past = 4 * (step + 1) - args.run;
    ones = hn::Set(D32(), 0x01010101 >> (8 * std::max(past, 0)));
  }
  HWY_INLINE void Add(int row, V32 bytes) {
    sums[row].raw = _mm512_dpbusd_epi32(sums[row].raw, bytes.raw, ones.raw);
  }
  // product -= factor * a row's sum
  HWY_INLINE void Subtract(int row, int32_t factor, V32& product) const {
    product = hn::Sub(product, hn::Mul(sums[row], hn::Set(D32(), factor)));
  }
#else
  HWY_INLINE void Begin(const GemmArgs&, int32_t) {}
  HWY_INLINE void Add(int, V32) {}
  HWY_INLINE void Subtract(int, int32_t, V32&) const {}
#endif
};
struct NoSums {
  HWY_INLINE void Begin(const GemmArgs&, int32_t) {}
  template <class V>
  HWY_INLINE void Add(int, V) {}
  HWY_INLINE void Subtract(int, int32_t, V32&) const {}
};

// sums[r][p] += window r x vector p of the group's weights.
template <int kRows, int kVectors, class Bytes>
HWY_INLINE void AddIntegers(const GemmArgs& args, const WindowsOfTile<kRows>& windows,
                            const std::byte* weights, V32 (&sums)[kRows][kVectors], Bytes& bytes) {
  const D32 d32;
  ForEachStep<kVectors>(
      args, WholeDepth(args), windows.first, weights,
      [&](int32_t t, const std::byte* run, const std::byte* w) __attribute__((always_inline)) {
        FetchAhead<kRows, kVectors>(w);
        V32 b[kVectors];
        ForEachIndex<kVectors>([&](auto p) __attribute__((always_inline)) {
          b[p] = hn::Load(d32, reinterpret_cast<const int32_t*>(w) + p * kLanes);
        });
        bytes.Begin(args, t);
        ForEachIndex<kRows>([&](auto r) __attribute__((always_inline)) {
          int32_t step;  // windows need not be aligned
          std::memcpy(&step, run + windows.behind[r], sizeof(step));
          const V32 a = hn::Set(d32, step);
          bytes.Add(r, a);
          ForEachIndex<kVectors>([&](auto p) __attribute__((always_inline)) {
            sums[r][p] = DotInteger(sums[r][p], a, b[p]);
          });
        });
      });
}

// Rescales the sums of a row's group, in place.
template <bool kSign, int kRows, int kVectors>
HWY_INLINE void RescaleAll(const RequantView& requant, int64_t vector,
                           V32 (&sums)[kRows][kVectors]) {
  const D32 d32;
#pragma GCC unroll 4
  for (int p = 0; p < kVectors; ++p) {
    const LaneConstants constants = LoadConstants(requant, vector + p);
    if (requant.has_left) {
      const V32 left = hn::Load(d32, requant.left + (vector + p) * kLanes);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) sums[r][p] = hn::Shl(sums[r][p], left);
    }
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) sums[r][p] = Rescale<kSign>(sums[r][p], constants);
  }
}

template <int kRows, int kVectors>
HWY_INLINE void RescaleAllFloat(const RequantView& requant, int64_t vector,
                                V32 (&sums)[kRows][kVectors]) {
#pragma GCC unroll 4
  for (int p = 0; p < kVectors; ++p) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) sums[r][p] = RescaleFloat(sums[r][p], requant, vector + p);
  }
}

// Rows [row, row + valid) of one group; kRows windows are computed, the last ones perhaps twice.
template <int kRows, int kVectors, class Bytes = NoSums>
HWY_NOINLINE void IntegerTile(const GemmArgs& args, const RequantView& requant, int64_t vector,
                              const std::byte* weights, int64_t row, int64_t valid) {
  const D32 d32;
  const WindowsOfTile<kRows> windows(args, row, valid);
  V32 sums[kRows][kVectors];
#pragma GCC unroll 4
  for (int p = 0; p < kVectors; ++p) {
    const V32 bias = hn::Load(d32, requant.bias + (vector + p) * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) sums[r][p] = bias;
  }
  Bytes bytes;
  AddIntegers(args, windows, weights, sums, bytes);
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int p = 0; p < kVectors; ++p) bytes.Subtract(r, args.row_factor, sums[r][p]);
  }
  if (args.row_terms != nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const V32 term = hn::Set(d32, args.row_terms[row + (r < valid ? r : 0)]);
#pragma GCC unroll 4
      for (int p = 0; p < kVectors; ++p) sums[r][p] = hn::Sub(sums[r][p], term);
    }
  }
  const int64_t first = vector * kLanes;
  const TileOutput to = {args.output + row * args.columns + first, args.columns, valid,
                         args.columns - first};
  if (!requant.fast) {
    V32 copy[kRows][kVectors];  // `sums` itself would have to live in memory
    ForEachIndex<kRows * kVectors>([&](auto i) __attribute__((always_inline)) {
      copy[i / kVectors][i % kVectors] = sums[i / kVectors][i % kVectors];
    });
    StoreTileOneByOne(copy, requant, vector, to);
    return;
  }
  if (requant.float_scale != nullptr) {
    RescaleAllFloat(requant, vector, sums);
  } else if (requant.has_sign) {
    RescaleAll<true>(requant, vector, sums);
  } else {
    RescaleAll<false>(requant, vector, sums);
  }
  StoreTile(sums, requant, Clamps(requant), to);
}

template <int kVectors, template <int> class Bytes>
HWY_INLINE void IntegerRows(const GemmArgs& args, const RequantView& requant, int64_t vector,
                            const std::byte* weights) {
  ForEachTile<kRowsOf[kVectors]>(args.rows, [&](auto rows, int64_t row, int64_t valid) {
    IntegerTile<rows, kVectors, Bytes<rows>>(args, requant, vector, weights, row, valid);
  });
}
template <int>
using Nothing = NoSums;

inline void Gemm(const GemmArgs& args, const RequantView& requant) {
  ForEachGroup(args, [&](auto vectors, int64_t vector, const std::byte* weights) {
    if constexpr (vectors == 1) {
      if (args.row_factor != 0) return IntegerRows<1, WindowSums>(args, requant, vector, weights);
    }
    IntegerRows<vectors, Nothing>(args, requant, vector, weights);
  });
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
