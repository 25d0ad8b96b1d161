#include "reference/ops/op_table.h"

#include <array>

#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

constexpr std::array kOps = {
    OpDef{OpCode::kADD, "element-wise sum, with broadcasting", &PrepareAdd},
    OpDef{OpCode::kAVERAGE_POOL_2D, "mean over windows", &PrepareAveragePool2D},
    OpDef{OpCode::kBATCH_TO_SPACE_ND, "batches to blocks of pixels, cropped",
          &PrepareBatchToSpaceNd},
    OpDef{OpCode::kBROADCAST_ARGS, "the shape two shapes broadcast to", &PrepareBroadcastArgs},
    OpDef{OpCode::kBROADCAST_TO, "axes of extent one repeated", &PrepareBroadcastTo},
    OpDef{OpCode::kCONCATENATION, "tensors joined along one axis", &PrepareConcatenation},
    OpDef{OpCode::kCONV_2D, "2-D convolution", &PrepareConv2D},
    OpDef{OpCode::kDEPTHWISE_CONV_2D, "2-D convolution, channel by channel",
          &PrepareDepthwiseConv2D},
    OpDef{OpCode::kDEPTH_TO_SPACE, "channels to blocks of pixels", &PrepareDepthToSpace},
    OpDef{OpCode::kDEQUANTIZE, "codes to reals", &PrepareDequantize},
    OpDef{OpCode::kDYNAMIC_UPDATE_SLICE, "a tensor with a part replaced",
          &PrepareDynamicUpdateSlice},
    OpDef{OpCode::kEMBEDDING_LOOKUP, "rows of a table picked by index", &PrepareEmbeddingLookup},
    OpDef{OpCode::kEXPAND_DIMS, "a new axis of extent one", &PrepareExpandDims},
    OpDef{OpCode::kFILL, "one value everywhere", &PrepareFill},
    OpDef{OpCode::kFULLY_CONNECTED, "dense layer", &PrepareFullyConnected},
    OpDef{OpCode::kGATHER, "slices picked by index", &PrepareGather},
    OpDef{OpCode::kGATHER_ND, "slices picked by index tuples", &PrepareGatherNd},
    OpDef{OpCode::kLOGISTIC, "1 / (1 + exp(-x))", &PrepareLogistic},
    OpDef{OpCode::kMAX_POOL_2D, "maximum over windows", &PrepareMaxPool2D},
    OpDef{OpCode::kMEAN, "mean over axes", &PrepareMean},
    OpDef{OpCode::kMIRROR_PAD, "a border that mirrors the inside", &PrepareMirrorPad},
    OpDef{OpCode::kMUL, "element-wise product, with broadcasting", &PrepareMul},
    OpDef{OpCode::kONE_HOT, "one value at an index, another elsewhere", &PrepareOneHot},
    OpDef{OpCode::kPACK, "tensors stacked along a new axis", &PreparePack},
    OpDef{OpCode::kPAD, "a border of zeros", &PreparePad},
    OpDef{OpCode::kPADV2, "a border of a given value", &PreparePadV2},
    OpDef{OpCode::kQUANTIZE, "reals to codes, or codes to other codes", &PrepareQuantize},
    OpDef{OpCode::kRANGE, "start, start + delta, ... below a limit", &PrepareRange},
    OpDef{OpCode::kRANK, "the number of axes of a tensor", &PrepareRank},
    OpDef{OpCode::kRELU, "max(x, 0)", &PrepareRelu},
    OpDef{OpCode::kRELU6, "min(max(x, 0), 6)", &PrepareRelu6},
    OpDef{OpCode::kRESHAPE, "the same values in another shape", &PrepareReshape},
    OpDef{OpCode::kRESIZE_BILINEAR, "an image resized, linear between pixels",
          &PrepareResizeBilinear},
    OpDef{OpCode::kRESIZE_NEAREST_NEIGHBOR, "an image resized, nearest pixels",
          &PrepareResizeNearestNeighbor},
    OpDef{OpCode::kREVERSE_V2, "axes read from the end", &PrepareReverseV2},
    OpDef{OpCode::kSCATTER_ND, "slices added into zeros at index tuples", &PrepareScatterNd},
    OpDef{OpCode::kSHAPE, "the extents of a tensor", &PrepareShape},
    OpDef{OpCode::kSLICE, "a rectangular part, by begin and size", &PrepareSlice},
    OpDef{OpCode::kSOFTMAX, "exp(beta x) over its sum along the last axis", &PrepareSoftmax},
    OpDef{OpCode::kSPACE_TO_BATCH_ND, "blocks of pixels to batches, padded with zeros",
          &PrepareSpaceToBatchNd},
    OpDef{OpCode::kSPACE_TO_DEPTH, "blocks of pixels to channels", &PrepareSpaceToDepth},
    OpDef{OpCode::kSPLIT, "equal parts along one axis", &PrepareSplit},
    OpDef{OpCode::kSPLIT_V, "parts of given sizes along one axis", &PrepareSplitV},
    OpDef{OpCode::kSQUEEZE, "axes of extent one dropped", &PrepareSqueeze},
    OpDef{OpCode::kSTRIDED_SLICE, "a part with steps, by begin, end and stride",
          &PrepareStridedSlice},
    OpDef{OpCode::kSUB, "element-wise difference, with broadcasting", &PrepareSub},
    OpDef{OpCode::kTILE, "a tensor repeated along its axes", &PrepareTile},
    OpDef{OpCode::kTRANSPOSE, "axes in another order", &PrepareTranspose},
    OpDef{OpCode::kUNPACK, "the slices along one axis", &PrepareUnpack},
    OpDef{OpCode::kZEROS_LIKE, "zeros in the shape of the input", &PrepareZerosLike},
};

}  // namespace

std::span<const OpDef> AllOps() { return kOps; }

const OpDef* FindOp(OpCode code) {
  for (const OpDef& op : kOps) {
    if (op.code == code) return &op;
  }
  return nullptr;
}

}  // namespace quantgate
