// Integer arithmetic that stands in for a product with a real number. A positive real multiplier M
// is held as a Q31 integer and a power of two:
//
//   M ~ multiplier_q31 * 2^(shift - 31),   2^30 <= multiplier_q31 < 2^31 (or 0 for M = 0)   (eq. 3)
//
// How the product is rounded is not one thing but several, and published runtimes differ; hence
// RoundingMode is a value, never a build switch. The equations are derived in reference/README.md.
#pragma once

#include <cstdint>

namespace quantgate {

// How `round(x * M)` is computed. All modes agree but for ties and near-ties, by at most one.
enum class RoundingMode {
  // Q31 product rounded with ties upward, then a right shift rounded with ties away from zero:
  // gemmlowp's pair, TFLite's reference kernels and its depthwise kernels.
  kDoubleTiesAway,
  // The same product, then a right shift rounded with ties upward: the GEMM path (ruy) of
  // TFLite 2.9 on x86, for convolution and fully connected layers.
  kDoubleTiesUp,
  // One 64-bit product, one rounding with ties upward: TFLite built with single rounding, TFLM.
  kSingle,
};

struct FixedMultiplier {
  int32_t multiplier_q31 = 0;
  int shift = 0;  // positive shifts left

  friend bool operator==(const FixedMultiplier&, const FixedMultiplier&) = default;
};

// The nearest FixedMultiplier to `real_multiplier` (>= 0); ties of the Q31 rounding go away from
// zero. Below 2^-32 it is zero, and for NaN; from 2^30 on, infinity included, it saturates. Source:
// TFLite QuantizeMultiplier.
FixedMultiplier ToFixedMultiplier(double real_multiplier);

// The real number a FixedMultiplier stands for: multiplier_q31 * 2^(shift - 31).
double ToReal(FixedMultiplier multiplier);

// (2 a b + 2^31) >> 32, that is round(a b / 2^31) with ties upward (eq. 4); the one overflowing
// case, a = b = -2^31, saturates to 2^31 - 1.
inline int32_t RoundingDoublingHighMul(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  const int64_t product = static_cast<int64_t>(a) * b;
  return static_cast<int32_t>((product + (int64_t{1} << 30)) >> 31);
}

// round(x / 2^exponent), ties away from zero (eq. 5); 0 <= exponent <= 31.
inline int32_t RoundingDivideByPowerOfTwo(int32_t x, int exponent) {
  const int64_t mask = (int64_t{1} << exponent) - 1;
  const int64_t remainder = x & mask;
  const int64_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return static_cast<int32_t>((x >> exponent) + (remainder > threshold ? 1 : 0));
}

// round(x / 2^exponent), ties upward (eq. 6); 0 <= exponent <= 31.
inline int32_t RoundingShiftRight(int32_t x, int exponent) {
  const int64_t half = (int64_t{1} << exponent) >> 1;
  return static_cast<int32_t>((x + half) >> exponent);
}

// round(x * M) under `mode` (eq. 7). A left shift wraps as 32-bit arithmetic does; callers keep
// |x| * 2^shift below 2^31 (a layer that cannot is refused in prepare).
int32_t MultiplyByFixed(int32_t x, FixedMultiplier multiplier, RoundingMode mode);

// The product of a 64-bit accumulator (|x| < 2^47) with the top 15 bits of the multiplier (eq. 24):
//   m = min((multiplier_q31 + 2^15) >> 16, 2^15 - 1)     (x m + 2^(14 - shift)) >> (15 - shift)
// ties upward. What TFLite's kernels with 16-bit activations use, in every build. Larger ones wrap.
int32_t MultiplyWideByFixed(int64_t x, FixedMultiplier multiplier);

}  // namespace quantgate
