// SAME and VALID padding written from their definitions, for the tests of convolutions and pools.
#pragma once

#include "reference/model/op_options.h"

namespace quantgate {

struct Window {
  int outputs = 0;
  int before = 0;  // positions the first window sticks out at the front
};

// SAME: one window for every multiple of the stride inside the input, the missing positions shared
// between both sides, an odd one at the back. VALID: the windows that lie inside.
inline Window WindowOf(schema::Padding padding, int input, int filter, int stride, int dilation) {
  const int extent = (filter - 1) * dilation + 1;
  Window window;
  if (padding == schema::Padding::VALID) {
    while (window.outputs * stride + extent <= input) ++window.outputs;
    return window;
  }
  while (window.outputs * stride < input) ++window.outputs;
  const int missing = (window.outputs - 1) * stride + extent - input;
  if (missing > 0) window.before = missing / 2;
  return window;
}

}  // namespace quantgate
