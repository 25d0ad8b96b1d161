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
Result<Kernel> PrepareExpandDims(PrepareContext& context);
// data_movement.cpp
Result<Kernel> PrepareConcatenation(PrepareContext& context);
// slicing.cpp
Result<Kernel> PrepareSlice(PrepareContext& context);
Result<Kernel> PrepareSplit(PrepareContext& context);
Result<Kernel> PrepareSplitV(PrepareContext& context);
Result<Kernel> PreparePack(PrepareContext& context);
Result<Kernel> PrepareUnpack(PrepareContext& context);
Result<Kernel> PrepareDynamicUpdateSlice(PrepareContext& context);
// strided_slice.cpp
Result<Kernel> PrepareStridedSlice(PrepareContext& context);
// transposition.cpp
Result<Kernel> PrepareTranspose(PrepareContext& context);
Result<Kernel> PrepareReverseV2(PrepareContext& context);
Result<Kernel> PrepareSpaceToDepth(PrepareContext& context);
Result<Kernel> PrepareDepthToSpace(PrepareContext& context);
Result<Kernel> PrepareSpaceToBatchNd(PrepareContext& context);
Result<Kernel> PrepareBatchToSpaceNd(PrepareContext& context);
// gathering.cpp
Result<Kernel> PrepareGather(PrepareContext& context);
Result<Kernel> PrepareGatherNd(PrepareContext& context);
Result<Kernel> PrepareScatterNd(PrepareContext& context);
Result<Kernel> PrepareEmbeddingLookup(PrepareContext& context);
Result<Kernel> PrepareOneHot(PrepareContext& context);
// padding.cpp
Result<Kernel> PreparePad(PrepareContext& context);
Result<Kernel> PreparePadV2(PrepareContext& context);
Result<Kernel> PrepareMirrorPad(PrepareContext& context);
// filling.cpp
Result<Kernel> PrepareShape(PrepareContext& context);
Result<Kernel> PrepareRank(PrepareContext& context);
Result<Kernel> PrepareFill(PrepareContext& context);
Result<Kernel> PrepareRange(PrepareContext& context);
Result<Kernel> PrepareZerosLike(PrepareContext& context);
Result<Kernel> PrepareTile(PrepareContext& context);
Result<Kernel> PrepareBroadcastTo(PrepareContext& context);
Result<Kernel> PrepareBroadcastArgs(PrepareContext& context);
// resizing.cpp
Result<Kernel> PrepareResizeBilinear(PrepareContext& context);
Result<Kernel> PrepareResizeNearestNeighbor(PrepareContext& context);
// conversion.cpp
Result<Kernel> PrepareQuantize(PrepareContext& context);
Result<Kernel> PrepareDequantize(PrepareContext& context);

}  // namespace quantgate
