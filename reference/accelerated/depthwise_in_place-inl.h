// Depthwise convolution of floats that lie in the tensor as the windows want them. Included once
// for every instruction set.
#if defined(QG_DEPTHWISE_IN_PLACE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_DEPTHWISE_IN_PLACE_INL_H_
#undef QG_DEPTHWISE_IN_PLACE_INL_H_
#else
#define QG_DEPTHWISE_IN_PLACE_INL_H_
#endif

#include "reference/accelerated/gemm-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

// kPixels outputs of kVectors vectors of channels; kRows and kColumns of taps, 0: as many as
// stated.
template <int kRows, int kColumns, int kPixels, int kVectors>
HWY_INLINE void DepthwiseTile(const DepthwisePixels& a, const float* input, const float* weights,
                              const float* bias, float* output) {
  const DF d;
  const int32_t rows = kRows > 0 ? kRows : a.rows;
  const int32_t columns = kColumns > 0 ? kColumns : a.columns;
  VF sums[kPixels][kVectors];
#pragma GCC unroll 4
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 4
    for (VF& sum : sums[p]) sum = hn::Zero(d);
  }
#pragma GCC unroll 5
  for (int32_t i = 0; i < rows; ++i) {
    const float* tap = input + i * a.row_step;
    const float* w = weights + i * a.weight_row_step;
#pragma GCC unroll 5
    for (int32_t j = 0; j < columns; ++j, tap += a.column_step, w += a.channels) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        const VF weight = hn::LoadU(d, w + v * kLanes);
#pragma GCC unroll 4
        for (int p = 0; p < kPixels; ++p) {
          const VF in = hn::LoadU(d, tap + p * a.pixel_step + v * kLanes);
          sums[p][v] = FloatProduct::Dot(sums[p][v], in, weight);
        }
      }
    }
  }
  const VF min = hn::Set(d, a.min);
  const VF max = hn::Set(d, a.max);
#pragma GCC unroll 4
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const VF sum = hn::Add(sums[p][v], hn::LoadU(d, bias + v * kLanes));
      hn::StoreU(ClampFloats(sum, min, max), d, output + p * a.channels + v * kLanes);
    }
  }
}

template <int kRows, int kColumns, int kPixels>
HWY_INLINE void DepthwiseAllChannels(const DepthwisePixels& a, int32_t pixel) {
  const float* const input = a.input + pixel * a.pixel_step;
  float* const output = a.output + static_cast<int64_t>(pixel) * a.channels;
  int32_t c = 0;
  for (; c + 2 * kLanes <= a.channels; c += 2 * kLanes) {
    DepthwiseTile<kRows, kColumns, kPixels, 2>(a, input + c, a.weights + c, a.bias + c, output + c);
  }
  if (c < a.channels) {
    DepthwiseTile<kRows, kColumns, kPixels, 1>(a, input + c, a.weights + c, a.bias + c, output + c);
  }
}

template <int kRows, int kColumns>
HWY_NOINLINE void DepthwisePixelsOf(const DepthwisePixels& a) {
  int32_t pixel = 0;
  for (; pixel + 4 <= a.pixels; pixel += 4) DepthwiseAllChannels<kRows, kColumns, 4>(a, pixel);
  switch (a.pixels - pixel) {
    case 3: return DepthwiseAllChannels<kRows, kColumns, 3>(a, pixel);
    case 2: return DepthwiseAllChannels<kRows, kColumns, 2>(a, pixel);
    case 1: return DepthwiseAllChannels<kRows, kColumns, 1>(a, pixel);
    default: return;
  }
}

// Windows of 3 by 3, and what the image's edges leave of them, are unrolled.
inline void DepthwiseInPlace(const DepthwisePixels& a) {
  const bool wide = a.columns == 3;
  if (a.rows == 3 && wide) return DepthwisePixelsOf<3, 3>(a);
  if (a.rows == 2 && wide) return DepthwisePixelsOf<2, 3>(a);
  if (a.rows == 3 && a.columns == 2) return DepthwisePixelsOf<3, 2>(a);
  if (a.rows == 2 && a.columns == 2) return DepthwisePixelsOf<2, 2>(a);
  DepthwisePixelsOf<0, 0>(a);
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
