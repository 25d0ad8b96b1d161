#include "reference/ops/fill_pattern.h"

#include <algorithm>
#include <cstring>

namespace quantgate {

FillPattern ZerosOf(const TensorInfo& tensor) {
  FillPattern pattern;
  pattern.bytes = static_cast<size_t>(DTypeBits(tensor.dtype)) / 8;
  if (tensor.quant.quantized() && IsQuantizedStorage(tensor.dtype)) {
    // Little end first: the low bytes of the zero point are its code.
    const int32_t code = tensor.quant.zero_point();
    std::memcpy(pattern.element.data(), &code, std::min(pattern.bytes, sizeof(code)));
  }
  return pattern;
}

FillPattern PatternAt(const std::byte* from, size_t bytes) {
  FillPattern pattern;
  pattern.bytes = bytes;
  std::memcpy(pattern.element.data(), from, bytes);
  return pattern;
}

void FillBytes(const FillPattern& pattern, std::byte* to, size_t bytes) {
  if (bytes == 0) return;
  if (pattern.bytes == 1) {
    std::memset(to, static_cast<int>(pattern.element[0]), bytes);
    return;
  }
  // What is filled already doubles itself.
  size_t filled = std::min(pattern.bytes, bytes);
  std::memcpy(to, pattern.element.data(), filled);
  while (filled < bytes) {
    const size_t more = std::min(filled, bytes - filled);
    std::memcpy(to + filled, to, more);
    filled += more;
  }
}

}  // namespace quantgate
