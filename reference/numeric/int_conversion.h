// Floats to integers where the language leaves open what becomes of those that do not fit.
#pragma once

#include <cstdint>

namespace quantgate {

// `x` without its fraction; INT32_MIN for NaN and what an int32 does not hold, as the conversion
// instruction of x86 has it. (Absurd scales lead there.)
inline int32_t ToInt32(float x) {
  return x >= -0x1p31F && x < 0x1p31F ? static_cast<int32_t>(x) : INT32_MIN;
}

}  // namespace quantgate
