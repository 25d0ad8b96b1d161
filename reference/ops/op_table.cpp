#include "reference/ops/op_table.h"

#include <array>

#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

constexpr std::array kOps = {
    OpDef{OpCode::kABS, "magnitude", &PrepareAbs},
    OpDef{OpCode::kADD, "element-wise sum, with broadcasting", &PrepareAdd},
    OpDef{OpCode::kADD_N, "sum of several tensors of one shape", &PrepareAddN},
    OpDef{OpCode::kARG_MAX, "where the largest value along an axis is", &PrepareArgMax},
    OpDef{OpCode::kARG_MIN, "where the smallest value along an axis is", &PrepareArgMin},
    OpDef{OpCode::kAVERAGE_POOL_2D, "mean over windows", &PrepareAveragePool2D},
    OpDef{OpCode::kBATCH_MATMUL, "matrix products over leading axes", &PrepareBatchMatmul},
    OpDef{OpCode::kCAST, "another element type", &PrepareCast},
    OpDef{OpCode::kCEIL, "rounded up", &PrepareCeil},
    OpDef{OpCode::kCONCATENATION, "tensors joined along one axis", &PrepareConcatenation},
    OpDef{OpCode::kCONV_2D, "2-D convolution", &PrepareConv2D},
    OpDef{OpCode::kCOS, "cosine", &PrepareCos},
    OpDef{OpCode::kCUMSUM, "running sum along an axis", &PrepareCumsum},
    OpDef{OpCode::kDEPTHWISE_CONV_2D, "2-D convolution, channel by channel",
          &PrepareDepthwiseConv2D},
    OpDef{OpCode::kDEQUANTIZE, "codes to reals", &PrepareDequantize},
    OpDef{OpCode::kDIV, "element-wise quotient, with broadcasting", &PrepareDiv},
    OpDef{OpCode::kELU, "x, or exp(x) - 1 below zero", &PrepareElu},
    OpDef{OpCode::kEQUAL, "a = b", &PrepareEqual},
    OpDef{OpCode::kEXP, "e to the x", &PrepareExp},
    OpDef{OpCode::kFAKE_QUANT, "reals rounded to a grid of codes", &PrepareFakeQuant},
    OpDef{OpCode::kFLOOR, "rounded down", &PrepareFloor},
    OpDef{OpCode::kFLOOR_DIV, "quotient rounded down", &PrepareFloorDiv},
    OpDef{OpCode::kFLOOR_MOD, "rest of the quotient rounded down", &PrepareFloorMod},
    OpDef{OpCode::kFULLY_CONNECTED, "dense layer", &PrepareFullyConnected},
    OpDef{OpCode::kGELU, "Gaussian error linear unit", &PrepareGelu},
    OpDef{OpCode::kGREATER, "a > b", &PrepareGreater},
    OpDef{OpCode::kGREATER_EQUAL, "a >= b", &PrepareGreaterEqual},
    OpDef{OpCode::kHARD_SWISH, "x min(max(x + 3, 0), 6) / 6", &PrepareHardSwish},
    OpDef{OpCode::kL2_NORMALIZATION, "each row divided by its Euclidean norm",
          &PrepareL2Normalization},
    OpDef{OpCode::kL2_POOL_2D, "root of the mean square over windows", &PrepareL2Pool2D},
    OpDef{OpCode::kLEAKY_RELU, "x, or alpha x below zero", &PrepareLeakyRelu},
    OpDef{OpCode::kLESS, "a < b", &PrepareLess},
    OpDef{OpCode::kLESS_EQUAL, "a <= b", &PrepareLessEqual},
    OpDef{OpCode::kLOCAL_RESPONSE_NORMALIZATION, "each value divided by its neighbours' energy",
          &PrepareLocalResponseNormalization},
    OpDef{OpCode::kLOG, "natural logarithm", &PrepareLog},
    OpDef{OpCode::kLOGICAL_AND, "a and b", &PrepareLogicalAnd},
    OpDef{OpCode::kLOGICAL_NOT, "not a", &PrepareLogicalNot},
    OpDef{OpCode::kLOGICAL_OR, "a or b", &PrepareLogicalOr},
    OpDef{OpCode::kLOGISTIC, "1 / (1 + exp(-x))", &PrepareLogistic},
    OpDef{OpCode::kLOG_SOFTMAX, "logarithm of softmax along the last axis", &PrepareLogSoftmax},
    OpDef{OpCode::kMAXIMUM, "the larger of two", &PrepareMaximum},
    OpDef{OpCode::kMAX_POOL_2D, "maximum over windows", &PrepareMaxPool2D},
    OpDef{OpCode::kMEAN, "mean over axes", &PrepareMean},
    OpDef{OpCode::kMINIMUM, "the smaller of two", &PrepareMinimum},
    OpDef{OpCode::kMUL, "element-wise product, with broadcasting", &PrepareMul},
    OpDef{OpCode::kNEG, "-x", &PrepareNeg},
    OpDef{OpCode::kNOT_EQUAL, "a != b", &PrepareNotEqual},
    OpDef{OpCode::kPAD, "a border of zeros", &PreparePad},
    OpDef{OpCode::kPOW, "a to the b", &PreparePow},
    OpDef{OpCode::kPRELU, "x, or alpha x below zero, alpha a tensor", &PreparePrelu},
    OpDef{OpCode::kQUANTIZE, "reals to codes, or codes to other codes", &PrepareQuantize},
    OpDef{OpCode::kREDUCE_ALL, "and over axes", &PrepareReduceAll},
    OpDef{OpCode::kREDUCE_ANY, "or over axes", &PrepareReduceAny},
    OpDef{OpCode::kREDUCE_MAX, "largest over axes", &PrepareReduceMax},
    OpDef{OpCode::kREDUCE_MIN, "smallest over axes", &PrepareReduceMin},
    OpDef{OpCode::kREDUCE_PROD, "product over axes", &PrepareReduceProd},
    OpDef{OpCode::kRELU, "max(x, 0)", &PrepareRelu},
    OpDef{OpCode::kRELU6, "min(max(x, 0), 6)", &PrepareRelu6},
    OpDef{OpCode::kRELU_0_TO_1, "min(max(x, 0), 1)", &PrepareRelu0To1},
    OpDef{OpCode::kRELU_N1_TO_1, "min(max(x, -1), 1)", &PrepareReluN1To1},
    OpDef{OpCode::kRESHAPE, "the same values in another shape", &PrepareReshape},
    OpDef{OpCode::kROUND, "nearest integer, ties to even", &PrepareRound},
    OpDef{OpCode::kRSQRT, "1 / sqrt(x)", &PrepareRsqrt},
    OpDef{OpCode::kSELECT, "one of two tensors by a condition", &PrepareSelect},
    OpDef{OpCode::kSELECT_V2, "the same with broadcasting", &PrepareSelectV2},
    OpDef{OpCode::kSIGN, "-1, 0 or 1", &PrepareSign},
    OpDef{OpCode::kSIN, "sine", &PrepareSin},
    OpDef{OpCode::kSOFTMAX, "exp(beta x) over its sum along the last axis", &PrepareSoftmax},
    OpDef{OpCode::kSQRT, "square root", &PrepareSqrt},
    OpDef{OpCode::kSQUARE, "x x", &PrepareSquare},
    OpDef{OpCode::kSQUARED_DIFFERENCE, "(a - b) squared", &PrepareSquaredDifference},
    OpDef{OpCode::kSQUEEZE, "axes of extent one dropped", &PrepareSqueeze},
    OpDef{OpCode::kSUB, "element-wise difference, with broadcasting", &PrepareSub},
    OpDef{OpCode::kSUM, "sum over axes", &PrepareSum},
    OpDef{OpCode::kTANH, "hyperbolic tangent", &PrepareTanh},
    OpDef{OpCode::kTOPK_V2, "the k largest along the last axis", &PrepareTopKV2},
    OpDef{OpCode::kTRANSPOSE_CONV, "the transpose of a 2-D convolution", &PrepareTransposeConv},
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
