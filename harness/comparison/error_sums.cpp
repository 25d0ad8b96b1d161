#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "harness/comparison/error_sums.cpp"
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include "harness/comparison/error_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef QG_ERROR_SUMS_ONCE
#define QG_ERROR_SUMS_ONCE
namespace quantgate {
namespace {

inline constexpr size_t kSums = 8;
using EightDoubles = std::array<double, kSums>;

// Running sums in memory, for the elements behind the last whole vector and for the end.
double Total(const EightDoubles& sums) {
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

struct alignas(64) RunningReference {
  EightDoubles sum{}, sum2{}, min{}, max{};

  RunningReference() {
    min.fill(std::numeric_limits<double>::infinity());
    max.fill(-std::numeric_limits<double>::infinity());
  }

  void Add(size_t lane, double r) {
    sum[lane] += r;
    sum2[lane] += r * r;
    min[lane] = std::min(min[lane], r);
    max[lane] = std::max(max[lane], r);
  }

  [[nodiscard]] ReferenceSums Finish() const {
    const double squares = Total(sum2);
    return {Total(sum), squares, *std::min_element(min.begin(), min.end()),
            *std::max_element(max.begin(), max.end()),
            // Squares of floats cannot overflow a double: only infinities and NaN get here.
            std::isfinite(squares)};
  }
};

struct alignas(64) RunningErrors {
  EightDoubles error{}, error2{}, variant2{}, max_abs_error{};

  void Add(size_t lane, double r, double v) {
    const double e = v - r;
    error[lane] += e;
    error2[lane] += e * e;
    variant2[lane] += v * v;
    max_abs_error[lane] = std::max(max_abs_error[lane], std::abs(e));
  }

  [[nodiscard]] ErrorSums Finish() const {
    const double squares = Total(error2);
    return {Total(error), squares, Total(variant2),
            *std::max_element(max_abs_error.begin(), max_abs_error.end()), std::isfinite(squares)};
  }
};

// Real values of either kind of tensor, one by one.
inline double RealOf(float value, CodeScale /*scale*/) { return static_cast<double>(value); }
template <class Code>
double RealOf(Code code, CodeScale scale) {
  return static_cast<double>(
      static_cast<float>(static_cast<double>(scale.scale) * (code - scale.zero_point)));
}

}  // namespace
}  // namespace quantgate
#endif

HWY_BEFORE_NAMESPACE();
namespace quantgate::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Squares of floats are exact in double, so a fused MulAdd rounds as a product and a sum do; those
// of differences are not, and are never fused.
using D = hn::CappedTag<double, kSums>;
using V = hn::Vec<D>;
inline constexpr size_t kWidth = hn::MaxLanes(D());
inline constexpr size_t kParts = kSums / kWidth;  // vectors that hold the eight sums
using DFloat = hn::Rebind<float, D>;
using DInt = hn::Rebind<int32_t, D>;

HWY_INLINE V Load(const float* values, CodeScale /*scale*/) {
  return hn::PromoteTo(D(), hn::LoadU(DFloat(), values));
}
// Steps are exact in float, so the float product is the exact one rounded once, as in double.
template <class Code>
HWY_INLINE V Load(const Code* codes, CodeScale scale) {
  const auto steps = hn::Sub(hn::PromoteTo(DInt(), hn::LoadU(hn::Rebind<Code, D>(), codes)),
                             hn::Set(DInt(), scale.zero_point));
  const auto real = hn::Mul(hn::ConvertTo(DFloat(), steps), hn::Set(DFloat(), scale.scale));
  return hn::PromoteTo(D(), real);
}

Clipped CountOutside(const float* values, size_t count, ClipLimits limits) {
  const D d;
  const V low = hn::Set(d, limits.low);
  const V high = hn::Set(d, limits.high);
  size_t below = 0;
  size_t above = 0;
  size_t i = 0;
  for (; i + kWidth <= count; i += kWidth) {
    const V r = Load(values + i, CodeScale());
    below += hn::CountTrue(d, hn::Lt(r, low));
    above += hn::CountTrue(d, hn::Gt(r, high));
  }
  for (; i < count; ++i) {
    const auto r = static_cast<double>(values[i]);
    below += r < limits.low ? 1 : 0;
    above += r > limits.high ? 1 : 0;
  }
  return {static_cast<int64_t>(below), static_cast<int64_t>(above)};
}

// The vectors of a RunningReference.
struct ReferenceVectors {
  V sum[kParts], sum2[kParts], min[kParts], max[kParts];

  HWY_INLINE explicit ReferenceVectors(const RunningReference& running) {
    for (size_t p = 0; p < kParts; ++p) {
      sum[p] = sum2[p] = hn::Zero(D());
      min[p] = hn::Load(D(), running.min.data() + p * kWidth);
      max[p] = hn::Load(D(), running.max.data() + p * kWidth);
    }
  }
  HWY_INLINE void Add(size_t p, V r) {
    sum[p] = hn::Add(sum[p], r);
    sum2[p] = hn::MulAdd(r, r, sum2[p]);
    min[p] = hn::Min(min[p], r);
    max[p] = hn::Max(max[p], r);
  }
  HWY_INLINE void Store(RunningReference& running) const {
    for (size_t p = 0; p < kParts; ++p) {
      const size_t at = p * kWidth;
      hn::Store(sum[p], D(), running.sum.data() + at);
      hn::Store(sum2[p], D(), running.sum2.data() + at);
      hn::Store(min[p], D(), running.min.data() + at);
      hn::Store(max[p], D(), running.max.data() + at);
    }
  }
};

ReferenceSums SumOne(const float* reference, size_t count) {
  RunningReference running;
  ReferenceVectors vectors(running);
  size_t i = 0;
  for (; i + kSums <= count; i += kSums) {
#pragma GCC unroll 4
    for (size_t p = 0; p < kParts; ++p) {
      vectors.Add(p, Load(reference + i + p * kWidth, CodeScale()));
    }
  }
  vectors.Store(running);
  for (size_t lane = 0; i < count; ++i, ++lane) {
    running.Add(lane, static_cast<double>(reference[i]));
  }
  return running.Finish();
}

template <bool kBoth, class T>
HWY_INLINE ErrorSums SumAll(const float* reference, const T* variant, size_t count, CodeScale scale,
                            ReferenceSums* of_reference) {
  const D d;
  RunningReference running_reference;
  ReferenceVectors vectors(running_reference);
  RunningErrors running;
  V error[kParts], error2[kParts], variant2[kParts], largest[kParts];
  for (size_t p = 0; p < kParts; ++p) {
    error[p] = error2[p] = variant2[p] = largest[p] = hn::Zero(d);
  }
  size_t i = 0;
  for (; i + kSums <= count; i += kSums) {
#pragma GCC unroll 4
    for (size_t p = 0; p < kParts; ++p) {
      const V v = Load(variant + i + p * kWidth, scale);
      const V r = Load(reference + i + p * kWidth, scale);
      const V e = hn::Sub(v, r);
      error[p] = hn::Add(error[p], e);
      error2[p] = hn::Add(error2[p], hn::Mul(e, e));
      variant2[p] = hn::MulAdd(v, v, variant2[p]);
      largest[p] = hn::Max(largest[p], hn::Abs(e));
      if (kBoth) vectors.Add(p, r);
    }
  }
  for (size_t p = 0; p < kParts; ++p) {
    const size_t at = p * kWidth;
    hn::Store(error[p], d, running.error.data() + at);
    hn::Store(error2[p], d, running.error2.data() + at);
    hn::Store(variant2[p], d, running.variant2.data() + at);
    hn::Store(largest[p], d, running.max_abs_error.data() + at);
  }
  if (kBoth) vectors.Store(running_reference);
  for (size_t lane = 0; i < count; ++i, ++lane) {
    const auto r = static_cast<double>(reference[i]);
    running.Add(lane, r, RealOf(variant[i], scale));
    if (kBoth) running_reference.Add(lane, r);
  }
  if (kBoth) *of_reference = running_reference.Finish();
  return running.Finish();
}

template <class T>
HWY_INLINE ErrorSums SumPairs(const float* reference, const T* variant, size_t count,
                              CodeScale scale, ReferenceSums* of_reference) {
  return of_reference != nullptr ? SumAll<true>(reference, variant, count, scale, of_reference)
                                 : SumAll<false>(reference, variant, count, scale, of_reference);
}
ErrorSums SumFloats(const float* reference, const float* variant, size_t count,
                    ReferenceSums* of_reference) {
  return SumPairs(reference, variant, count, {}, of_reference);
}
ErrorSums SumInt8(const float* reference, const int8_t* variant, size_t count, CodeScale scale,
                  ReferenceSums* of_reference) {
  return SumPairs(reference, variant, count, scale, of_reference);
}
ErrorSums SumUInt8(const float* reference, const uint8_t* variant, size_t count, CodeScale scale,
                   ReferenceSums* of_reference) {
  return SumPairs(reference, variant, count, scale, of_reference);
}

}  // namespace quantgate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quantgate {

HWY_EXPORT(CountOutside);
HWY_EXPORT(SumOne);
HWY_EXPORT(SumFloats);
HWY_EXPORT(SumInt8);
HWY_EXPORT(SumUInt8);

ReferenceSums SumReference(std::span<const float> reference) {
  return HWY_DYNAMIC_DISPATCH(SumOne)(reference.data(), reference.size());
}
ErrorSums SumErrors(std::span<const float> reference, std::span<const float> variant,
                    ReferenceSums* of_reference) {
  return HWY_DYNAMIC_DISPATCH(SumFloats)(reference.data(), variant.data(), reference.size(),
                                         of_reference);
}
ErrorSums SumErrors(std::span<const float> reference, std::span<const int8_t> variant,
                    CodeScale scale, ReferenceSums* of_reference) {
  return HWY_DYNAMIC_DISPATCH(SumInt8)(reference.data(), variant.data(), reference.size(), scale,
                                       of_reference);
}
ErrorSums SumErrors(std::span<const float> reference, std::span<const uint8_t> variant,
                    CodeScale scale, ReferenceSums* of_reference) {
  return HWY_DYNAMIC_DISPATCH(SumUInt8)(reference.data(), variant.data(), reference.size(), scale,
                                        of_reference);
}
Clipped CountClipped(std::span<const float> values, ClipLimits limits) {
  return HWY_DYNAMIC_DISPATCH(CountOutside)(values.data(), values.size(), limits);
}

}  // namespace quantgate
#endif
