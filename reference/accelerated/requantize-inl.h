// Eq. 7 and 9 on vectors. Included once for every instruction set.
#if defined(QG_REQUANTIZE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_REQUANTIZE_INL_H_
#undef QG_REQUANTIZE_INL_H_
#else
#define QG_REQUANTIZE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "reference/accelerated/simd.h"

// Highway 1.0.3 detects AVX512-VNNI for this target and then names another feature to the compiler.
#if HWY_TARGET == HWY_AVX3_DL
#undef HWY_TARGET_STR
#define HWY_TARGET_STR \
  HWY_TARGET_STR_AVX3  \
  ",vpclmulqdq,avx512vbmi,avx512vbmi2,vaes,avxvnni,avx512bitalg,avx512vpopcntdq,avx512vnni"
#endif

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D32 = hn::ScalableTag<int32_t>;
using D64 = hn::ScalableTag<int64_t>;
using U64 = hn::ScalableTag<uint64_t>;
using D16 = hn::ScalableTag<int16_t>;
using DF = hn::ScalableTag<float>;
using V32 = hn::Vec<D32>;
using V64 = hn::Vec<D64>;
using V16 = hn::Vec<D16>;
using VF = hn::Vec<DF>;
inline constexpr int kLanes = static_cast<int>(hn::MaxLanes(D32()));

// Calls visit(std::integral_constant<int, i>) for every i below kCount: indices of arrays that
// shall stay in registers.
template <int kCount, class Visit>
HWY_INLINE void ForEachIndex(const Visit& visit) {
  [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
    (visit(std::integral_constant<int, i>()), ...);
  }
  (std::make_integer_sequence<int, kCount>());
}

// GCC would rather load a vector again for each of its uses.
HWY_INLINE void KeepInRegister([[maybe_unused]] VF& v) {
#if HWY_ARCH_X86 && HWY_COMPILER_GCC
  asm("" : "+v"(v.raw));
#endif
}

// Constants of one vector of lanes.
struct LaneConstants {
  V32 multiplier, multiplier_odd, shift;
  V64 add_even, add_odd, sign_even, sign_odd;
};

HWY_INLINE LaneConstants LoadConstants(const RequantView& view, int64_t vector) {
  const D32 d32;
  const D64 d64;
  const int64_t at = vector * kLanes;
  LaneConstants c;
  c.multiplier = hn::Load(d32, view.multiplier + at);
  c.multiplier_odd = hn::Load(d32, view.multiplier_odd + at);
  c.shift = hn::Load(d32, view.shift + at);
  c.add_even = hn::Load(d64, view.add_even + at / 2);
  c.add_odd = hn::Load(d64, view.add_odd + at / 2);
  c.sign_even = hn::Load(d64, view.sign_even + at / 2);
  c.sign_odd = hn::Load(d64, view.sign_odd + at / 2);
  return c;
}

// round(x * M) of eq. 7; x shifted left before.
template <bool kSign>
HWY_INLINE V32 Rescale(V32 x, const LaneConstants& c) {
  const D32 d32;
  const D64 d64;
  const U64 u64;
  const V64 odd = hn::BitCast(d64, hn::ShiftRight<32>(hn::BitCast(u64, x)));
  V64 even_product = hn::Add(hn::MulEven(x, c.multiplier), c.add_even);
  V64 odd_product = hn::Add(hn::MulEven(hn::BitCast(d32, odd), c.multiplier_odd), c.add_odd);
  if constexpr (kSign) {
    even_product = hn::Sub(even_product, hn::And(hn::BitCast(d64, x), c.sign_even));
    odd_product = hn::Sub(odd_product, hn::And(odd, c.sign_odd));
  }
  const V32 high =
      hn::OddEven(hn::BitCast(d32, odd_product),
                  hn::BitCast(d32, hn::ShiftRight<32>(hn::BitCast(u64, even_product))));
  return hn::Shr(high, c.shift);
}

// Eq. 30 but for the zero point; x a vector of sums.
HWY_INLINE V32 RescaleFloat(V32 x, const RequantView& view, int64_t vector) {
  const DF d;
  const VF steps = hn::Mul(hn::ConvertTo(d, x), hn::Load(d, view.float_scale + vector * kLanes));
  const OutputStage& stage = *view.stage;
  const VF low = hn::Set(d, static_cast<float>(stage.clamp.min - stage.output_zero_point));
  const VF high = hn::Set(d, static_cast<float>(stage.clamp.max - stage.output_zero_point));
  return hn::NearestInt(hn::Min(hn::Max(steps, low), high));
}

// Stores the first `count` bytes of v; never touches what lies behind them.
template <class D8, class V8>
HWY_INLINE void StoreFirst(D8 d8, V8 v, int64_t count, std::byte* out) {
  using T = hn::TFromD<D8>;
  auto* to = reinterpret_cast<T*>(out);
  if (count >= static_cast<int64_t>(hn::Lanes(d8))) {
    hn::StoreU(v, d8, to);
    return;
  }
#if HWY_TARGET <= HWY_AVX3
  hn::BlendedStore(v, hn::FirstN(d8, static_cast<size_t>(count)), d8, to);
#else
  alignas(64) T all[64];
  hn::Store(v, d8, all);
  std::memcpy(to, all, static_cast<size_t>(count) * sizeof(T));
#endif
}

// The first `count` lanes of a vector at `from`, zeros behind them.
template <class D>
HWY_INLINE hn::Vec<D> LoadFirst(D d, int64_t count, const float* from) {
  if (count >= static_cast<int64_t>(hn::Lanes(d))) return hn::LoadU(d, from);
  if (count <= 0) return hn::Zero(d);
#if HWY_TARGET <= HWY_AVX3
  return hn::MaskedLoad(hn::FirstN(d, static_cast<size_t>(count)), d, from);
#else
  alignas(64) float all[kLanes] = {};
  std::memcpy(all, from, static_cast<size_t>(count) * sizeof(float));
  return hn::Load(d, all);
#endif
}

// As std::clamp: NaN and -0 stay. On x86 a minimum of two takes its second operand where one is NaN
// or both are zeros.
template <class V>
HWY_INLINE V ClampFloats(V v, V min, V max) {
#if HWY_ARCH_X86
  return hn::Min(max, hn::Max(min, v));
#else
  v = hn::IfThenElse(hn::Lt(v, min), min, v);
  return hn::IfThenElse(hn::Gt(v, max), max, v);
#endif
}

struct Clamps {
  explicit Clamps(const RequantView& view)
      : zero_point(view.stage->output_zero_point),
        min(view.stage->clamp.min),
        max(view.stage->clamp.max) {}
  int32_t zero_point, min, max;
};

// Zero point, clamp and store of int16 codes in order.
HWY_INLINE void StoreCodes16(V16 codes, const Clamps& clamps, bool is_signed, int64_t count,
                             std::byte* out) {
  const D16 d16;
  codes = hn::SaturatedAdd(codes, hn::Set(d16, static_cast<int16_t>(clamps.zero_point)));
  codes = hn::Min(hn::Max(codes, hn::Set(d16, static_cast<int16_t>(clamps.min))),
                  hn::Set(d16, static_cast<int16_t>(clamps.max)));
  if (is_signed) {
    const hn::Rebind<int8_t, D16> d8;
    StoreFirst(d8, hn::DemoteTo(d8, codes), count, out);
  } else {
    const hn::Rebind<uint8_t, D16> d8;
    StoreFirst(d8, hn::DemoteTo(d8, codes), count, out);
  }
}

// The same of one vector of int32 codes.
HWY_INLINE void StoreCodes32(V32 codes, const Clamps& clamps, bool is_signed, int64_t count,
                             std::byte* out) {
  const D32 d32;
  // Far outside the codes' range, so that adding the zero point cannot overflow.
  codes = hn::Min(hn::Max(codes, hn::Set(d32, -(1 << 20))), hn::Set(d32, 1 << 20));
  codes = hn::Add(codes, hn::Set(d32, clamps.zero_point));
  codes = hn::Min(hn::Max(codes, hn::Set(d32, clamps.min)), hn::Set(d32, clamps.max));
  if (is_signed) {
    const hn::Rebind<int8_t, D32> d8;
    StoreFirst(d8, hn::DemoteTo(d8, codes), count, out);
  } else {
    const hn::Rebind<uint8_t, D32> d8;
    StoreFirst(d8, hn::DemoteTo(d8, codes), count, out);
  }
}

#if HWY_TARGET == HWY_AVX3_DL
// The same of four vectors: 128-bit lane i holds the four codes of each vector's lane i.
HWY_INLINE __m512i CodesOfQuad(V32 q0, V32 q1, V32 q2, V32 q3, const Clamps& clamps,
                               bool is_signed) {
  const __m512i zero_point = _mm512_set1_epi16(static_cast<int16_t>(clamps.zero_point));
  const __m512i low = _mm512_adds_epi16(_mm512_packs_epi32(q0.raw, q1.raw), zero_point);
  const __m512i high = _mm512_adds_epi16(_mm512_packs_epi32(q2.raw, q3.raw), zero_point);
  const __m512i min = _mm512_set1_epi8(static_cast<char>(clamps.min));
  const __m512i max = _mm512_set1_epi8(static_cast<char>(clamps.max));
  return is_signed ? _mm512_min_epi8(_mm512_max_epi8(_mm512_packs_epi16(low, high), min), max)
                   : _mm512_min_epu8(_mm512_max_epu8(_mm512_packus_epi16(low, high), min), max);
}

// The first `count` bits.
HWY_INLINE uint64_t FirstBits(int64_t count) {
  return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}
#endif

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
