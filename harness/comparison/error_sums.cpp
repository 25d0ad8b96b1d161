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
struct alignas(64) Running {
  EightDoubles error{}, error2{}, reference{}, reference2{}, variant2{}, product{};
  EightDoubles max_abs_error{};
  EightDoubles reference_min{}, reference_max{};

  Running() {
    reference_min.fill(std::numeric_limits<double>::infinity());
    reference_max.fill(-std::numeric_limits<double>::infinity());
  }

  void Add(size_t lane, double r, double v) {
    const double e = v - r;
    error[lane] += e;
    error2[lane] += e * e;
    reference[lane] += r;
    reference2[lane] += r * r;
    variant2[lane] += v * v;
    product[lane] += r * v;
    max_abs_error[lane] = std::max(max_abs_error[lane], std::abs(e));
    reference_min[lane] = std::min(reference_min[lane], r);
    reference_max[lane] = std::max(reference_max[lane], r);
  }

  static double Total(const EightDoubles& sums) {
    double total = 0;
    for (const double sum : sums) total += sum;
    return total;
  }

  [[nodiscard]] ErrorSums Finish() const {
    ErrorSums sums;
    sums.error = Total(error);
    sums.error2 = Total(error2);
    sums.reference = Total(reference);
    sums.reference2 = Total(reference2);
    sums.variant2 = Total(variant2);
    sums.product = Total(product);
    sums.max_abs_error = *std::max_element(max_abs_error.begin(), max_abs_error.end());
    sums.reference_min = *std::min_element(reference_min.begin(), reference_min.end());
    sums.reference_max = *std::max_element(reference_max.begin(), reference_max.end());
    // Squares of floats cannot overflow a double: only infinities and NaN get here.
    sums.finite = std::isfinite(sums.reference2) && std::isfinite(sums.variant2);
    return sums;
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

// Reference values outside the limits; called where the extremes say that there are any.
HWY_INLINE void CountOutside(const float* reference, size_t count, ClipLimits limits,
                             ErrorSums& sums) {
  const D d;
  const V low = hn::Set(d, limits.low);
  const V high = hn::Set(d, limits.high);
  size_t below = 0;
  size_t above = 0;
  size_t i = 0;
  for (; i + kWidth <= count; i += kWidth) {
    const V r = Load(reference + i, CodeScale());
    below += hn::CountTrue(d, hn::Lt(r, low));
    above += hn::CountTrue(d, hn::Gt(r, high));
  }
  for (; i < count; ++i) {
    const auto r = static_cast<double>(reference[i]);
    below += r < limits.low ? 1 : 0;
    above += r > limits.high ? 1 : 0;
  }
  sums.below = static_cast<int64_t>(below);
  sums.above = static_cast<int64_t>(above);
}

template <class T>
HWY_INLINE ErrorSums SumAll(const float* reference, const T* variant, size_t count, CodeScale scale,
                            ClipLimits limits) {
  const D d;
  const V zero = hn::Zero(d);
  Running running;
  V error[kParts], error2[kParts], sum[kParts], reference2[kParts], variant2[kParts];
  V product[kParts], largest[kParts], least[kParts], most[kParts];
  for (size_t p = 0; p < kParts; ++p) {
    error[p] = error2[p] = sum[p] = reference2[p] = variant2[p] = product[p] = zero;
    largest[p] = zero;
    least[p] = hn::Load(d, running.reference_min.data() + p * kWidth);
    most[p] = hn::Load(d, running.reference_max.data() + p * kWidth);
  }
  size_t i = 0;
  for (; i + kSums <= count; i += kSums) {
#pragma GCC unroll 4
    for (size_t p = 0; p < kParts; ++p) {
      const V r = Load(reference + i + p * kWidth, scale);
      const V v = Load(variant + i + p * kWidth, scale);
      const V e = hn::Sub(v, r);
      error[p] = hn::Add(error[p], e);
      error2[p] = hn::Add(error2[p], hn::Mul(e, e));
      sum[p] = hn::Add(sum[p], r);
      reference2[p] = hn::Add(reference2[p], hn::Mul(r, r));
      variant2[p] = hn::Add(variant2[p], hn::Mul(v, v));
      product[p] = hn::Add(product[p], hn::Mul(r, v));
      largest[p] = hn::Max(largest[p], hn::Abs(e));
      least[p] = hn::Min(least[p], r);
      most[p] = hn::Max(most[p], r);
    }
  }
  for (size_t p = 0; p < kParts; ++p) {
    const size_t at = p * kWidth;
    hn::Store(error[p], d, running.error.data() + at);
    hn::Store(error2[p], d, running.error2.data() + at);
    hn::Store(sum[p], d, running.reference.data() + at);
    hn::Store(reference2[p], d, running.reference2.data() + at);
    hn::Store(variant2[p], d, running.variant2.data() + at);
    hn::Store(product[p], d, running.product.data() + at);
    hn::Store(largest[p], d, running.max_abs_error.data() + at);
    hn::Store(least[p], d, running.reference_min.data() + at);
    hn::Store(most[p], d, running.reference_max.data() + at);
  }
  for (size_t lane = 0; i < count; ++i, ++lane) {
    running.Add(lane, static_cast<double>(reference[i]), RealOf(variant[i], scale));
  }
  ErrorSums sums = running.Finish();
  if (sums.reference_min < limits.low || sums.reference_max > limits.high) {
    CountOutside(reference, count, limits, sums);
  }
  return sums;
}

ErrorSums SumFloats(const float* reference, const float* variant, size_t count, CodeScale scale,
                    ClipLimits limits) {
  return SumAll(reference, variant, count, scale, limits);
}
ErrorSums SumInt8(const float* reference, const int8_t* variant, size_t count, CodeScale scale,
                  ClipLimits limits) {
  return SumAll(reference, variant, count, scale, limits);
}
ErrorSums SumUInt8(const float* reference, const uint8_t* variant, size_t count, CodeScale scale,
                   ClipLimits limits) {
  return SumAll(reference, variant, count, scale, limits);
}

}  // namespace quantgate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quantgate {

HWY_EXPORT(SumFloats);
HWY_EXPORT(SumInt8);
HWY_EXPORT(SumUInt8);

ErrorSums SumErrors(std::span<const float> reference, std::span<const float> variant,
                    ClipLimits limits) {
  return HWY_DYNAMIC_DISPATCH(SumFloats)(reference.data(), variant.data(), reference.size(), {},
                                         limits);
}
ErrorSums SumErrors(std::span<const float> reference, std::span<const int8_t> variant,
                    CodeScale scale, ClipLimits limits) {
  return HWY_DYNAMIC_DISPATCH(SumInt8)(reference.data(), variant.data(), reference.size(), scale,
                                       limits);
}
ErrorSums SumErrors(std::span<const float> reference, std::span<const uint8_t> variant,
                    CodeScale scale, ClipLimits limits) {
  return HWY_DYNAMIC_DISPATCH(SumUInt8)(reference.data(), variant.data(), reference.size(), scale,
                                        limits);
}

}  // namespace quantgate
#endif
