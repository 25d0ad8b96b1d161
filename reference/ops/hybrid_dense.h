// FULLY_CONNECTED with float activations and int8 weights: the input is quantized on the fly, row
// by row.
#pragma once

#include "reference/numeric/activation_range.h"
#include "reference/ops/op_def.h"

namespace quantgate {

// input [batches, depth], weights [units, depth], output [batches, units].
struct DenseGeometry {
  int64_t batches = 0;
  int32_t depth = 0;
  int32_t units = 0;
};

// `asymmetric` quantizes rows to the whole of [-128, 127] with a zero point of their own, otherwise
// to [-127, 127] about zero. Where XNNPACK runs the layer (xnnpack_rules.h), it does so by its own
// rule, whatever `asymmetric` says.
Result<Kernel> PrepareHybridDense(PrepareContext& context, const DenseGeometry& geometry,
                                  Activation activation, bool asymmetric);

}  // namespace quantgate
