// Which inputs a prepared kernel depends on through their values: sizes, shapes, axes, counts. A
// plan checks them in each run, right before the operator.
#pragma once

#include <cstddef>
#include <functional>

namespace quantgate {

// True of a value (the bytes of a tensor) with which a kernel may run.
using ValueTest = std::function<bool(const std::byte*)>;

struct ValueUse {
  size_t input = 0;
  ValueTest holds = {};  // empty: of the value that prepare saw alone
  bool assumed = false;  // prepare saw no value
};

}  // namespace quantgate
