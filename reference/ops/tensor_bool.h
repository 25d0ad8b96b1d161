// A bool as tensors hold it: a byte, of which every one but 0 is true. Files and callers may put
// any there; C++'s own bool must not be read from a byte other than 0 and 1.
#pragma once

#include <cstdint>

namespace quantgate {

struct TensorBool {
  TensorBool() = default;
  TensorBool(bool value) : byte(value ? 1 : 0) {}  // NOLINT(google-explicit-constructor)
  operator bool() const { return byte != 0; }      // NOLINT(google-explicit-constructor)
  uint8_t byte = 0;
};
static_assert(sizeof(TensorBool) == 1);

}  // namespace quantgate
