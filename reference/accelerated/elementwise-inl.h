// Codes into operands, sums and maxima. Included once for every instruction set.
#if defined(QG_ELEMENTWISE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_ELEMENTWISE_INL_H_
#undef QG_ELEMENTWISE_INL_H_
#else
#define QG_ELEMENTWISE_INL_H_
#endif

#include "reference/accelerated/requantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

template <class Code>
HWY_INLINE void WidenCodes(const Code* in, int64_t count, int32_t zero_point, int16_t* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = static_cast<int16_t>(in[i] - zero_point);
}

inline void Convert(const std::byte* codes, int64_t count, bool is_signed,
                    [[maybe_unused]] int32_t zero_point, std::byte* operands) {
#if HWY_TARGET == HWY_AVX3_DL
  if (!is_signed) {
    std::memcpy(operands, codes, static_cast<size_t>(count));
    return;
  }
  // int8 + 128 is the same bits with the highest one turned.
  const __m512i turn = _mm512_set1_epi8(static_cast<char>(0x80));
  for (int64_t i = 0; i < count; i += 64) {
    const int64_t left = count - i;
    const uint64_t mask = left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
    const __m512i in = _mm512_maskz_loadu_epi8(mask, codes + i);
    _mm512_mask_storeu_epi8(operands + i, mask, _mm512_xor_si512(in, turn));
  }
#else
  auto* out = reinterpret_cast<int16_t*>(operands);
  if (is_signed) {
    WidenCodes(reinterpret_cast<const int8_t*>(codes), count, zero_point, out);
  } else {
    WidenCodes(reinterpret_cast<const uint8_t*>(codes), count, zero_point, out);
  }
#endif
}

#if HWY_TARGET == HWY_AVX3_DL
// The sums of the lanes of sixteen vectors, one a lane.
HWY_INLINE __m512i SumsOfLanes(__m512i (&v)[16]) {
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    v[i] = _mm512_add_epi32(_mm512_unpacklo_epi32(v[2 * i], v[2 * i + 1]),
                            _mm512_unpackhi_epi32(v[2 * i], v[2 * i + 1]));
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    v[i] = _mm512_add_epi32(_mm512_unpacklo_epi64(v[2 * i], v[2 * i + 1]),
                            _mm512_unpackhi_epi64(v[2 * i], v[2 * i + 1]));
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    v[i] = _mm512_add_epi32(_mm512_shuffle_i32x4(v[2 * i], v[2 * i + 1], 0x88),
                            _mm512_shuffle_i32x4(v[2 * i], v[2 * i + 1], 0xDD));
  }
  return _mm512_add_epi32(_mm512_shuffle_i32x4(v[0], v[1], 0x88),
                          _mm512_shuffle_i32x4(v[0], v[1], 0xDD));
}

// sums[r] += the bytes of `mask` at window r, four in a lane. Short runs are loaded as such: longer
// loads would mostly cross cache lines.
template <bool kShort>
HWY_INLINE void AddBytes(const std::byte* const (&windows)[16], int64_t at, uint64_t mask,
                         __m512i (&sums)[16]) {
  const __m512i ones = _mm512_set1_epi8(1);
#pragma GCC unroll 16
  for (int r = 0; r < 16; ++r) {
    __m512i bytes;
    if constexpr (kShort) {
      bytes = _mm512_zextsi128_si512(
          _mm_maskz_loadu_epi8(static_cast<__mmask16>(mask), windows[r] + at));
    } else {
      bytes = _mm512_maskz_loadu_epi8(mask, windows[r] + at);
    }
    sums[r] = _mm512_dpbusd_epi32(sums[r], bytes, ones);
  }
}

inline int32_t SumOfWindow(const GemmArgs& args, const std::byte* window) {
  __m512i sum = _mm512_setzero_si512();
  for (int32_t s = 0; s < args.segments; ++s) {
    const std::byte* const bytes = window + args.segment_offsets[s];
    for (int32_t at = 0; at < args.run; at += 64) {
      const int32_t left = args.run - at;
      const uint64_t mask = left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
      const __m512i in = _mm512_maskz_loadu_epi8(mask, bytes + at);
      sum = _mm512_dpbusd_epi32(sum, in, _mm512_set1_epi8(1));
    }
  }
  return _mm512_reduce_add_epi32(sum);
}

inline void SumWindows(const GemmArgs& args, int32_t* sums) {
  for (int64_t row = 0; row < args.rows; row += 16) {
    const int64_t left = args.rows - row;
    if (left <= 4) {
      for (; row < args.rows; ++row) {
        sums[row] = args.row_factor * SumOfWindow(args, args.input + args.row_offsets[row]);
      }
      return;
    }
    const std::byte* windows[16];
    __m512i lanes[16];
#pragma GCC unroll 16
    for (int r = 0; r < 16; ++r) {
      windows[r] = args.input + args.row_offsets[row + (r < left ? r : 0)];
      lanes[r] = _mm512_setzero_si512();
    }
    for (int32_t s = 0; s < args.segments; ++s) {
      const int64_t first = args.segment_offsets[s];
      int32_t at = 0;
      for (; at + 64 <= args.run; at += 64)
        AddBytes<false>(windows, first + at, ~uint64_t{0}, lanes);
      if (at == args.run) continue;
      const uint64_t mask = (uint64_t{1} << (args.run - at)) - 1;
      if (args.run - at <= 16) {
        AddBytes<true>(windows, first + at, mask, lanes);
      } else {
        AddBytes<false>(windows, first + at, mask, lanes);
      }
    }
    const __m512i terms =
        _mm512_mullo_epi32(SumsOfLanes(lanes), _mm512_set1_epi32(args.row_factor));
    const __mmask16 mask = left >= 16 ? 0xFFFF : static_cast<__mmask16>((1 << left) - 1);
    _mm512_mask_storeu_epi32(sums + row, mask, terms);
  }
}
#else
inline void SumWindows(const GemmArgs& args, int32_t* sums) {
  for (int64_t row = 0; row < args.rows; ++row) {
    int32_t sum = 0;
    for (int32_t s = 0; s < args.segments; ++s) {
      const std::byte* bytes = args.input + args.row_offsets[row] + args.segment_offsets[s];
      for (int32_t at = 0; at < args.run; ++at) sum += static_cast<int32_t>(bytes[at]);
    }
    sums[row] = sum * args.row_factor;
  }
}
#endif

template <class T>
HWY_INLINE void MaxInto(const std::byte* in, int64_t count, std::byte* out) {
  const auto* from = reinterpret_cast<const T*>(in);
  auto* to = reinterpret_cast<T*>(out);
  for (int64_t i = 0; i < count; ++i) to[i] = from[i] > to[i] ? from[i] : to[i];
}

inline void MaxBytes(const std::byte* in, int64_t count, bool is_signed, std::byte* out) {
  if (is_signed) {
    MaxInto<int8_t>(in, count, out);
  } else {
    MaxInto<uint8_t>(in, count, out);
  }
}

// One window's maximum over its pixels, sixteen channels at a time.
template <class T>
HWY_INLINE void MaxOfPixels(const T* pixels, int32_t count, int32_t channels, T* out) {
  const hn::CappedTag<T, 16> d;
  constexpr int kStep = static_cast<int>(hn::MaxLanes(d));
  int32_t c = 0;
  for (; c + kStep <= channels; c += kStep) {
    auto most = hn::LoadU(d, pixels + c);
    for (int32_t x = 1; x < count; ++x) {
      most = hn::Max(most, hn::LoadU(d, pixels + static_cast<int64_t>(x) * channels + c));
    }
    hn::StoreU(most, d, out + c);
  }
  for (; c < channels; ++c) {
    T most = pixels[c];
    for (int32_t x = 1; x < count; ++x) {
      most = std::max(most, pixels[static_cast<int64_t>(x) * channels + c]);
    }
    out[c] = most;
  }
}

inline void MaxOfWindows(const std::byte* pixels, const PixelRange* windows, int32_t outputs,
                         int32_t channels, bool is_signed, std::byte* out) {
  for (int32_t i = 0; i < outputs; ++i, out += channels) {
    const std::byte* first = pixels + static_cast<int64_t>(windows[i].first) * channels;
    if (is_signed) {
      MaxOfPixels(reinterpret_cast<const int8_t*>(first), windows[i].count, channels,
                  reinterpret_cast<int8_t*>(out));
    } else {
      MaxOfPixels(reinterpret_cast<const uint8_t*>(first), windows[i].count, channels,
                  reinterpret_cast<uint8_t*>(out));
    }
  }
}

inline void AccumulateCodes(const std::byte* in, int64_t count, bool is_signed, int32_t* sums) {
  if (is_signed) {
    const auto* from = reinterpret_cast<const int8_t*>(in);
    for (int64_t i = 0; i < count; ++i) sums[i] += from[i];
  } else {
    const auto* from = reinterpret_cast<const uint8_t*>(in);
    for (int64_t i = 0; i < count; ++i) sums[i] += from[i];
  }
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
