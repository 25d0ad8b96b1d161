// Floats to integers where the language leaves open what becomes of those that do not fit.
#pragma once

#include <cstdint>

namespace quantgate {

// `x` without its fraction; INT32_MIN for NaN and what an int32 does not hold, as the conversion
// instruction of x86 has it. (Absurd scales lead there.)
inline int32_t ToInt32(float x) {
  return x >= -0x1p31F && x < 0x1p31F ? static_cast<int32_t>(x) : INT32_MIN;
}

// ToInt32(steps) + zero_point modulo 2^32: the smallest int32 has no room for a negative zero
// point.
inline int32_t ToCode(float steps, int32_t zero_point) {
  return static_cast<int32_t>(static_cast<uint32_t>(ToInt32(steps)) +
                              static_cast<uint32_t>(zero_point));
}

}  // namespace quantgate
