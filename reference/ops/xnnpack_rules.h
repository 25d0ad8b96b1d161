// What the XNNPACK delegate of TensorFlow Lite 2.9, and that of today's LiteRT, takes, of the
// operators whose arithmetic on int8 codes is another one there. Whatever it leaves to the built-in
// kernels computes as they do, so a rule here decides bytes. Source: recomputation of random models
// (tests/conformance).
#pragma once

#include "reference/ops/op_def.h"

namespace quantgate {

// Inputs [first, first + count) and the output are int8 with one scale, and the profile is one that
// runs such operators on XNNPACK.
bool XnnpackTakes(const PrepareContext& context, size_t first, size_t count);

// Where a layer has its tensors, and what it demands of them.
struct XnnpackLayer {
  size_t input = 0;
  size_t weights = 1;
  size_t bias = 2;
  bool needs_bias = true;
  bool per_axis = true;  // weights may have a scale a channel
};
// A convolution or dense layer whose weights and bias are constants.
bool XnnpackTakesLayer(const PrepareContext& context, const XnnpackLayer& layer);

// A convolution (not depthwise) or dense layer of float activations and int8 weights: today's
// LiteRT hands those whose weights and bias are constants to its XNNPACK; 2.9.0 none.
bool XnnpackTakesHybrid(const PrepareContext& context);

// ADD and SUB: the scale of each input against the output's is in [2^-10, 2^8); MUL: the product of
// the inputs' scales against the output's is in [2^-16, 2^8).
bool XnnpackTakesSum(const PrepareContext& context);
bool XnnpackTakesProduct(const PrepareContext& context);

}  // namespace quantgate
