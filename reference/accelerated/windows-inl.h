// Walks the windows of a tile of a matrix product. Included once for every instruction set.
#if defined(QG_WINDOWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_WINDOWS_INL_H_
#undef QG_WINDOWS_INL_H_
#else
#define QG_WINDOWS_INL_H_
#endif

#include "reference/accelerated/requantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

inline constexpr int kStepBytes = 4;
inline constexpr int kBytesAhead = 4096;

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

// Calls visit(step of its segment, the first window's step, the group's weights of it) for every
// step of `depth`, where `weights` begin.
template <int kVectors, class Visit>
HWY_INLINE void ForEachStep(const GemmArgs& args, Depth depth, const std::byte* window,
                            const std::byte* weights, const Visit& visit) {
  for (; depth.steps > 0; ++depth.segment, depth.step = 0) {
    const std::byte* run =
        window + args.segment_offsets[depth.segment] + depth.step * int64_t{kStepBytes};
    const auto past = static_cast<int32_t>(std::min<int64_t>(args.steps, depth.step + depth.steps));
    depth.steps -= past - depth.step;
    for (int32_t t = depth.step; t < past; ++t, run += kStepBytes) {
      visit(t, run, weights);
      weights += kVectors * kLanes * kStepBytes;
    }
  }
}

// Nothing but weights is read for one row: a dense layer waits for memory.
template <int kRows, int kVectors>
HWY_INLINE void FetchAhead([[maybe_unused]] const std::byte* weights) {
  if constexpr (kRows == 1) {
#pragma GCC unroll 4
    for (int p = 0; p < kVectors; ++p) {
      __builtin_prefetch(weights + p * kLanes * kStepBytes + kBytesAhead);
    }
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

// Calls visit(vectors of a group, its first vector, its weights) for every group of columns. Groups
// are outside and rows inside: a group's weights stay in the nearest cache.
template <class Visit>
HWY_INLINE void ForEachGroup(const GemmArgs& args, const Visit& visit) {
  const int64_t vectors = (args.columns + kLanes - 1) / kLanes;
  const std::byte* weights = args.weights;
  for (int64_t vector = 0; vector < vectors;) {
    const int group = static_cast<int>(std::min<int64_t>(kMaxGroup, vectors - vector));
    ForEachIndex<kMaxGroup>([&](auto before) {
      if (group == before + 1) visit(std::integral_constant<int, before + 1>(), vector, weights);
    });
    weights += GroupBytes(args, group);
    vector += group;
  }
}

// Calls visit(rows of a tile, its first row, those that count): tiles of kMost rows, then a smaller
// one.
template <int kMost, class Visit>
HWY_INLINE void ForEachTile(int64_t rows, const Visit& visit) {
  constexpr std::integral_constant<int, kMost> kWhole;
  int64_t row = 0;
  for (; row + kMost <= rows; row += kMost) visit(kWhole, row, int64_t{kMost});
  const int64_t left = rows - row;
  if (left > kMost / 2) {
    visit(kWhole, row, left);
  } else if (left > 1) {
    visit(std::integral_constant<int, kMost / 2>(), row, left);
  } else if (left == 1) {
    visit(std::integral_constant<int, 1>(), row, left);
  }
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
