// The exponential and the reciprocal in fixed point, as gemmlowp defines them; what TFLite's
// reference softmax is made of (eq. 13a). QN.M below: N integer bits, M fractional bits, one sign
// bit.
#pragma once

#include <cstdint>

namespace quantgate {

// exp(a) for a <= 0 in Q5.26, as Q0.31 (exp(0) is the largest value): a Taylor polynomial about
// -1/8 on (-1/4, 0], times one constant for each bit of what is left.
int32_t ExpOnNegative(int32_t a_q5_26);

// 1 / x for x > 0 with `integer_bits` integer bits: the result in Q0.31 lies in (1/2, 1] and is to
// be multiplied by 2^-bits_over_unit. Newton's division, three steps in Q2.29.
struct Reciprocal {
  int32_t value_q31 = 0;
  int bits_over_unit = 0;
};
Reciprocal FixedReciprocal(int32_t x, int integer_bits);

}  // namespace quantgate
