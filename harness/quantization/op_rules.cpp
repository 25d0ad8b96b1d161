#include "harness/quantization/op_rules.h"

#include <array>

#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

constexpr uint8_t kEight = kTakesInt8 | kTakesUInt8;
constexpr uint8_t kAll = kEight | kTakesInt16;

constexpr std::array kRules = {
    OpRule{OpCode::kABS, kTakesInt8 | kTakesInt16, 3},
    OpRule{OpCode::kADD, kAll, 3},
    OpRule{OpCode::kARG_MAX},
    OpRule{OpCode::kARG_MIN},
    OpRule{OpCode::kAVERAGE_POOL_2D, kAll, 3},
    OpRule{OpCode::kBATCH_MATMUL, kTakesInt8},
    OpRule{OpCode::kBATCH_TO_SPACE_ND},
    OpRule{OpCode::kBROADCAST_TO, kAll, 3},
    OpRule{OpCode::kCONCATENATION, kAll, 3},
    OpRule{OpCode::kCONV_2D, kAll, 4},
    OpRule{OpCode::kDEPTHWISE_CONV_2D, kAll, 5},
    OpRule{OpCode::kDEPTH_TO_SPACE},
    OpRule{OpCode::kDYNAMIC_UPDATE_SLICE, kTakesInt8},
    OpRule{OpCode::kELU, kTakesInt8},
    OpRule{OpCode::kEQUAL},
    OpRule{OpCode::kEXPAND_DIMS, kAll, 1},
    OpRule{OpCode::kFULLY_CONNECTED, kAll, 7},
    OpRule{OpCode::kGATHER, kAll, 4},
    OpRule{OpCode::kGATHER_ND, kAll, 3},
    OpRule{OpCode::kGELU},
    OpRule{OpCode::kGREATER},
    OpRule{OpCode::kGREATER_EQUAL},
    OpRule{OpCode::kHARD_SWISH},
    OpRule{OpCode::kL2_NORMALIZATION},
    OpRule{OpCode::kLEAKY_RELU, kAll, 2},
    OpRule{OpCode::kLESS},
    OpRule{OpCode::kLESS_EQUAL},
    OpRule{OpCode::kLOGISTIC, kAll, 3},
    OpRule{OpCode::kLOG_SOFTMAX},
    OpRule{OpCode::kMAXIMUM, kAll, 3},
    OpRule{OpCode::kMAX_POOL_2D, kAll, 3},
    OpRule{OpCode::kMEAN, kAll, 3},
    OpRule{OpCode::kMINIMUM, kAll, 3},
    OpRule{OpCode::kMIRROR_PAD},
    OpRule{OpCode::kMUL, kAll, 4},
    OpRule{OpCode::kNOT_EQUAL},
    OpRule{OpCode::kPACK, kAll, 3},
    OpRule{OpCode::kPAD, kAll, 3},
    OpRule{OpCode::kPADV2, kAll, 3},
    OpRule{OpCode::kPRELU},
    OpRule{OpCode::kREDUCE_MAX, kAll, 3},
    OpRule{OpCode::kREDUCE_MIN, kAll, 3},
    OpRule{OpCode::kRELU, kAll, 3},
    OpRule{OpCode::kRELU6, kAll, 3},
    OpRule{OpCode::kRELU_N1_TO_1, kEight},
    OpRule{OpCode::kRESHAPE, kAll, 1},
    OpRule{OpCode::kRESIZE_BILINEAR, kAll, 4},
    OpRule{OpCode::kRESIZE_NEAREST_NEIGHBOR, kAll, 4},
    OpRule{OpCode::kREVERSE_V2, kTakesUInt8 | kTakesInt16, 3},
    OpRule{OpCode::kRSQRT, kTakesInt8},
    OpRule{OpCode::kSELECT, kAll, 1},
    OpRule{OpCode::kSELECT_V2, kAll, 1},
    OpRule{OpCode::kSLICE, kAll, 4},
    OpRule{OpCode::kSOFTMAX, kAll, 3},
    OpRule{OpCode::kSPACE_TO_BATCH_ND},
    OpRule{OpCode::kSPACE_TO_DEPTH},
    OpRule{OpCode::kSPLIT, kAll, 4},
    OpRule{OpCode::kSPLIT_V, kAll, 2},
    OpRule{OpCode::kSQUARED_DIFFERENCE, kTakesInt8},
    OpRule{OpCode::kSQUEEZE, kAll, 1},
    OpRule{OpCode::kSTRIDED_SLICE, kAll, 4},
    OpRule{OpCode::kSUB, kAll, 5},
    OpRule{OpCode::kSUM, kAll, 2},
    OpRule{OpCode::kSVDF, kTakesInt8},
    OpRule{OpCode::kTANH, kAll, 3},
    OpRule{OpCode::kTILE, kEight},
    OpRule{OpCode::kTOPK_V2},
    OpRule{OpCode::kTRANSPOSE, kAll, 4},
    OpRule{OpCode::kTRANSPOSE_CONV, kAll, 3},
    OpRule{OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM, kTakesInt8},
    OpRule{OpCode::kUNPACK, kAll, 3},
};

}  // namespace

bool OpRule::Takes(DType dtype) const {
  switch (dtype) {
    case DType::kInt8: return (takes & kTakesInt8) != 0;
    case DType::kUInt8: return (takes & kTakesUInt8) != 0;
    case DType::kInt16: return (takes & kTakesInt16) != 0;
    default: return false;
  }
}

std::span<const OpRule> AllOpRules() { return kRules; }

const OpRule* FindOpRule(OpCode code) {
  for (const OpRule& rule : kRules) {
    if (rule.code == code) return &rule;
  }
  return nullptr;
}

int VersionFor(OpCode code, DType dtype) {
  const OpSpec* spec = FindOpSpec(code);
  if (dtype == DType::kInt8) return spec != nullptr ? spec->version_int8 : 1;
  if (dtype == DType::kInt16) return FindOpRule(code)->version_int16;
  // BROADCAST_TO has no version 1.
  return code == OpCode::kBROADCAST_TO ? 2 : 1;
}

}  // namespace quantgate
