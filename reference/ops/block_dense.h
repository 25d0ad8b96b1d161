// FULLY_CONNECTED with float activations and int4 weights that have a scale a block.
#pragma once

#include "reference/numeric/activation_range.h"
#include "reference/ops/hybrid_dense.h"
#include "reference/ops/op_def.h"

namespace quantgate {

// Input 1 has its scales in blocks (QuantParams::block) that divide the depth; there is a formula
// for each family of kernels (Profile::code_kernels), block_dense.cpp has them.
Result<Kernel> PrepareBlockDense(PrepareContext& context, const DenseGeometry& geometry,
                                 Activation activation);

}  // namespace quantgate
