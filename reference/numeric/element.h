// One element of a tensor of any numeric type, read as a double. For tables, comparisons and
// constants of unknown type; kernels know their types.
#pragma once

#include <cstddef>
#include <span>

#include "reference/core/dtype.h"

namespace quantgate {

bool IsFloat(DType dtype);  // float16, bfloat16, float32, float64
// True for the types ReadElement reads: floats, integers (packed ones too) and bool.
bool IsNumeric(DType dtype);

// Element `index` of `data`. Integers of 64 bits beyond 2^53 lose their low bits.
double ReadElement(std::span<const std::byte> data, DType dtype, size_t index);

// IEEE 754 half precision to single precision, exact.
float HalfToFloat(uint16_t half);

// The nearest number of bfloat16's 8 significant bits, ties to even; NaN stays.
float RoundToBfloat16(float value);

}  // namespace quantgate
