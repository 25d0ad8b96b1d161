#include "reference/ops/op_table.h"

#include <array>

#include "reference/ops/op_families.h"

namespace quantgate {
namespace {

constexpr std::array kOps = {
    OpDef{OpCode::kADD, "element-wise sum, with broadcasting", &PrepareAdd},
    OpDef{OpCode::kAVERAGE_POOL_2D, "mean over windows", &PrepareAveragePool2D},
    OpDef{OpCode::kCONCATENATION, "tensors joined along one axis", &PrepareConcatenation},
    OpDef{OpCode::kCONV_2D, "2-D convolution", &PrepareConv2D},
    OpDef{OpCode::kDEPTHWISE_CONV_2D, "2-D convolution, channel by channel",
          &PrepareDepthwiseConv2D},
    OpDef{OpCode::kDEQUANTIZE, "codes to reals", &PrepareDequantize},
    OpDef{OpCode::kFULLY_CONNECTED, "dense layer", &PrepareFullyConnected},
    OpDef{OpCode::kLOGISTIC, "1 / (1 + exp(-x))", &PrepareLogistic},
    OpDef{OpCode::kMAX_POOL_2D, "maximum over windows", &PrepareMaxPool2D},
    OpDef{OpCode::kMEAN, "mean over axes", &PrepareMean},
    OpDef{OpCode::kMUL, "element-wise product, with broadcasting", &PrepareMul},
    OpDef{OpCode::kPAD, "a border of zeros", &PreparePad},
    OpDef{OpCode::kQUANTIZE, "reals to codes, or codes to other codes", &PrepareQuantize},
    OpDef{OpCode::kRELU, "max(x, 0)", &PrepareRelu},
    OpDef{OpCode::kRELU6, "min(max(x, 0), 6)", &PrepareRelu6},
    OpDef{OpCode::kRESHAPE, "the same values in another shape", &PrepareReshape},
    OpDef{OpCode::kSOFTMAX, "exp(beta x) over its sum along the last axis", &PrepareSoftmax},
    OpDef{OpCode::kSQUEEZE, "axes of extent one dropped", &PrepareSqueeze},
    OpDef{OpCode::kSUB, "element-wise difference, with broadcasting", &PrepareSub},
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
