// The prepare functions of every op family, for op_table.cpp.
#pragma once

#include "reference/ops/op_def.h"

namespace quantgate {

// convolution.cpp
Result<Kernel> PrepareConv2D(PrepareContext& context);
Result<Kernel> PrepareDepthwiseConv2D(PrepareContext& context);
// conv_3d.cpp
Result<Kernel> PrepareConv3D(PrepareContext& context);
// fully_connected.cpp
Result<Kernel> PrepareFullyConnected(PrepareContext& context);
// pooling.cpp
Result<Kernel> PrepareMaxPool2D(PrepareContext& context);
Result<Kernel> PrepareAveragePool2D(PrepareContext& context);
Result<Kernel> PrepareL2Pool2D(PrepareContext& context);
// binary_arithmetic.cpp
Result<Kernel> PrepareAdd(PrepareContext& context);
Result<Kernel> PrepareSub(PrepareContext& context);
Result<Kernel> PrepareMul(PrepareContext& context);
// activations.cpp
Result<Kernel> PrepareRelu(PrepareContext& context);
Result<Kernel> PrepareRelu6(PrepareContext& context);
Result<Kernel> PrepareReluN1To1(PrepareContext& context);
Result<Kernel> PrepareRelu0To1(PrepareContext& context);
// softmax.cpp
Result<Kernel> PrepareSoftmax(PrepareContext& context);
// mean_sum.cpp
Result<Kernel> PrepareMean(PrepareContext& context);
Result<Kernel> PrepareSum(PrepareContext& context);
// shape_ops.cpp
Result<Kernel> PrepareReshape(PrepareContext& context);
Result<Kernel> PrepareSqueeze(PrepareContext& context);
Result<Kernel> PrepareExpandDims(PrepareContext& context);
Result<Kernel> PrepareDensify(PrepareContext& context);
Result<Kernel> PrepareDetectionPostProcess(PrepareContext& context);
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
// unary_math.cpp
Result<Kernel> PrepareAbs(PrepareContext& context);
Result<Kernel> PrepareNeg(PrepareContext& context);
Result<Kernel> PrepareSqrt(PrepareContext& context);
Result<Kernel> PrepareRsqrt(PrepareContext& context);
Result<Kernel> PrepareExp(PrepareContext& context);
Result<Kernel> PrepareLog(PrepareContext& context);
Result<Kernel> PrepareSin(PrepareContext& context);
Result<Kernel> PrepareCos(PrepareContext& context);
Result<Kernel> PrepareSquare(PrepareContext& context);
Result<Kernel> PrepareCeil(PrepareContext& context);
Result<Kernel> PrepareFloor(PrepareContext& context);
Result<Kernel> PrepareRound(PrepareContext& context);
Result<Kernel> PrepareSign(PrepareContext& context);
// binary_math.cpp
Result<Kernel> PrepareMaximum(PrepareContext& context);
Result<Kernel> PrepareMinimum(PrepareContext& context);
Result<Kernel> PrepareDiv(PrepareContext& context);
Result<Kernel> PrepareSquaredDifference(PrepareContext& context);
Result<Kernel> PreparePow(PrepareContext& context);
Result<Kernel> PrepareFloorDiv(PrepareContext& context);
Result<Kernel> PrepareFloorMod(PrepareContext& context);
Result<Kernel> PrepareAddN(PrepareContext& context);
// comparison.cpp
Result<Kernel> PrepareEqual(PrepareContext& context);
Result<Kernel> PrepareNotEqual(PrepareContext& context);
Result<Kernel> PrepareLess(PrepareContext& context);
Result<Kernel> PrepareLessEqual(PrepareContext& context);
Result<Kernel> PrepareGreater(PrepareContext& context);
Result<Kernel> PrepareGreaterEqual(PrepareContext& context);
Result<Kernel> PrepareLogicalAnd(PrepareContext& context);
Result<Kernel> PrepareLogicalOr(PrepareContext& context);
Result<Kernel> PrepareLogicalNot(PrepareContext& context);
Result<Kernel> PrepareSelect(PrepareContext& context);
Result<Kernel> PrepareSelectV2(PrepareContext& context);
// lookup_activations.cpp
Result<Kernel> PrepareLogistic(PrepareContext& context);
Result<Kernel> PrepareTanh(PrepareContext& context);
Result<Kernel> PrepareElu(PrepareContext& context);
Result<Kernel> PrepareGelu(PrepareContext& context);
// piecewise_activations.cpp
Result<Kernel> PrepareHardSwish(PrepareContext& context);
Result<Kernel> PrepareLeakyRelu(PrepareContext& context);
Result<Kernel> PreparePrelu(PrepareContext& context);
// log_softmax.cpp
Result<Kernel> PrepareLogSoftmax(PrepareContext& context);
// normalization.cpp
Result<Kernel> PrepareL2Normalization(PrepareContext& context);
Result<Kernel> PrepareLocalResponseNormalization(PrepareContext& context);
// reduction.cpp
Result<Kernel> PrepareReduceProd(PrepareContext& context);
Result<Kernel> PrepareReduceMin(PrepareContext& context);
Result<Kernel> PrepareReduceMax(PrepareContext& context);
Result<Kernel> PrepareReduceAny(PrepareContext& context);
Result<Kernel> PrepareReduceAll(PrepareContext& context);
// ordering.cpp
Result<Kernel> PrepareArgMax(PrepareContext& context);
Result<Kernel> PrepareArgMin(PrepareContext& context);
Result<Kernel> PrepareTopKV2(PrepareContext& context);
Result<Kernel> PrepareCumsum(PrepareContext& context);
// batch_matmul.cpp
Result<Kernel> PrepareBatchMatmul(PrepareContext& context);
// transpose_conv.cpp
Result<Kernel> PrepareTransposeConv(PrepareContext& context);
// lstm.cpp
Result<Kernel> PrepareUnidirectionalSequenceLstm(PrepareContext& context);
// rnn.cpp
Result<Kernel> PrepareUnidirectionalSequenceRnn(PrepareContext& context);
// svdf.cpp
Result<Kernel> PrepareSvdf(PrepareContext& context);
// control_flow.cpp
Result<Kernel> PrepareIf(PrepareContext& context);
Result<Kernel> PrepareWhere(PrepareContext& context);
Result<Kernel> PrepareWhile(PrepareContext& context);
Result<Kernel> PrepareCallOnce(PrepareContext& context);
Result<Kernel> PrepareStablehloComposite(PrepareContext& context);
Result<Kernel> PrepareVarHandle(PrepareContext& context);
Result<Kernel> PrepareReadVariable(PrepareContext& context);
Result<Kernel> PrepareAssignVariable(PrepareContext& context);
// cast.cpp
Result<Kernel> PrepareCast(PrepareContext& context);
Result<Kernel> PrepareFakeQuant(PrepareContext& context);

}  // namespace quantgate
