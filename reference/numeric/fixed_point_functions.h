// Logistic and hyperbolic tangent on 16-bit fixed point, for integer recurrent layers and 16-bit
// activations. Two families, both of TFLite: a Newton-Raphson evaluation on powers of two (the
// gemmlowp library's), and an interpolated table for any scale. They differ in the last bits, so
// which one runs is part of the arithmetic.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace quantgate {

// The exponent of a scale that is a power of two to within a thousandth of the exponent, as TFLite
// asks of 16-bit activations and cells; nothing for another scale.
std::optional<int> PowerOfTwoExponent(float scale);

// 1 / (1 + exp(-x)): x in Q3.12, the result in Q0.15.
int16_t LogisticFixed(int16_t x);

// tanh(x): x with `integer_bits` bits before the point (0..6), the result in Q0.15.
int16_t TanhFixed(int16_t x, int integer_bits);

// A product with a power of two, clamped to 16 bits; 0 <= exponent <= 15.
int16_t SaturatingShiftLeft(int16_t x, int exponent);

// The table of sigmoid(i / 24), i = 0..255, in Q0.16, read between entries, which are moved so that
// the error of the straight lines between them is shared between their ends and middles.
class SigmoidTable {
 public:
  SigmoidTable();
  // `x` counts in steps of 1 / (3 * 4096); the result is Q0.15, rounded to nearest.
  [[nodiscard]] int16_t Logistic(int32_t x) const;
  [[nodiscard]] int16_t Tanh(int32_t x) const;

 private:
  std::array<uint16_t, 256> entries_;
};

}  // namespace quantgate
