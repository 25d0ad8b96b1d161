// What the XNNPACK delegate of TensorFlow Lite 2.9.0 gets wrong, so that it is no measure there.
#pragma once

#include "reference/model/op_options.h"

namespace quantgate {

// A defect of 2.9.0: with SAME padding and a stride that leaves input over behind the last window,
// the padding wraps around below zero, no window sees the image, and the output is the bias.
inline bool PaddingWraps(const Subgraph& graph, const OpNode& op) {
  const auto wraps = [&](const auto& options) {
    if (options.padding != schema::Padding::SAME) return false;
    const Shape& in = graph.tensors[static_cast<size_t>(op.inputs[0])].shape;
    const Shape& filter = graph.tensors[static_cast<size_t>(op.inputs[1])].shape;
    if (filter.dim(1) == 1 && filter.dim(2) == 1) return false;
    const auto leaves_over = [&](int axis, int32_t stride, int32_t dilation) {
      const int32_t last = (in.dim(axis) - 1) / stride * stride;
      return last + (filter.dim(axis) - 1) * dilation + 1 < in.dim(axis);
    };
    return leaves_over(1, options.stride_h, options.dilation_h_factor) ||
           leaves_over(2, options.stride_w, options.dilation_w_factor);
  };
  if (op.code == OpCode::kCONV_2D) return wraps(OptionsOrDefault<schema::Conv2DOptionsT>(op));
  if (op.code != OpCode::kDEPTHWISE_CONV_2D) return false;
  return wraps(OptionsOrDefault<schema::DepthwiseConv2DOptionsT>(op));
}

}  // namespace quantgate
