// Matrix products of floats over windows of an image. Included once for every instruction set.
#if defined(QG_GEMM_FLOAT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_GEMM_FLOAT_INL_H_
#undef QG_GEMM_FLOAT_INL_H_
#else
#define QG_GEMM_FLOAT_INL_H_
#endif

#include "reference/accelerated/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

// Part of a product's depth. Between parts the sums wait in the output.
struct FloatSlice {
  Depth depth;
  bool first = true;
  bool last = true;
  const std::byte* weights = nullptr;  // of the group, from the slice's first step on
};

// Sums of one row: whole vectors, and perhaps one of which only the lower half has columns, which
// costs half of a whole one on machines that take two steps for those.
template <int kVectors, bool kHalf>
struct FloatSums {
  static constexpr int kWhole = kVectors - (kHalf ? 1 : 0);
  VF whole[kWhole > 0 ? kWhole : 1];
  hn::Vec<hn::Half<DF>> half;
};

// One fused product after another: the plain kernel's order and bits.
template <int kRows, int kVectors, bool kHalf>
HWY_INLINE void AddFloatProducts(const GemmArgs& args, const WindowsOfTile<kRows>& windows,
                                 const FloatSlice& slice,
                                 FloatSums<kVectors, kHalf> (&sums)[kRows]) {
  using Sums = FloatSums<kVectors, kHalf>;
  const DF d;
  const hn::Half<DF> dh;
  ForEachStep<kVectors>(
      args, slice.depth, windows.first, slice.weights,
      [&](int32_t, const std::byte* run, const std::byte* w) __attribute__((always_inline)) {
        FetchAhead<kRows, kVectors>(w);
        const auto* weights = reinterpret_cast<const float*>(w);
        Sums b;
        ForEachIndex<Sums::kWhole>([&](auto p) __attribute__((always_inline)) {
          b.whole[p] = hn::Load(d, weights + p * kLanes);
          if constexpr (kRows > 1) KeepInRegister(b.whole[p]);
        });
        if constexpr (kHalf) b.half = hn::Load(dh, weights + Sums::kWhole * kLanes);
        ForEachIndex<kRows>([&](auto r) __attribute__((always_inline)) {
          float step;  // windows need not be aligned
          std::memcpy(&step, run + windows.behind[r], sizeof(step));
          ForEachIndex<Sums::kWhole>([&](auto p) __attribute__((always_inline)) {
            sums[r].whole[p] = hn::MulAdd(hn::Set(d, step), b.whole[p], sums[r].whole[p]);
          });
          if constexpr (kHalf) {
            sums[r].half = hn::MulAdd(hn::Set(dh, step), b.half, sums[r].half);
          }
        });
      });
}

template <int kVectors, bool kHalf>
inline constexpr int kColumnsOf = (2 * kVectors - (kHalf ? 1 : 0)) * kLanes / 2;

// Calls visit(kind of vector, first column, the vector of each of `sums`) for every vector of rows.
template <int kVectors, bool kHalf, class Visit, class... Sums>
HWY_INLINE void ForEachVector(const Visit& visit, Sums&... sums) {
  constexpr int kWhole = FloatSums<kVectors, kHalf>::kWhole;
  ForEachIndex<kWhole>([&](auto p) __attribute__((always_inline)) {
    visit(DF(), p * kLanes, sums.whole[p]...);
  });
  if constexpr (kHalf) visit(hn::Half<DF>(), kWhole * kLanes, sums.half...);
}

// Sums from and to rows that are `row_step` apart, all kColumnsOf of them.
template <int kRows, int kVectors, bool kHalf>
HWY_INLINE void LoadSums(FloatSums<kVectors, kHalf> (&sums)[kRows], const float* from,
                         int64_t row_step) {
  ForEachIndex<kRows>([&](auto r) __attribute__((always_inline)) {
    ForEachVector<kVectors, kHalf>(
        [&](auto d, int64_t at, auto& sum)
            __attribute__((always_inline)) { sum = hn::LoadU(d, from + r * row_step + at); },
        sums[r]);
  });
}

template <int kRows, int kVectors, bool kHalf>
HWY_INLINE void StoreSums(const FloatSums<kVectors, kHalf> (&sums)[kRows], float* to,
                          int64_t row_step) {
  ForEachIndex<kRows>([&](auto r) __attribute__((always_inline)) {
    ForEachVector<kVectors, kHalf>(
        [&](auto d, int64_t at, const auto& sum)
            __attribute__((always_inline)) { hn::StoreU(sum, d, to + r * row_step + at); },
        sums[r]);
  });
}

// A tile in the output, of which perhaps not all rows and columns are there.
struct TileOfFloats {
  float* first;
  int64_t row_step;
  int64_t rows;
  int64_t columns;
};

template <int kRows, int kVectors, bool kHalf>
HWY_INLINE void LoadPart(FloatSums<kVectors, kHalf> (&sums)[kRows], const TileOfFloats& from) {
  constexpr int kColumns = kColumnsOf<kVectors, kHalf>;
  alignas(64) float lanes[kRows * kColumns] = {};
  const int64_t columns = std::min<int64_t>(from.columns, kColumns);
  for (int64_t r = 0; r < from.rows; ++r) {
    std::copy_n(from.first + r * from.row_step, columns, lanes + r * kColumns);
  }
  LoadSums<kRows>(sums, lanes, kColumns);
}

template <int kRows, int kVectors, bool kHalf>
HWY_INLINE void StorePart(const FloatSums<kVectors, kHalf> (&sums)[kRows], const TileOfFloats& to) {
  constexpr int kColumns = kColumnsOf<kVectors, kHalf>;
  alignas(64) float lanes[kRows * kColumns];
  StoreSums<kRows>(sums, lanes, kColumns);
  const int64_t columns = std::min<int64_t>(to.columns, kColumns);
  for (int64_t r = 0; r < to.rows; ++r) {
    std::copy_n(lanes + r * kColumns, columns, to.first + r * to.row_step);
  }
}

template <int kRows, int kVectors, bool kHalf>
HWY_INLINE void AddBias(FloatSums<kVectors, kHalf> (&sums)[kRows], const FloatFinish& finish,
                        int64_t column) {
  const float* const from = finish.bias + column;
  const float min = finish.min;
  const float max = finish.max;
  ForEachIndex<kRows>([&](auto r) __attribute__((always_inline)) {
    ForEachVector<kVectors, kHalf>(
        [&](auto d, int64_t at, auto& sum) __attribute__((always_inline)) {
          const auto biased = hn::Add(sum, hn::LoadU(d, from + at));
          sum = ClampFloats(biased, hn::Set(d, min), hn::Set(d, max));
        },
        sums[r]);
  });
}

// Larger outputs are in no near cache; asked for ahead, their lines are there when they are
// written.
inline constexpr int64_t kFarOutputBytes = 2 << 20;

template <int kRows, int kVectors>
HWY_INLINE void FetchFarOutput(const GemmArgs& args, const float* out) {
  if (args.rows * args.columns * 4 <= kFarOutputBytes) return;
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int p = 0; p < kVectors; ++p) __builtin_prefetch(out + r * args.columns + p * kLanes, 1);
  }
}

template <int kRows, int kVectors, bool kHalf>
HWY_NOINLINE void FloatTile(const GemmArgs& args, const FloatFinish& finish, int64_t vector,
                            const FloatSlice& slice, int64_t row, int64_t valid) {
  const int64_t column = vector * kLanes;
  const TileOfFloats tile = {reinterpret_cast<float*>(args.output) + row * args.columns + column,
                             args.columns, valid, args.columns - column};
  const bool whole = valid == kRows && tile.columns >= kColumnsOf<kVectors, kHalf>;
  FetchFarOutput<kRows, kVectors>(args, tile.first);
  FloatSums<kVectors, kHalf> sums[kRows];
  if (slice.first) {
    ForEachIndex<kRows>([&](auto r) __attribute__((always_inline)) {
      ForEachVector<kVectors, kHalf>(
          [](auto d, int64_t, auto& sum) __attribute__((always_inline)) { sum = hn::Zero(d); },
          sums[r]);
    });
  } else if (whole) {
    LoadSums<kRows>(sums, tile.first, tile.row_step);
  } else {
    LoadPart<kRows>(sums, tile);
  }
  AddFloatProducts(args, WindowsOfTile<kRows>(args, row, valid), slice, sums);
  if (slice.last) AddBias<kRows>(sums, finish, column);
  if (whole) {
    StoreSums<kRows>(sums, tile.first, tile.row_step);
  } else {
    StorePart<kRows>(sums, tile);
  }
}

// Every tile but the first, which waits for weights of its own, asks for its share of those that
// come behind the slice's; asking behind the last ones is in vain and does no harm.
template <int kVectors, bool kHalf>
HWY_INLINE void FloatRowsOfSlice(const GemmArgs& args, const FloatFinish& finish, int64_t vector,
                                 const FloatSlice& slice) {
  constexpr int kMost = kRowsOf[kVectors];
  const int64_t bytes = slice.depth.steps * kVectors * kLanes * kStepBytes;
  const std::byte* next = slice.weights + bytes;
  const int64_t share = bytes * kMost / args.rows;
  ForEachTile<kMost>(args.rows, [&](auto rows, int64_t row, int64_t valid) {
    if (row > 0 && valid == kMost) {
      for (int64_t at = 0; at < share; at += 64) __builtin_prefetch(next + at, 0, 2);
      next += share;
    }
    FloatTile<rows, kVectors, kHalf>(args, finish, vector, slice, row, valid);
  });
}

// Weights of a large layer come from a far cache for every sample: they are used in slices, and the
// next slice is fetched meanwhile. Slices would only cost where the weights stay near, and with
// many rows, for which fetching counts little and whose sums would not stay near.
inline constexpr int64_t kFarBytes = 192 << 10;
inline constexpr int64_t kFewRows = 256;
inline constexpr int64_t kSliceBytes = 32 << 10;

template <int kVectors, bool kHalf>
HWY_INLINE void FloatRows(const GemmArgs& args, const FloatFinish& finish, int64_t vector,
                          const std::byte* weights) {
  constexpr int64_t kBytesOfStep = kVectors * kLanes * kStepBytes;
  const int64_t begin = static_cast<int64_t>(args.first_segment) * args.steps;
  const int64_t end = static_cast<int64_t>(args.past_segment) * args.steps;
  const bool far = WholeDepth(args).steps * args.columns * 4 > kFarBytes;
  const bool sliced = far && args.rows > kRowsOf[kVectors] && args.rows <= kFewRows;
  const int64_t steps = sliced ? kSliceBytes / kBytesOfStep : end - begin;
  for (int64_t first = begin; first < end; first += steps) {
    const Depth part = {static_cast<int32_t>(first / args.steps),
                        static_cast<int32_t>(first % args.steps), std::min(steps, end - first)};
    FloatRowsOfSlice<kVectors, kHalf>(args, finish, vector,
                                      {.depth = part,
                                       .first = first == begin,
                                       .last = first + steps >= end,
                                       .weights = weights + first * kBytesOfStep});
  }
}

inline void GemmFloat(const GemmArgs& args, const FloatFinish& finish) {
  ForEachGroup(args, [&](auto vectors, int64_t vector, const std::byte* weights) {
#if HWY_TARGET <= HWY_AVX3
    if (args.columns - (vector + vectors - 1) * kLanes <= kLanes / 2) {
      return FloatRows<vectors, true>(args, finish, vector, weights);
    }
#endif
    FloatRows<vectors, false>(args, finish, vector, weights);
  });
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
