// Pools of floats, one output pixel at a time. Included once for every instruction set.
#if defined(QG_POOLING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QG_POOLING_INL_H_
#undef QG_POOLING_INL_H_
#else
#define QG_POOLING_INL_H_
#endif

#include <limits>

#include "reference/accelerated/requantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quantgate::accelerated::HWY_NAMESPACE {

// As std::max: `a` where the two compare equal or not at all.
template <class V>
HWY_INLINE V LaterIfLarger(V a, V b) {
  return hn::IfThenElse(hn::Lt(a, b), b, a);
}

// Channels `at` and on of one output pixel, as many as D has lanes.
template <bool kMax, class D>
HWY_INLINE void PoolChannels(D d, const FloatPool& pool, int32_t at) {
  auto out = hn::Set(d, kMax ? std::numeric_limits<float>::lowest() : 0.0F);
  for (int32_t y = 0; y < pool.rows; ++y) {
    const float* pixel = pool.first + y * pool.row_step + at;
    for (int32_t x = 0; x < pool.columns; ++x, pixel += pool.channels) {
      const auto value = hn::LoadU(d, pixel);
      out = kMax ? LaterIfLarger(out, value) : hn::Add(out, value);
    }
  }
  if (!kMax) out = hn::Div(out, hn::Set(d, static_cast<float>(pool.rows * pool.columns)));
  hn::StoreU(ClampFloats(out, hn::Set(d, pool.min), hn::Set(d, pool.max)), d, pool.out + at);
}

template <bool kMax>
HWY_INLINE void PoolPixel(const FloatPool& pool) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  const auto lanes = static_cast<int32_t>(hn::Lanes(d));
  int32_t at = 0;
  for (; at + lanes <= pool.channels; at += lanes) PoolChannels<kMax>(d, pool, at);
  if (at + lanes / 2 <= pool.channels) {
    PoolChannels<kMax>(hn::Half<decltype(d)>(), pool, at);
    at += lanes / 2;
  }
  for (; at < pool.channels; ++at) PoolChannels<kMax>(one, pool, at);
}

inline void PoolFloats(const FloatPool& pool) {
  pool.is_max ? PoolPixel<true>(pool) : PoolPixel<false>(pool);
}

}  // namespace quantgate::accelerated::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
