// Memory filled with one element again and again.
#pragma once

#include <array>
#include <cstddef>

#include "reference/model/graph.h"

namespace quantgate {

struct FillPattern {
  std::array<std::byte, 16> element{};
  size_t bytes = 1;  // of one element
};

// The code of the real number zero: the zero point of a quantized tensor of 8 or 16 bits, zero bits
// otherwise. Needs elements of whole bytes.
FillPattern ZerosOf(const TensorInfo& tensor);

// The element of `bytes` <= 16 bytes at `from`.
FillPattern PatternAt(const std::byte* from, size_t bytes);

// Fills `bytes` bytes, a multiple of the element's.
void FillBytes(const FillPattern& pattern, std::byte* to, size_t bytes);

}  // namespace quantgate
