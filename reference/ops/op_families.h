// The prepare functions of every op family, for op_table.cpp.
#pragma once

#include "reference/ops/op_def.h"

namespace quantgate {

// convolution.cpp
Result<Kernel> PrepareConv2D(PrepareContext& context);
Result<Kernel> PrepareDepthwiseConv2D(PrepareContext& context);
// fully_connected.cpp
Result<Kernel> PrepareFullyConnected(PrepareContext& context);
// pooling.cpp
Result<Kernel> PrepareMaxPool2D(PrepareContext& context);
Result<Kernel> PrepareAveragePool2D(PrepareContext& context);
// binary_arithmetic.cpp
Result<Kernel> PrepareAdd(PrepareContext& context);
Result<Kernel> PrepareSub(PrepareContext& context);
Result<Kernel> PrepareMul(PrepareContext& context);
// activations.cpp
Result<Kernel> PrepareRelu(PrepareContext& context);
Result<Kernel> PrepareRelu6(PrepareContext& context);
Result<Kernel> PrepareLogistic(PrepareContext& context);
// softmax.cpp
Result<Kernel> PrepareSoftmax(PrepareContext& context);
// reduction.cpp
Result<Kernel> PrepareMean(PrepareContext& context);
// shape_ops.cpp
Result<Kernel> PrepareReshape(PrepareContext& context);
Result<Kernel> PrepareSqueeze(PrepareContext& context);
// data_movement.cpp
Result<Kernel> PrepareConcatenation(PrepareContext& context);
Result<Kernel> PreparePad(PrepareContext& context);
// conversion.cpp
Result<Kernel> PrepareQuantize(PrepareContext& context);
Result<Kernel> PrepareDequantize(PrepareContext& context);

}  // namespace quantgate
