// ADD and SUB. Included once for every instruction set.
#if defined(QG_ADDITION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_ADDITION_INL_H_
#undef QG_ADDITION_INL_H_
#else
#define QG_ADDITION_INL_H_
#endif

#include "reference/accelerated/requantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

HWY_INLINE LaneConstants Spread(const AddConstants::Rescale& rescale) {
  const D32 d32;
  const D64 d64;
  return {hn::Set(d32, rescale.multiplier), hn::Set(d32, rescale.multiplier),
          hn::Set(d32, rescale.shift),      hn::Set(d64, rescale.add),
          hn::Set(d64, rescale.add),        hn::Set(d64, rescale.sign),
          hn::Set(d64, rescale.sign)};
}

// Eq. 10 as it is written.
template <class Code>
HWY_NOINLINE void AddByRescaling(const Code* a, const Code* b, int64_t count, const AddConstants& k,
                                 Code* out) {
  const D32 d32;
  const hn::Rebind<Code, D32> d8;
  const LaneConstants ka = Spread(k.a);
  const LaneConstants kb = Spread(k.b);
  const LaneConstants kout = Spread(k.out);
  const V32 left_a = hn::Set(d32, k.a.left);
  const V32 left_b = hn::Set(d32, k.b.left);
  const V32 left_out = hn::Set(d32, k.out.left);
  const V32 zero_a = hn::Set(d32, k.zero_point_a);
  const V32 zero_b = hn::Set(d32, k.zero_point_b);
  const V32 zero_out = hn::Set(d32, k.zero_point_out);
  const V32 min = hn::Set(d32, k.min);
  const V32 max = hn::Set(d32, k.max);
  for (int64_t i = 0; i < count; i += kLanes) {
    const int64_t left = count - i;
    alignas(64) Code tail_a[kLanes] = {};
    alignas(64) Code tail_b[kLanes] = {};
    const Code* from_a = a + i;
    const Code* from_b = b + i;
    if (left < kLanes) {
      std::memcpy(tail_a, from_a, static_cast<size_t>(left));
      std::memcpy(tail_b, from_b, static_cast<size_t>(left));
      from_a = tail_a;
      from_b = tail_b;
    }
    const V32 xa = hn::Sub(hn::PromoteTo(d32, hn::LoadU(d8, from_a)), zero_a);
    const V32 xb = hn::Sub(hn::PromoteTo(d32, hn::LoadU(d8, from_b)), zero_b);
    const V32 ra = Rescale<true>(hn::Shl(xa, left_a), ka);
    const V32 rb = Rescale<true>(hn::Shl(xb, left_b), kb);
    const V32 sum = k.subtract ? hn::Sub(ra, rb) : hn::Add(ra, rb);
    V32 code = hn::Add(Rescale<true>(hn::Shl(sum, left_out), kout), zero_out);
    code = hn::Min(hn::Max(code, min), max);
    StoreFirst(d8, hn::DemoteTo(d8, code), left, reinterpret_cast<std::byte*>(out + i));
  }
}

// Vectors of codes by AddEstimate; false where one of them is too near to a tie: nothing is stored.
template <int kVectors, class Code>
HWY_INLINE bool AddByEstimate(const Code* a, const Code* b, const AddConstants& k, Code* out) {
  const DF d;
  const D32 d32;
  const hn::Rebind<Code, D32> d8;
  const VF factor_a = hn::Set(d, k.estimate.a);
  const VF factor_b = hn::Set(d, k.estimate.b);
  const VF offset = hn::Set(d, k.estimate.offset);
  // Adding it leaves no bits for a fraction: rounds to nearest, the integer in the lowest bits.
  const VF whole = hn::Set(d, 0x1.8p23F);
  const V32 whole_bits = hn::Set(d32, 0x4B400000 - k.zero_point_out);
  V32 codes[kVectors];
  VF farthest = hn::Zero(d);
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    const VF xa = hn::ConvertTo(d, hn::PromoteTo(d32, hn::LoadU(d8, a + v * kLanes)));
    const VF xb = hn::ConvertTo(d, hn::PromoteTo(d32, hn::LoadU(d8, b + v * kLanes)));
    const VF y = hn::MulAdd(xa, factor_a, hn::MulAdd(xb, factor_b, offset));
    const VF rounded = hn::Add(y, whole);
    const VF distance = hn::Abs(hn::Sub(y, hn::Sub(rounded, whole)));
    farthest = hn::Max(farthest, distance);
    codes[v] = hn::Sub(hn::BitCast(d32, rounded), whole_bits);
  }
  if (!hn::AllTrue(d, hn::Lt(farthest, hn::Set(d, k.estimate.safe_distance)))) return false;
  const V32 min = hn::Set(d32, k.min);
  const V32 max = hn::Set(d32, k.max);
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    const V32 code = hn::Min(hn::Max(codes[v], min), max);
    hn::StoreU(hn::DemoteTo(d8, code), d8, out + v * kLanes);
  }
  return true;
}

template <class Code>
HWY_INLINE void AddTyped(const Code* a, const Code* b, int64_t count, const AddConstants& k,
                         Code* out) {
  constexpr int kVectors = 4;
  constexpr int64_t kBlock = kVectors * kLanes;
  int64_t i = 0;
  if (k.estimate.safe_distance > 0) {
    for (; i + kBlock <= count; i += kBlock) {
      if (AddByEstimate<kVectors>(a + i, b + i, k, out + i)) continue;
      AddByRescaling(a + i, b + i, kBlock, k, out + i);
    }
  }
  AddByRescaling(a + i, b + i, count - i, k, out + i);
}

inline void AddCodes(const std::byte* a, const std::byte* b, int64_t count,
                     const AddConstants& constants, std::byte* out) {
  if (constants.is_signed) {
    AddTyped(reinterpret_cast<const int8_t*>(a), reinterpret_cast<const int8_t*>(b), count,
             constants, reinterpret_cast<int8_t*>(out));
  } else {
    AddTyped(reinterpret_cast<const uint8_t*>(a), reinterpret_cast<const uint8_t*>(b), count,
             constants, reinterpret_cast<uint8_t*>(out));
  }
}

template <bool kSubtract>
HWY_INLINE void CombineFloats(const float* a, const float* b, int64_t count, FloatRange clamp,
                              float* out) {
  const DF d;
  const VF min = hn::Set(d, clamp.min);
  const VF max = hn::Set(d, clamp.max);
  for (int64_t i = 0; i < count; i += kLanes) {
    const VF x = LoadFirst(d, count - i, a + i);
    const VF y = LoadFirst(d, count - i, b + i);
    const VF v = ClampFloats(kSubtract ? hn::Sub(x, y) : hn::Add(x, y), min, max);
    StoreFirst(d, v, count - i, reinterpret_cast<std::byte*>(out + i));
  }
}

inline void AddFloats(const float* a, const float* b, int64_t count, bool subtract,
                      FloatRange clamp, float* out) {
  subtract ? CombineFloats<true>(a, b, count, clamp, out)
           : CombineFloats<false>(a, b, count, clamp, out);
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
