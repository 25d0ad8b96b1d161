// What FULLY_CONNECTED's prepare found out, for whoever makes a faster kernel of the same function.
#pragma once

#include "reference/ops/conv_spec.h"
#include "reference/ops/hybrid_dense.h"

namespace quantgate {

// Input 0, weights 1, bias 2 (perhaps left out); input, weights and output of one kind.
struct DenseSpec {
  DenseGeometry geometry;
  FloatRange clamp;         // float32
  QuantizedSpec quantized;  // int8, uint8, int16
};

}  // namespace quantgate
