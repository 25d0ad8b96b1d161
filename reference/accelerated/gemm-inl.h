// Matrix products over windows of an image. Included once for every instruction set.
#if defined(QG_GEMM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_GEMM_INL_H_
#undef QG_GEMM_INL_H_
#else
#define QG_GEMM_INL_H_
#endif

#include "reference/accelerated/store_tile-inl.h"

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

struct IntegerProduct {
  using D = D32;
  static HWY_INLINE V32 Dot(V32 acc, V32 a, V32 b) { return DotInteger(acc, a, b); }
};

// One fused product after another: the plain kernel's order and bits.
struct FloatProduct {
  using D = DF;
  static HWY_INLINE VF Dot(VF acc, VF a, VF b) { return hn::MulAdd(a, b, acc); }
};

inline constexpr int kAhead = 1024;  // elements of 4 bytes

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

// Consecutive steps of a window, beginning inside a segment.
struct Depth {
  int32_t segment = 0;
  int32_t step = 0;  // of the segment
  int64_t steps = 0;
};

HWY_INLINE Depth WholeDepth(const GemmArgs& args) {
  return {0, 0, static_cast<int64_t>(args.segments) * args.steps};
}

// The windows of a tile: the first one, and how far behind it the others begin.
template <int kRows>
struct WindowsOfTile {
  // Rows [row, row + valid); the last one again and again behind them.
  HWY_INLINE WindowsOfTile(const GemmArgs& args, int64_t row, int64_t valid) {
    const int32_t* offsets = args.row_offsets + row;
    int32_t repeated[kRows];
    if (valid < kRows) {
      for (int r = 0; r < kRows; ++r) repeated[r] = offsets[std::min<int64_t>(r, valid - 1)];
      offsets = repeated;
    }
    first = args.input + offsets[0];
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) behind[r] = offsets[r] - offsets[0];
  }
  const std::byte* first;
  int64_t behind[kRows];
};

// sums[r][p] += window r x vector p of the group's weights, which begin at `depth`.
template <class Product, int kRows, int kVectors, class Bytes>
HWY_INLINE void Accumulate(const GemmArgs& args, Depth depth, const WindowsOfTile<kRows>& windows,
                           const std::byte* weights,
                           hn::Vec<typename Product::D> (&sums)[kRows][kVectors], Bytes& bytes) {
  using D = typename Product::D;
  using T = hn::TFromD<D>;
  const D d;
  const auto* w = reinterpret_cast<const T*>(weights);
  for (; depth.steps > 0; ++depth.segment, depth.step = 0) {
    const std::byte* run = windows.first + args.segment_offsets[depth.segment] +
                           depth.step * static_cast<int64_t>(sizeof(T));
    const auto past = static_cast<int32_t>(std::min<int64_t>(args.steps, depth.step + depth.steps));
    depth.steps -= past - depth.step;
    for (int32_t t = depth.step; t < past; ++t, run += sizeof(T)) {
      hn::Vec<D> b[kVectors];
#pragma GCC unroll 4
      for (int p = 0; p < kVectors; ++p) b[p] = hn::Load(d, w + p * kLanes);
      if constexpr (kRows == 1) {
        // Nothing but weights: a dense layer waits for memory.
#pragma GCC unroll 4
        for (int p = 0; p < kVectors; ++p) __builtin_prefetch(w + p * kLanes + kAhead);
      }
      w += kVectors * kLanes;
      bytes.Begin(args, t);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        T step;  // windows need not be aligned
        std::memcpy(&step, run + windows.behind[r], sizeof(step));
        const hn::Vec<D> a = hn::Set(d, step);
        bytes.Add(r, a);
#pragma GCC unroll 4
        for (int p = 0; p < kVectors; ++p) sums[r][p] = Product::Dot(sums[r][p], a, b[p]);
      }
    }
  }
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
  Accumulate<IntegerProduct, kRows, kVectors>(args, WholeDepth(args), windows, weights, sums,
                                              bytes);
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

// Part of a product's depth. Between parts the sums wait in the output.
struct FloatSlice {
  Depth depth;
  bool first = true;
  bool last = true;
  const std::byte* weights = nullptr;  // of the group, from the slice's first step on
};

// Larger outputs are in no near cache; asked for ahead, their lines are there when they are
// written.
inline constexpr int64_t kFarOutputBytes = 2 << 20;

template <int kRows, int kVectors>
HWY_NOINLINE void FloatTile(const GemmArgs& args, const FloatFinish& finish, int64_t vector,
                            const FloatSlice& slice, int64_t row, int64_t valid) {
  const DF d;
  const WindowsOfTile<kRows> windows(args, row, valid);
  VF sums[kRows][kVectors];
  auto* const out = reinterpret_cast<float*>(args.output) + row * args.columns + vector * kLanes;
  const int64_t columns = args.columns - vector * kLanes;
  if (args.rows * args.columns * 4 > kFarOutputBytes) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int p = 0; p < kVectors; ++p) __builtin_prefetch(out + r * args.columns + p * kLanes, 1);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    const int64_t of = r < valid ? r : valid - 1;
#pragma GCC unroll 4
    for (int p = 0; p < kVectors; ++p) {
      const int64_t at = p * kLanes;
      sums[r][p] =
          slice.first ? hn::Zero(d) : LoadFirst(d, columns - at, out + of * args.columns + at);
    }
  }
  NoSums none;
  Accumulate<FloatProduct, kRows, kVectors>(args, slice.depth, windows, slice.weights, sums, none);
  const VF min = hn::Set(d, finish.min);
  const VF max = hn::Set(d, finish.max);
#pragma GCC unroll 4
  for (int p = 0; p < kVectors; ++p) {
    const int64_t left = columns - p * kLanes;
    if (left <= 0) return;
    const VF bias = hn::Load(d, finish.bias + (vector + p) * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      if (r >= valid) break;
      const VF v = slice.last ? ClampFloats(hn::Add(sums[r][p], bias), min, max) : sums[r][p];
      StoreFirst(d, v, left, reinterpret_cast<std::byte*>(out + r * args.columns + p * kLanes));
    }
  }
}

// Rows in tiles of kMost, then smaller ones.
template <int kMost, int kVectors, template <int> class Bytes>
HWY_INLINE void IntegerRows(const GemmArgs& args, const RequantView& requant, int64_t vector,
                            const std::byte* weights) {
  int64_t row = 0;
  for (; row + kMost <= args.rows; row += kMost) {
    IntegerTile<kMost, kVectors, Bytes<kMost>>(args, requant, vector, weights, row, kMost);
  }
  const int64_t left = args.rows - row;
  if (left > kMost / 2) {
    IntegerTile<kMost, kVectors, Bytes<kMost>>(args, requant, vector, weights, row, left);
  } else if (left > 1) {
    IntegerTile<kMost / 2, kVectors, Bytes<kMost / 2>>(args, requant, vector, weights, row, left);
  } else if (left == 1) {
    IntegerTile<1, kVectors, Bytes<1>>(args, requant, vector, weights, row, left);
  }
}
template <int>
using Nothing = NoSums;

// Rows in tiles of kMost, then smaller ones. Every tile but the first, which waits for weights of
// its own, asks for its share of those that come behind the slice's; asking behind the last ones is
// in vain and does no harm.
template <int kMost, int kVectors>
HWY_INLINE void FloatRowsOfSlice(const GemmArgs& args, const FloatFinish& finish, int64_t vector,
                                 const FloatSlice& slice) {
  const int64_t bytes = slice.depth.steps * kVectors * kLanes * 4;
  const std::byte* next = slice.weights + bytes;
  const int64_t share = bytes * kMost / args.rows;
  int64_t row = 0;
  for (; row + kMost <= args.rows; row += kMost) {
    if (row > 0) {
      for (int64_t at = 0; at < share; at += 64) __builtin_prefetch(next + at, 0, 2);
      next += share;
    }
    FloatTile<kMost, kVectors>(args, finish, vector, slice, row, kMost);
  }
  const int64_t left = args.rows - row;
  if (left > kMost / 2) {
    FloatTile<kMost, kVectors>(args, finish, vector, slice, row, left);
  } else if (left > 1) {
    FloatTile<kMost / 2, kVectors>(args, finish, vector, slice, row, left);
  } else if (left == 1) {
    FloatTile<1, kVectors>(args, finish, vector, slice, row, left);
  }
}

// Weights of a large layer come from a far cache for every sample: they are used in slices, and the
// next slice is fetched meanwhile. Slices would only cost where the weights stay near, and with
// many rows, for which fetching counts little and whose sums would not stay near.
inline constexpr int64_t kFarBytes = 192 << 10;
inline constexpr int64_t kFewRows = 256;
inline constexpr int64_t kSliceBytes = 32 << 10;

template <int kMost, int kVectors>
HWY_INLINE void FloatRows(const GemmArgs& args, const FloatFinish& finish, int64_t vector,
                          const std::byte* weights) {
  constexpr int64_t kStepBytes = kVectors * kLanes * 4;
  const int64_t begin = static_cast<int64_t>(args.first_segment) * args.steps;
  const int64_t end = static_cast<int64_t>(args.past_segment) * args.steps;
  const bool far = WholeDepth(args).steps * args.columns * 4 > kFarBytes;
  const bool sliced = far && args.rows > kMost && args.rows <= kFewRows;
  const int64_t steps = sliced ? kSliceBytes / kStepBytes : end - begin;
  for (int64_t first = begin; first < end; first += steps) {
    const Depth part = {static_cast<int32_t>(first / args.steps),
                        static_cast<int32_t>(first % args.steps), std::min(steps, end - first)};
    FloatRowsOfSlice<kMost, kVectors>(args, finish, vector,
                                      {.depth = part,
                                       .first = first == begin,
                                       .last = first + steps >= end,
                                       .weights = weights + first * kStepBytes});
  }
}

#if HWY_TARGET <= HWY_AVX3
inline constexpr int kMaxGroup = 4;
inline constexpr int kRowsOf[] = {0, 12, 12, 8, 6};
#else
inline constexpr int kMaxGroup = 2;
inline constexpr int kRowsOf[] = {0, 8, 6, 0, 0};
#endif

inline int64_t GroupBytes(const GemmArgs& args, int vectors) {
  return static_cast<int64_t>(args.segments) * args.steps * vectors * kLanes * 4;
}

// Groups of columns outside, rows inside: a group's weights stay in the nearest cache.
inline void Gemm(const GemmArgs& args, const RequantView& requant) {
  const int64_t vectors = (args.columns + kLanes - 1) / kLanes;
  const std::byte* weights = args.weights;
  for (int64_t vector = 0; vector < vectors;) {
    const int group = static_cast<int>(std::min<int64_t>(kMaxGroup, vectors - vector));
    switch (group) {
      case 1:
        if (args.row_factor != 0) {
          IntegerRows<kRowsOf[1], 1, WindowSums>(args, requant, vector, weights);
        } else {
          IntegerRows<kRowsOf[1], 1, Nothing>(args, requant, vector, weights);
        }
        break;
      case 2: IntegerRows<kRowsOf[2], 2, Nothing>(args, requant, vector, weights); break;
#if HWY_TARGET <= HWY_AVX3
      case 3: IntegerRows<kRowsOf[3], 3, Nothing>(args, requant, vector, weights); break;
      case 4: IntegerRows<kRowsOf[4], 4, Nothing>(args, requant, vector, weights); break;
#endif
      default: break;
    }
    weights += GroupBytes(args, group);
    vector += group;
  }
}

inline void GemmFloat(const GemmArgs& args, const FloatFinish& finish) {
  const int64_t vectors = (args.columns + kLanes - 1) / kLanes;
  const std::byte* weights = args.weights;
  for (int64_t vector = 0; vector < vectors;) {
    const int group = static_cast<int>(std::min<int64_t>(kMaxGroup, vectors - vector));
    switch (group) {
      case 1: FloatRows<kRowsOf[1], 1>(args, finish, vector, weights); break;
      case 2: FloatRows<kRowsOf[2], 2>(args, finish, vector, weights); break;
#if HWY_TARGET <= HWY_AVX3
      case 3: FloatRows<kRowsOf[3], 3>(args, finish, vector, weights); break;
      case 4: FloatRows<kRowsOf[4], 4>(args, finish, vector, weights); break;
#endif
      default: break;
    }
    weights += GroupBytes(args, group);
    vector += group;
  }
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
