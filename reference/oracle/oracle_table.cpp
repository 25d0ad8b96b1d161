#include <array>

#include "reference/oracle/oracle_families.h"

namespace quantgate {
namespace {

// Operators with state (SVDF, LSTM, RNN) have no row: what they start from is not among the inputs.
constexpr std::array kOracles = {
    OracleDef{OpCode::kABS, "magnitude", oracle::Abs},
    OracleDef{OpCode::kADD, "sum, clamped", oracle::Add},
    OracleDef{OpCode::kAVERAGE_POOL_2D, "mean of a window, clamped", oracle::AveragePool2D},
    OracleDef{OpCode::kBATCH_MATMUL, "matrix products", oracle::BatchMatmul},
    OracleDef{OpCode::kBATCH_TO_SPACE_ND, "moves codes", nullptr},
    OracleDef{OpCode::kBROADCAST_TO, "moves codes", nullptr},
    OracleDef{OpCode::kCONCATENATION, "inputs side by side, each by its own scale",
              oracle::Concatenation},
    OracleDef{OpCode::kCONV_2D, "sums of products, clamped", oracle::Conv2D},
    OracleDef{OpCode::kDEPTHWISE_CONV_2D, "sums of products, clamped", oracle::DepthwiseConv2D},
    OracleDef{OpCode::kDEPTH_TO_SPACE, "moves codes", nullptr},
    OracleDef{OpCode::kELU, "exp(x) - 1 below zero", oracle::Elu},
    OracleDef{OpCode::kEXPAND_DIMS, "moves codes", nullptr},
    OracleDef{OpCode::kFULLY_CONNECTED, "sums of products, clamped", oracle::FullyConnected},
    OracleDef{OpCode::kGATHER, "moves codes", nullptr},
    OracleDef{OpCode::kGATHER_ND, "moves codes", nullptr},
    OracleDef{OpCode::kGELU, "x times the normal distribution function", oracle::Gelu},
    OracleDef{OpCode::kHARD_SWISH, "x clamp(x + 3, 0, 6) / 6", oracle::HardSwish},
    OracleDef{OpCode::kL2_NORMALIZATION, "rows of length one", oracle::L2Normalization},
    OracleDef{OpCode::kLEAKY_RELU, "alpha x below zero", oracle::LeakyRelu},
    OracleDef{OpCode::kLOGISTIC, "1 / (1 + exp(-x))", oracle::Logistic},
    OracleDef{OpCode::kLOG_SOFTMAX, "logarithm of softmax", oracle::LogSoftmax},
    OracleDef{OpCode::kMAXIMUM, "the larger one", oracle::Maximum},
    OracleDef{OpCode::kMAX_POOL_2D, "largest of a window, clamped", oracle::MaxPool2D},
    OracleDef{OpCode::kMEAN, "mean over axes", oracle::Mean},
    OracleDef{OpCode::kMINIMUM, "the smaller one", oracle::Minimum},
    OracleDef{OpCode::kMIRROR_PAD, "moves codes", nullptr},
    OracleDef{OpCode::kMUL, "product, clamped", oracle::Mul},
    OracleDef{OpCode::kPACK, "moves codes", nullptr},
    OracleDef{OpCode::kPAD, "moves codes", nullptr},
    OracleDef{OpCode::kPADV2, "moves codes", nullptr},
    OracleDef{OpCode::kPRELU, "alpha x below zero, alpha a tensor", oracle::Prelu},
    OracleDef{OpCode::kQUANTIZE, "the same real in other codes", oracle::Same},
    OracleDef{OpCode::kREDUCE_MAX, "largest over axes", oracle::ReduceMax},
    OracleDef{OpCode::kREDUCE_MIN, "smallest over axes", oracle::ReduceMin},
    OracleDef{OpCode::kRELU, "clamp", oracle::Relu},
    OracleDef{OpCode::kRELU6, "clamp", oracle::Relu6},
    OracleDef{OpCode::kRELU_0_TO_1, "clamp", oracle::Relu0To1},
    OracleDef{OpCode::kRELU_N1_TO_1, "clamp", oracle::ReluN1To1},
    OracleDef{OpCode::kRESHAPE, "moves codes", nullptr},
    OracleDef{OpCode::kRESIZE_BILINEAR, "mean of four neighbours by distance",
              oracle::ResizeBilinear},
    OracleDef{OpCode::kRESIZE_NEAREST_NEIGHBOR, "moves codes", nullptr},
    OracleDef{OpCode::kREVERSE_V2, "moves codes", nullptr},
    OracleDef{OpCode::kRSQRT, "1 / sqrt(x)", oracle::Rsqrt},
    OracleDef{OpCode::kSLICE, "moves codes", nullptr},
    OracleDef{OpCode::kSOFTMAX, "exponentials, each by their sum", oracle::Softmax},
    OracleDef{OpCode::kSPACE_TO_BATCH_ND, "moves codes", nullptr},
    OracleDef{OpCode::kSPACE_TO_DEPTH, "moves codes", nullptr},
    OracleDef{OpCode::kSPLIT, "moves codes", nullptr},
    OracleDef{OpCode::kSPLIT_V, "moves codes", nullptr},
    OracleDef{OpCode::kSQUARED_DIFFERENCE, "square of the difference", oracle::SquaredDifference},
    OracleDef{OpCode::kSQUEEZE, "moves codes", nullptr},
    OracleDef{OpCode::kSTRIDED_SLICE, "moves codes", nullptr},
    OracleDef{OpCode::kSUB, "difference, clamped", oracle::Sub},
    OracleDef{OpCode::kSUM, "sum over axes", oracle::Sum},
    OracleDef{OpCode::kTANH, "hyperbolic tangent", oracle::Tanh},
    OracleDef{OpCode::kTILE, "moves codes", nullptr},
    OracleDef{OpCode::kTRANSPOSE, "moves codes", nullptr},
    OracleDef{OpCode::kTRANSPOSE_CONV, "sums of products, clamped", oracle::TransposeConv},
    OracleDef{OpCode::kUNPACK, "moves codes", nullptr},
};

}  // namespace

std::span<const OracleDef> AllOracles() { return kOracles; }

}  // namespace quantgate
