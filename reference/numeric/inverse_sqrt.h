// The inverse square root in fixed point.
#pragma once

#include "reference/numeric/fixed_point.h"

namespace quantgate {

// 1 / sqrt(input) as a FixedMultiplier whose `shift` says how far to the left (negative: to the
// right) its Q31 value goes; input >= 0, and 0 and 1 both give just under one. Five Newton-Raphson
// steps, x <- x (3 - input x^2) / 2, in Q3.28; source: TFLite GetInvSqrtQuantizedMultiplierExp.
FixedMultiplier InverseSqrt(int32_t input);

}  // namespace quantgate
