// Depthwise convolution of floats that lie in the tensor as the windows want them. Included once
// for every instruction set.
#if defined(QG_DEPTHWISE_IN_PLACE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_DEPTHWISE_IN_PLACE_INL_H_
#undef QG_DEPTHWISE_IN_PLACE_INL_H_
#else
#define QG_DEPTHWISE_IN_PLACE_INL_H_
#endif

#include "reference/accelerated/requantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

// sums += the products of one row of kColumns taps for pixels that are kStep columns apart. Each
// column is loaded once for all the pixels that see it.
template <int kColumns, int kStep, int kPixels, int kVectors>
HWY_INLINE void AddRow(const DepthwisePixels& a, const float* taps, const float* weights,
                       VF (&sums)[kPixels][kVectors]) {
  const DF d;
  VF weight[kColumns][kVectors];
  ForEachIndex<kColumns * kVectors>([&](auto i) __attribute__((always_inline)) {
    constexpr int j = i / kVectors;
    constexpr int v = i % kVectors;
    weight[j][v] = hn::LoadU(d, weights + static_cast<int64_t>(j) * a.channels + v * kLanes);
  });
  ForEachIndex<(kPixels - 1) * kStep + kColumns>([&](auto column) __attribute__((always_inline)) {
    ForEachIndex<kVectors>([&](auto v) __attribute__((always_inline)) {
      VF in = hn::LoadU(d, taps + column * a.column_step + v * kLanes);
      KeepInRegister(in);
      ForEachIndex<kPixels>([&](auto p) __attribute__((always_inline)) {
        constexpr int j = column - p * kStep;
        if constexpr (j >= 0 && j < kColumns) {
          sums[p][v] = hn::MulAdd(in, weight[j][v], sums[p][v]);
        }
      });
    });
  });
}

// The same for any number of taps, any number of columns apart.
template <int kPixels, int kVectors>
HWY_INLINE void AddAnyRow(const DepthwisePixels& a, const float* taps, const float* weights,
                          VF (&sums)[kPixels][kVectors]) {
  const DF d;
  for (int32_t j = 0; j < a.columns; ++j, taps += a.column_step, weights += a.channels) {
    ForEachIndex<kVectors>([&](auto v) __attribute__((always_inline)) {
      const VF weight = hn::LoadU(d, weights + v * kLanes);
      ForEachIndex<kPixels>([&](auto p) __attribute__((always_inline)) {
        const VF in = hn::LoadU(d, taps + p * a.pixel_step + v * kLanes);
        sums[p][v] = hn::MulAdd(in, weight, sums[p][v]);
      });
    });
  }
}

// kPixels outputs of kVectors vectors of channels. kColumns 0: AddAnyRow.
template <int kColumns, int kStep, int kPixels, int kVectors>
HWY_INLINE void DepthwiseTile(const DepthwisePixels& a, const float* input, const float* weights,
                              const float* bias, float* output) {
  const DF d;
  VF sums[kPixels][kVectors];
  ForEachIndex<kPixels * kVectors>([&](auto i) __attribute__((always_inline)) {
    sums[i / kVectors][i % kVectors] = hn::Zero(d);
  });
  for (int32_t i = 0; i < a.rows; ++i, input += a.row_step, weights += a.weight_row_step) {
    if constexpr (kColumns > 0) {
      AddRow<kColumns, kStep>(a, input, weights, sums);
    } else {
      AddAnyRow(a, input, weights, sums);
    }
  }
  const VF min = hn::Set(d, a.min);
  const VF max = hn::Set(d, a.max);
  ForEachIndex<kPixels * kVectors>([&](auto i) __attribute__((always_inline)) {
    constexpr int p = i / kVectors;
    constexpr int v = i % kVectors;
    const VF sum = hn::Add(sums[p][v], hn::LoadU(d, bias + v * kLanes));
    hn::StoreU(ClampFloats(sum, min, max), d,
               output + static_cast<int64_t>(p) * a.channels + v * kLanes);
  });
}

template <int kColumns, int kStep, int kPixels>
HWY_INLINE void DepthwiseAllChannels(const DepthwisePixels& a, int32_t pixel) {
  const float* const input = a.input + pixel * a.pixel_step;
  float* const output = a.output + static_cast<int64_t>(pixel) * a.channels;
  int32_t c = 0;
  for (; c + 2 * kLanes <= a.channels; c += 2 * kLanes) {
    DepthwiseTile<kColumns, kStep, kPixels, 2>(a, input + c, a.weights + c, a.bias + c, output + c);
  }
  if (c < a.channels) {
    DepthwiseTile<kColumns, kStep, kPixels, 1>(a, input + c, a.weights + c, a.bias + c, output + c);
  }
}

template <int kColumns, int kStep>
HWY_NOINLINE void DepthwisePixelsOf(const DepthwisePixels& a) {
  int32_t pixel = 0;
  for (; pixel + 4 <= a.pixels; pixel += 4) DepthwiseAllChannels<kColumns, kStep, 4>(a, pixel);
  switch (a.pixels - pixel) {
    case 3: return DepthwiseAllChannels<kColumns, kStep, 3>(a, pixel);
    case 2: return DepthwiseAllChannels<kColumns, kStep, 2>(a, pixel);
    case 1: return DepthwiseAllChannels<kColumns, kStep, 1>(a, pixel);
    default: return;
  }
}

template <int kStep>
HWY_INLINE bool DepthwiseOfStep(const DepthwisePixels& a) {
  if (a.pixel_step != kStep * a.column_step) return false;
  switch (a.columns) {
    case 2: DepthwisePixelsOf<2, kStep>(a); return true;
    case 3: DepthwisePixelsOf<3, kStep>(a); return true;
    case 5: DepthwisePixelsOf<5, kStep>(a); return true;
    default: return false;
  }
}

// Windows of 3 and 5 columns, and what the image's edges leave of 3, one or two columns apart.
inline void DepthwiseInPlace(const DepthwisePixels& a) {
  if (DepthwiseOfStep<1>(a) || DepthwiseOfStep<2>(a)) return;
  DepthwisePixelsOf<0, 0>(a);
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
