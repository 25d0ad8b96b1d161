// What ADD's, SUB's and MUL's prepare found out, for whoever makes a faster kernel of the same
// function.
#pragma once

#include <algorithm>

#include "reference/numeric/activation_range.h"
#include "reference/numeric/fixed_point.h"
#include "reference/numeric/float_requantization.h"
#include "reference/ops/broadcast.h"

namespace quantgate {

enum class BinaryKind { kAdd, kSub, kMul };

template <class T>
T Combine(BinaryKind kind, T a, T b) {
  switch (kind) {
    case BinaryKind::kAdd: return a + b;
    case BinaryKind::kSub: return a - b;
    case BinaryKind::kMul: return a * b;
  }
  return a;
}

// Eq. 10 and 11 for one pair of codes.
struct QuantizedBinary {
  BinaryKind kind = BinaryKind::kAdd;
  int32_t zero_point_a = 0;
  int32_t zero_point_b = 0;
  int32_t zero_point_out = 0;
  FixedMultiplier a{};  // ADD and SUB only
  FixedMultiplier b{};
  FixedMultiplier out{};
  CodeRange clamp{};
  RoundingMode rounding = RoundingMode::kDoubleTiesAway;
  int headroom_bits = 20;

  [[nodiscard]] int32_t Apply(int32_t code_a, int32_t code_b) const {
    const int32_t real_a = code_a - zero_point_a;
    const int32_t real_b = code_b - zero_point_b;
    const int32_t combined =
        kind == BinaryKind::kMul
            ? real_a * real_b
            : Combine(kind, MultiplyByFixed(real_a * (1 << headroom_bits), a, rounding),
                      MultiplyByFixed(real_b * (1 << headroom_bits), b, rounding));
    return std::clamp(MultiplyByFixed(combined, out, rounding) + zero_point_out, clamp.min,
                      clamp.max);
  }
};

// The same as XNNPACK computes it. ADD and SUB: both inputs times integers of 21 bits, one shift
// with ties upward (eq. 31); MUL: eq. 30.
struct XnnpackBinary {
  BinaryKind kind = BinaryKind::kAdd;
  int32_t zero_point_a = 0;
  int32_t zero_point_b = 0;
  int32_t zero_point_out = 0;
  int32_t a = 0;  // multipliers of ADD and SUB
  int32_t b = 0;
  int shift = 0;
  float scale = 0;  // of MUL
  CodeRange clamp{};

  [[nodiscard]] int32_t Apply(int32_t code_a, int32_t code_b) const {
    const int32_t real_a = code_a - zero_point_a;
    const int32_t real_b = code_b - zero_point_b;
    if (kind == BinaryKind::kMul) {
      return RequantizeFloat(real_a * real_b, scale, zero_point_out, clamp);
    }
    const int32_t steps = RoundingShiftRight(real_a * a + real_b * b, shift);
    // XNNPACK goes through 16 bits, with saturation, before it adds the zero point.
    return std::clamp(std::clamp(steps, -32768, 32767) + zero_point_out, clamp.min, clamp.max);
  }
};

struct BinarySpec {
  BinaryKind kind = BinaryKind::kAdd;
  Broadcast broadcast;
  FloatRange clamp;           // float32
  QuantizedBinary quantized;  // int8, uint8, int16
};

}  // namespace quantgate
