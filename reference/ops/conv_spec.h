// What the convolutions' prepare found out, for whoever makes a faster kernel of the same function.
#pragma once

#include "reference/numeric/activation_range.h"
#include "reference/ops/geometry.h"
#include "reference/ops/output_stage.h"

namespace quantgate {

struct ConvGeometry {
  WindowAxis y;
  WindowAxis x;
  int32_t batches = 0;
  int32_t in_channels = 0;
  int32_t filter_channels = 0;  // input channels one output channel reads (depthwise: 1)
  int32_t out_channels = 0;

  [[nodiscard]] int64_t input_offset(int32_t n, int32_t iy, int32_t ix) const {
    return ((static_cast<int64_t>(n) * y.input + iy) * x.input + ix) * in_channels;
  }
  [[nodiscard]] int64_t output_offset(int32_t n, int32_t oy, int32_t ox) const {
    return ((static_cast<int64_t>(n) * y.output + oy) * x.output + ox) * out_channels;
  }
};

// The numbers of a quantized kernel; unused by float ones.
struct QuantizedSpec {
  OutputStage stage;
  int32_t input_zero_point = 0;
  int32_t weight_zero_point = 0;
};

// CONV_2D or DEPTHWISE_CONV_2D: input 0, filter 1, bias 2 (perhaps left out).
struct ConvSpec {
  bool depthwise = false;
  ConvGeometry geometry;
  FloatRange clamp;         // float32
  QuantizedSpec quantized;  // int8, uint8, int16
};

}  // namespace quantgate
