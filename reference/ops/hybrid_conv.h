// Convolutions of float activations with int8 weights, which code the activations while they run.
#pragma once

#include "reference/numeric/activation_range.h"
#include "reference/ops/conv_spec.h"
#include "reference/ops/op_def.h"

namespace quantgate {

// CONV_2D or DEPTHWISE_CONV_2D of a float32 input and an int8 filter with one scale an output
// channel (CONV_2D: or one for all). Geometry and types are checked already.
Result<Kernel> PrepareHybridConv(PrepareContext& context, const ConvGeometry& geometry,
                                 Activation activation, bool depthwise);

}  // namespace quantgate
