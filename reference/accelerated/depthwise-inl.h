// Depthwise convolution of one image. Included once for every instruction set.
#if defined(QG_DEPTHWISE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_DEPTHWISE_INL_H_
#undef QG_DEPTHWISE_INL_H_
#else
#define QG_DEPTHWISE_INL_H_
#endif

#include "reference/accelerated/gemm_integer-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3_DL
inline constexpr int kBlockVectors = 4;  // 64 outputs a block, four taps at a time
inline constexpr int kTapsPerGroup = 4;

// sums += the products of one group of taps over a block. Byte and word interleaving puts the four
// taps of an output side by side; the packing at the end undoes its order.
HWY_INLINE void AddTaps(const std::byte* line, const int32_t* taps, const int32_t* weights,
                        V32 (&sums)[kBlockVectors]) {
  const __m512i t0 = _mm512_loadu_si512(line + taps[0]);
  const __m512i t1 = _mm512_loadu_si512(line + taps[1]);
  const __m512i t2 = _mm512_loadu_si512(line + taps[2]);
  const __m512i t3 = _mm512_loadu_si512(line + taps[3]);
  const __m512i low01 = _mm512_unpacklo_epi8(t0, t1);
  const __m512i high01 = _mm512_unpackhi_epi8(t0, t1);
  const __m512i low23 = _mm512_unpacklo_epi8(t2, t3);
  const __m512i high23 = _mm512_unpackhi_epi8(t2, t3);
  const __m512i quads[4] = {
      _mm512_unpacklo_epi16(low01, low23), _mm512_unpackhi_epi16(low01, low23),
      _mm512_unpacklo_epi16(high01, high23), _mm512_unpackhi_epi16(high01, high23)};
#pragma GCC unroll 4
  for (int v = 0; v < 4; ++v) {
    sums[v].raw =
        _mm512_dpbusd_epi32(sums[v].raw, quads[v], _mm512_load_si512(weights + v * kLanes));
  }
}
#else
inline constexpr int kBlockVectors = 2;
inline constexpr int kTapsPerGroup = 2;

HWY_INLINE void AddTaps(const std::byte* line, const int32_t* taps, const int32_t* weights,
                        V32 (&sums)[kBlockVectors]) {
  const D16 d16;
  const D32 d32;
  const V16 t0 = hn::LoadU(d16, reinterpret_cast<const int16_t*>(line + taps[0]));
  const V16 t1 = hn::LoadU(d16, reinterpret_cast<const int16_t*>(line + taps[1]));
  const V32 low = hn::BitCast(d32, hn::InterleaveLower(d16, t0, t1));
  const V32 high = hn::BitCast(d32, hn::InterleaveUpper(d16, t0, t1));
  sums[0] = DotWords(sums[0], low, hn::Load(d32, weights));
  sums[1] = DotWords(sums[1], high, hn::Load(d32, weights + kLanes));
}
#endif

inline constexpr int kBlock = kBlockVectors * kLanes;
#if HWY_TARGET == HWY_AVX3_DL
inline constexpr int kCodeBytes = 1;
#else
inline constexpr int kCodeBytes = 2;
#endif

// Blocks whose lanes the fast form of eq. 7 does not cover.
HWY_NOINLINE void StoreBlockOneByOne(const V32 (&sums)[kBlockVectors], const RequantView& requant,
                                     int64_t vector, int64_t left, std::byte* out) {
  const D32 d32;
  alignas(64) int32_t lanes[kLanes];
  for (int v = 0; v < kBlockVectors; ++v) {
    hn::Store(sums[v], d32, lanes);
    for (int lane = 0; lane < kLanes; ++lane) {
      const int at = lane / 4 * 4 * kBlockVectors + v * 4 + lane % 4;
      if (at >= left) continue;
      const auto channel = static_cast<size_t>(requant.channel[(vector + v) * kLanes + lane]);
      out[at] = static_cast<std::byte>(requant.stage->Apply(lanes[lane], channel));
    }
  }
}

HWY_INLINE void StoreCodesOfBlock(const V32 (&codes)[kBlockVectors], const RequantView& requant,
                                  const Clamps& clamps, int64_t left, std::byte* out) {
#if HWY_TARGET == HWY_AVX3_DL
  _mm512_mask_storeu_epi8(
      out, FirstBits(left),
      CodesOfQuad(codes[0], codes[1], codes[2], codes[3], clamps, requant.is_signed));
#else
  const D16 d16;
  StoreCodes16(hn::ReorderDemote2To(d16, codes[0], codes[1]), clamps, requant.is_signed, left, out);
#endif
}

HWY_INLINE void StoreBlockFloat(V32 (&sums)[kBlockVectors], const RequantView& requant,
                                int64_t vector, const Clamps& clamps, int64_t left,
                                std::byte* out) {
#pragma GCC unroll 4
  for (int v = 0; v < kBlockVectors; ++v) sums[v] = RescaleFloat(sums[v], requant, vector + v);
  StoreCodesOfBlock(sums, requant, clamps, left, out);
}

template <bool kSign>
HWY_INLINE void StoreBlock(V32 (&sums)[kBlockVectors], const RequantView& requant, int64_t vector,
                           const Clamps& clamps, int64_t left, std::byte* out) {
  const D32 d32;
#pragma GCC unroll 4
  for (int v = 0; v < kBlockVectors; ++v) {
    if (requant.has_left) {
      sums[v] = hn::Shl(sums[v], hn::Load(d32, requant.left + (vector + v) * kLanes));
    }
    sums[v] = Rescale<kSign>(sums[v], LoadConstants(requant, vector + v));
  }
  StoreCodesOfBlock(sums, requant, clamps, left, out);
}

// All blocks of one pattern; kGroups > 0 fixes the number of tap groups.
template <int kGroups>
HWY_NOINLINE void DepthwisePattern(const DepthwiseArgs& args, const RequantView& requant,
                                   int32_t pattern) {
  const D32 d32;
  const int groups = kGroups > 0 ? kGroups : args.tap_groups;
  const int64_t vector = static_cast<int64_t>(pattern) * kBlockVectors;
  const auto* weights = reinterpret_cast<const int32_t*>(args.weights) +
                        static_cast<int64_t>(pattern) * groups * kBlock;
  const Clamps clamps(requant);
  V32 bias[kBlockVectors];
#pragma GCC unroll 4
  for (int v = 0; v < kBlockVectors; ++v) {
    bias[v] = hn::Load(d32, requant.bias + (vector + v) * kLanes);
  }
  for (int32_t row = 0; row < args.rows; ++row) {
    const std::byte* const line = args.input + row * args.row_step;
    std::byte* const out = args.output + static_cast<int64_t>(row) * args.length;
    for (int64_t at = static_cast<int64_t>(pattern) * kBlock; at < args.length;
         at += static_cast<int64_t>(args.patterns) * kBlock) {
      V32 sums[kBlockVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kBlockVectors; ++v) sums[v] = bias[v];
#pragma GCC unroll 8
      for (int g = 0; g < groups; ++g) {
        AddTaps(line + at * kCodeBytes, args.tap_offsets + g * kTapsPerGroup, weights + g * kBlock,
                sums);
      }
      const int64_t left = args.length - at;
      if (!requant.fast) {
        StoreBlockOneByOne(sums, requant, vector, left, out + at);
      } else if (requant.float_scale != nullptr) {
        StoreBlockFloat(sums, requant, vector, clamps, left, out + at);
      } else if (requant.has_sign) {
        StoreBlock<true>(sums, requant, vector, clamps, left, out + at);
      } else {
        StoreBlock<false>(sums, requant, vector, clamps, left, out + at);
      }
    }
  }
}

inline void Depthwise(const DepthwiseArgs& args, const RequantView& requant) {
  constexpr int kNineTaps = (9 + kTapsPerGroup - 1) / kTapsPerGroup;
  for (int32_t pattern = 0; pattern < args.patterns; ++pattern) {
    if (args.tap_groups == kNineTaps) {
      DepthwisePattern<kNineTaps>(args, requant, pattern);
    } else {
      DepthwisePattern<0>(args, requant, pattern);
    }
  }
}

inline constexpr int kFloatBlockVectors = 2;
inline constexpr int kFloatBlock = kFloatBlockVectors * kLanes;

// Bias and clamp of one block, and its store.
HWY_INLINE void StoreFloatBlock(VF (&sums)[kFloatBlockVectors],
                                const VF (&bias)[kFloatBlockVectors], const FloatFinish& finish,
                                int64_t left, float* out) {
  const DF d;
  const VF min = hn::Set(d, finish.min);
  const VF max = hn::Set(d, finish.max);
#pragma GCC unroll 2
  for (int v = 0; v < kFloatBlockVectors; ++v) {
    if (left <= v * kLanes) break;
    const VF sum = ClampFloats(hn::Add(sums[v], bias[v]), min, max);
    StoreFirst(d, sum, left - v * kLanes, reinterpret_cast<std::byte*>(out + v * kLanes));
  }
}

HWY_INLINE void AddFloatTap(const float* in, const VF (&weights)[kFloatBlockVectors],
                            VF (&sums)[kFloatBlockVectors]) {
#pragma GCC unroll 2
  for (int v = 0; v < kFloatBlockVectors; ++v) {
    sums[v] = hn::MulAdd(hn::LoadU(DF(), in + v * kLanes), weights[v], sums[v]);
  }
}

HWY_INLINE void LoadBlock(const float* from, VF (&vectors)[kFloatBlockVectors]) {
#pragma GCC unroll 2
  for (int v = 0; v < kFloatBlockVectors; ++v) vectors[v] = hn::Load(DF(), from + v * kLanes);
}

// All blocks of one pattern; kTaps > 0 fixes the number of taps, whose weights stay in registers.
template <int kTaps>
HWY_NOINLINE void DepthwiseFloatPattern(const DepthwiseArgs& args, const FloatFinish& finish,
                                        int32_t pattern) {
  constexpr int kHeld = kTaps > 0 ? kTaps : 1;
  const int taps = kTaps > 0 ? kTaps : args.tap_groups;
  const int64_t first = static_cast<int64_t>(pattern) * kFloatBlock;
  const int64_t step = static_cast<int64_t>(args.patterns) * kFloatBlock;
  const float* weights = reinterpret_cast<const float*>(args.weights) + first * taps;
  VF bias[kFloatBlockVectors];
  LoadBlock(finish.bias + first, bias);
  VF held[kHeld][kFloatBlockVectors];
  if constexpr (kTaps > 0) {
#pragma GCC unroll 9
    for (int t = 0; t < kTaps; ++t) LoadBlock(weights + t * kFloatBlock, held[t]);
  }
  for (int32_t row = 0; row < args.rows; ++row) {
    const std::byte* const line = args.input + row * args.row_step;
    auto* const out =
        reinterpret_cast<float*>(args.output) + static_cast<int64_t>(row) * args.length;
    const float* inputs[kHeld];
    for (int t = 0; t < kHeld; ++t) {
      inputs[t] = reinterpret_cast<const float*>(line + args.tap_offsets[t]);
    }
    for (int64_t at = first; at < args.length; at += step) {
      VF sums[kFloatBlockVectors];
#pragma GCC unroll 2
      for (VF& sum : sums) sum = hn::Zero(DF());
      if constexpr (kTaps > 0) {
#pragma GCC unroll 9
        for (int t = 0; t < kTaps; ++t) AddFloatTap(inputs[t] + at, held[t], sums);
      } else {
        for (int t = 0; t < taps; ++t) {
          LoadBlock(weights + t * kFloatBlock, held[0]);
          const auto* in = reinterpret_cast<const float*>(line + args.tap_offsets[t]);
          AddFloatTap(in + at, held[0], sums);
        }
      }
      StoreFloatBlock(sums, bias, finish, args.length - at, out + at);
    }
  }
}

inline void DepthwiseFloat(const DepthwiseArgs& args, const FloatFinish& finish) {
  for (int32_t pattern = 0; pattern < args.patterns; ++pattern) {
    if (args.tap_groups == 9) {
      DepthwiseFloatPattern<9>(args, finish, pattern);
    } else {
      DepthwiseFloatPattern<0>(args, finish, pattern);
    }
  }
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
