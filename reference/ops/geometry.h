// Sliding windows: how many outputs there are and where each window lies.
#pragma once

#include <cstdint>

#include "reference/ops/op_def.h"

namespace quantgate {

// The numbers are the model format's (Padding).
enum class PaddingKind : int8_t { kSame = 0, kValid = 1 };

// One spatial axis of a convolution or pool.
struct WindowAxis {
  int32_t input = 0;
  int32_t output = 0;
  int32_t filter = 0;
  int32_t stride = 1;
  int32_t dilation = 1;
  int32_t padding_before = 0;

  // First input position of the window of output `o`; may be negative.
  [[nodiscard]] int32_t origin(int32_t o) const { return o * stride - padding_before; }
};

// Output extent and padding, as TFLite computes them:
//   effective = (filter - 1) * dilation + 1
//   SAME: output = ceil(input / stride)     VALID: output = ceil((input - effective + 1) / stride)
//   padding_before = max(0, (output - 1) * stride + effective - input) / 2
// Fails for extents, strides or dilations below 1, and for a window larger than a VALID input.
Result<WindowAxis> MakeWindowAxis(int32_t input, int32_t filter, int32_t stride, int32_t dilation,
                                  PaddingKind padding);

// A flat offset into [N,H,W,C].
struct Nhwc {
  int32_t n, h, w, c;
  explicit Nhwc(const Shape& shape)
      : n(shape.dim(0)), h(shape.dim(1)), w(shape.dim(2)), c(shape.dim(3)) {}
  [[nodiscard]] int64_t offset(int32_t in, int32_t ih, int32_t iw) const {
    return ((static_cast<int64_t>(in) * h + ih) * w + iw) * c;
  }
};

}  // namespace quantgate
