#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "harness/comparison/error_sums.cpp"
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include "harness/comparison/error_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef QG_ERROR_SUMS_ONCE
#define QG_ERROR_SUMS_ONCE
namespace quantgate {
namespace {

inline constexpr size_t kSums = 8;
using EightDoubles = std::array<double, kSums>;

double Total(const EightDoubles& sums) {
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

// Running sums in memory, for the elements behind the last whole vectors and for the end.
struct alignas(64) RunningReference {
  EightDoubles sum{}, sum2{};
  float min = std::numeric_limits<float>::infinity();
  float max = -std::numeric_limits<float>::infinity();

  void Add(size_t lane, float r) {
    const auto wide = static_cast<double>(r);
    sum[lane] += wide;
    sum2[lane] += wide * wide;
    min = std::min(min, r);
    max = std::max(max, r);
  }

  [[nodiscard]] ReferenceSums Finish() const {
    const double squares = Total(sum2);
    // Squares of floats cannot overflow a double: only infinities and NaN get here.
    return {Total(sum), squares, static_cast<double>(min), static_cast<double>(max),
            std::isfinite(squares)};
  }
};

struct alignas(64) RunningErrors {
  EightDoubles error{}, error2{}, variant{}, variant2{};
  float max_abs_error = 0;

  void Add(size_t lane, float r, float v) {
    const double e = static_cast<double>(v) - static_cast<double>(r);
    error[lane] += e;
    error2[lane] += e * e;
    variant[lane] += static_cast<double>(v);
    variant2[lane] += static_cast<double>(v) * static_cast<double>(v);
    max_abs_error = std::max(max_abs_error, std::abs(v - r));
  }

  [[nodiscard]] ErrorSums Finish() const {
    const double squares = Total(error2);
    return {Total(error),
            squares,
            Total(variant),
            Total(variant2),
            static_cast<double>(max_abs_error),
            std::isfinite(squares) && std::isfinite(max_abs_error)};
  }
};

struct alignas(64) RunningClipped {
  EightDoubles excess2{};
  int64_t below = 0;
  int64_t above = 0;

  void Add(size_t lane, float value, const ClipLimits& limits) {
    const auto r = static_cast<double>(value);
    const bool is_below = r < limits.low - limits.tolerance;
    const bool is_above = r > limits.high + limits.tolerance;
    below += is_below ? 1 : 0;
    above += is_above ? 1 : 0;
    const double excess = is_below ? limits.low - r : is_above ? r - limits.high : 0;
    excess2[lane] += excess * excess;
  }
};

// What is summed in floats before it goes to doubles: of so many elements at a time, each float sum
// one of every sixteen.
inline constexpr size_t kFloatSums = 16;
inline constexpr size_t kSpan = 32 * kFloatSums;
using SixteenFloats = std::array<float, kFloatSums>;
static_assert(kSpan / kFloatSums * kMostSteps * kMostSteps <= 1U << 24, "exact in a float");

// Squares of errors beyond these leave the range of floats, or lose digits there.
inline constexpr float kLeastError = 0x1p-50F;
inline constexpr float kMostError = 0x1p50F;

struct alignas(64) SpanSums {
  SixteenFloats error{}, error2{}, step{}, step2{};

  void Add(size_t lane, float e, float steps) {
    error[lane] += e;
    error2[lane] += e * e;
    step[lane] += steps;
    step2[lane] += steps * steps;
  }
};

struct alignas(64) RunningCodes {
  EightDoubles error{}, error2{}, step{}, step2{};
  float max_abs_error = 0;

  [[nodiscard]] ErrorSums Finish(float scale) const {
    const auto wide = static_cast<double>(scale);
    const double squares = Total(error2);
    const bool holds =
        std::isfinite(squares) &&
        (max_abs_error == 0 || (max_abs_error >= kLeastError && max_abs_error <= kMostError));
    return {Total(error),
            squares,
            wide * Total(step),
            wide * wide * Total(step2),
            static_cast<double>(max_abs_error),
            holds};
  }
};

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

HWY_INLINE V Widen(const float* values) { return hn::PromoteTo(D(), hn::LoadU(DFloat(), values)); }

// So many elements at once: vectors of floats, each of which makes vectors of doubles.
inline constexpr size_t kBlock = 2 * kSums;
using F = hn::CappedTag<float, kBlock>;
using VF = hn::Vec<F>;
inline constexpr size_t kFloats = hn::MaxLanes(F());

HWY_INLINE VF Load(const float* values) { return hn::LoadU(F(), values); }

// The vectors of a RunningClipped.
struct ClipVectors {
  const D d;
  const V low, high, lowest, highest;
  V excess2[kParts];
  int64_t below = 0;
  int64_t above = 0;

  HWY_INLINE explicit ClipVectors(const ClipLimits& limits)
      : low(hn::Set(d, limits.low)),
        high(hn::Set(d, limits.high)),
        lowest(hn::Set(d, limits.low - limits.tolerance)),
        highest(hn::Set(d, limits.high + limits.tolerance)) {
    for (size_t p = 0; p < kParts; ++p) excess2[p] = hn::Zero(d);
  }
  HWY_INLINE void Add(size_t p, V r) {
    const auto is_below = hn::Lt(r, lowest);
    const auto is_above = hn::Gt(r, highest);
    below += static_cast<int64_t>(hn::CountTrue(d, is_below));
    above += static_cast<int64_t>(hn::CountTrue(d, is_above));
    const V excess =
        hn::IfThenElse(is_below, hn::Sub(low, r), hn::IfThenElseZero(is_above, hn::Sub(r, high)));
    excess2[p] = hn::Add(excess2[p], hn::Mul(excess, excess));
  }
  HWY_INLINE void Store(RunningClipped& running) const {
    running.below = below;
    running.above = above;
    for (size_t p = 0; p < kParts; ++p) {
      hn::Store(excess2[p], d, running.excess2.data() + p * kWidth);
    }
  }
};

Clipped CountOutside(const float* values, size_t count, const ClipLimits& limits) {
  ClipVectors vectors(limits);
  size_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (size_t p = 0; p < kParts; ++p) vectors.Add(p, Widen(values + i + p * kWidth));
  }
  RunningClipped running;
  vectors.Store(running);
  for (; i < count; ++i) running.Add(i % kSums, values[i], limits);
  return {running.below, running.above, Total(running.excess2)};
}

// The vectors of a RunningReference.
struct ReferenceVectors {
  V sum[kParts], sum2[kParts];
  VF min = hn::Set(F(), RunningReference().min);
  VF max = hn::Set(F(), RunningReference().max);

  HWY_INLINE ReferenceVectors() {
    for (size_t p = 0; p < kParts; ++p) sum[p] = sum2[p] = hn::Zero(D());
  }
  HWY_INLINE void Track(VF r) {
    min = hn::Min(min, r);
    max = hn::Max(max, r);
  }
  HWY_INLINE void Add(size_t p, V r) {
    sum[p] = hn::Add(sum[p], r);
    sum2[p] = hn::MulAdd(r, r, sum2[p]);
  }
  HWY_INLINE void Store(RunningReference& running) const {
    for (size_t p = 0; p < kParts; ++p) {
      hn::Store(sum[p], D(), running.sum.data() + p * kWidth);
      hn::Store(sum2[p], D(), running.sum2.data() + p * kWidth);
    }
    running.min = hn::GetLane(hn::MinOfLanes(F(), min));
    running.max = hn::GetLane(hn::MaxOfLanes(F(), max));
  }
};

ReferenceSums SumOne(const float* reference, size_t count) {
  RunningReference running;
  ReferenceVectors vectors;
  size_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    for (size_t k = 0; k < kBlock; k += kFloats) vectors.Track(Load(reference + i + k));
#pragma GCC unroll 8
    for (size_t k = 0; k < kBlock; k += kWidth) {
      vectors.Add(k / kWidth % kParts, Widen(reference + i + k));
    }
  }
  vectors.Store(running);
  for (size_t k = 0; i < count; ++i, ++k) running.Add(k % kSums, reference[i]);
  return running.Finish();
}

// The vectors of a RunningErrors.
struct ErrorVectors {
  V error[kParts], error2[kParts], variant[kParts], variant2[kParts];
  VF largest = hn::Zero(F());

  HWY_INLINE ErrorVectors() {
    for (size_t p = 0; p < kParts; ++p) {
      error[p] = error2[p] = variant[p] = variant2[p] = hn::Zero(D());
    }
  }
  HWY_INLINE void Track(VF r, VF v) { largest = hn::Max(largest, hn::Abs(hn::Sub(v, r))); }
  HWY_INLINE void Add(size_t p, V r, V v) {
    const V e = hn::Sub(v, r);
    error[p] = hn::Add(error[p], e);
    error2[p] = hn::Add(error2[p], hn::Mul(e, e));
    variant[p] = hn::Add(variant[p], v);
    variant2[p] = hn::MulAdd(v, v, variant2[p]);
  }
  HWY_INLINE void Store(RunningErrors& running) const {
    for (size_t p = 0; p < kParts; ++p) {
      hn::Store(error[p], D(), running.error.data() + p * kWidth);
      hn::Store(error2[p], D(), running.error2.data() + p * kWidth);
      hn::Store(variant[p], D(), running.variant.data() + p * kWidth);
      hn::Store(variant2[p], D(), running.variant2.data() + p * kWidth);
    }
    running.max_abs_error = hn::GetLane(hn::MaxOfLanes(F(), largest));
  }
};

ErrorSums SumFloats(const float* reference, const float* variant, size_t count) {
  RunningErrors running;
  ErrorVectors vectors;
  size_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    for (size_t k = 0; k < kBlock; k += kFloats) {
      vectors.Track(Load(reference + i + k), Load(variant + i + k));
    }
#pragma GCC unroll 8
    for (size_t k = 0; k < kBlock; k += kWidth) {
      vectors.Add(k / kWidth % kParts, Widen(reference + i + k), Widen(variant + i + k));
    }
  }
  vectors.Store(running);
  for (size_t k = 0; i < count; ++i, ++k) running.Add(k % kSums, reference[i], variant[i]);
  return running.Finish();
}

// The vectors of a SpanSums. Sums of steps and of their squares are exact, so a fused MulAdd rounds
// as a product and a sum do; those of errors are not, and are never fused.
inline constexpr size_t kFloatParts = kFloatSums / kFloats;

struct SpanVectors {
  VF error[kFloatParts], error2[kFloatParts], step[kFloatParts], step2[kFloatParts];

  HWY_INLINE SpanVectors() {
    for (size_t p = 0; p < kFloatParts; ++p) {
      error[p] = error2[p] = step[p] = step2[p] = hn::Zero(F());
    }
  }
  HWY_INLINE void Add(size_t p, VF e, VF steps) {
    error[p] = hn::Add(error[p], e);
    error2[p] = hn::Add(error2[p], hn::Mul(e, e));
    step[p] = hn::Add(step[p], steps);
    step2[p] = hn::MulAdd(steps, steps, step2[p]);
  }
  HWY_INLINE void Store(SpanSums& span) const {
    for (size_t p = 0; p < kFloatParts; ++p) {
      hn::Store(error[p], F(), span.error.data() + p * kFloats);
      hn::Store(error2[p], F(), span.error2.data() + p * kFloats);
      hn::Store(step[p], F(), span.step.data() + p * kFloats);
      hn::Store(step2[p], F(), span.step2.data() + p * kFloats);
    }
  }
};

// Sum l of a span goes to the double sum l % 8.
HWY_INLINE void Gather(const SixteenFloats& sums, EightDoubles& into) {
  for (size_t k = 0; k < kSums; k += kWidth) {
    V sum = hn::Load(D(), into.data() + k);
    sum = hn::Add(sum, Widen(sums.data() + k));
    hn::Store(hn::Add(sum, Widen(sums.data() + kSums + k)), D(), into.data() + k);
  }
}
HWY_INLINE void Gather(const SpanSums& span, RunningCodes& running) {
  Gather(span.error, running.error);
  Gather(span.error2, running.error2);
  Gather(span.step, running.step);
  Gather(span.step2, running.step2);
}

template <bool kBoth, class Code>
HWY_INLINE ErrorSums SumAll(const float* reference, const Code* codes, size_t count,
                            CodeScale scale, ReferenceSums* of_reference) {
  const hn::Rebind<int32_t, F> di;
  const hn::Rebind<Code, F> dc;
  const auto zero_point = hn::Set(di, scale.zero_point);
  const VF step_size = hn::Set(F(), scale.scale);
  RunningReference running_reference;
  RunningCodes running;
  ReferenceVectors of_r;
  VF largest = hn::Zero(F());
  SpanSums span;
  size_t i = 0;
  do {
    SpanVectors sums;
    const size_t end = HWY_MIN(count, i + kSpan);
    for (; i + kBlock <= end; i += kBlock) {
      // Large tensors of the reference have left the caches nearest by now.
      hwy::Prefetch(reference + i + kSpan);
#pragma GCC unroll 4
      for (size_t k = 0; k < kBlock; k += kFloats) {
        const VF r = Load(reference + i + k);
        const VF steps = hn::ConvertTo(
            F(), hn::Sub(hn::PromoteTo(di, hn::LoadU(dc, codes + i + k)), zero_point));
        const VF e = hn::Sub(hn::Mul(steps, step_size), r);
        largest = hn::Max(largest, hn::Abs(e));
        sums.Add(k / kFloats, e, steps);
        if (kBoth) of_r.Track(r);
      }
#pragma GCC unroll 8
      for (size_t k = 0; kBoth && k < kBlock; k += kWidth) {
        of_r.Add(k / kWidth % kParts, Widen(reference + i + k));
      }
    }
    sums.Store(span);
    if (end == count) break;
    Gather(span, running);
  } while (true);
  running.max_abs_error = hn::GetLane(hn::MaxOfLanes(F(), largest));
  if (kBoth) of_r.Store(running_reference);
  for (size_t k = 0; i < count; ++i, ++k) {
    const auto steps = static_cast<float>(codes[i] - scale.zero_point);
    const float e = steps * scale.scale - reference[i];
    span.Add(k, e, steps);
    running.max_abs_error = HWY_MAX(running.max_abs_error, std::abs(e));
    if (kBoth) running_reference.Add(k % kSums, reference[i]);
  }
  Gather(span, running);
  if (kBoth) *of_reference = running_reference.Finish();
  return running.Finish(scale.scale);
}

template <class Code>
HWY_INLINE ErrorSums SumCodes(const float* reference, const Code* codes, size_t count,
                              CodeScale scale, ReferenceSums* of_reference) {
  return of_reference != nullptr ? SumAll<true>(reference, codes, count, scale, of_reference)
                                 : SumAll<false>(reference, codes, count, scale, of_reference);
}
ErrorSums SumInt8(const float* reference, const int8_t* variant, size_t count, CodeScale scale,
                  ReferenceSums* of_reference) {
  return SumCodes(reference, variant, count, scale, of_reference);
}
ErrorSums SumUInt8(const float* reference, const uint8_t* variant, size_t count, CodeScale scale,
                   ReferenceSums* of_reference) {
  return SumCodes(reference, variant, count, scale, of_reference);
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
ErrorSums SumErrors(std::span<const float> reference, std::span<const float> variant) {
  return HWY_DYNAMIC_DISPATCH(SumFloats)(reference.data(), variant.data(), reference.size());
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
Clipped CountClipped(std::span<const float> values, const ClipLimits& limits) {
  return HWY_DYNAMIC_DISPATCH(CountOutside)(values.data(), values.size(), limits);
}

}  // namespace quantgate
#endif
