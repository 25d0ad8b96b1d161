// Where the values of samples are taken from, as bytes of one element type, little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "reference/core/result.h"

namespace quantgate {

class SampleStore {
 public:
  virtual ~SampleStore() = default;
  // The bytes of sample `index`, equally many for each: where they lie, or read into `buffer`.
  // Threads with buffers of their own may read at once. kInput names the file.
  [[nodiscard]] virtual Result<std::span<const std::byte>> Read(
      int64_t index, std::vector<std::byte>& buffer) const = 0;
};

}  // namespace quantgate
