#include "reference/ops/op_spec.h"

#include <array>

namespace quantgate {
namespace {

constexpr OpSpec SameScale(OpCode code, InputMask data, int version_int8) {
  return {.code = code, .data = data, .same_scale = true, .version_int8 = version_int8};
}

constexpr OpSpec Computing(OpCode code, InputMask data, int version_int8) {
  return {.code = code, .data = data, .computes = true, .version_int8 = version_int8};
}

constexpr OpSpec Sum(OpCode code, int version_int8) {
  return {.code = code,
          .data = 0b11,
          .multiplier_below_one = true,
          .computes = true,
          .version_int8 = version_int8};
}

constexpr OpSpec Convolution(OpCode code, int channel_axis) {
  return {.code = code,
          .weights = 1,
          .bias = 2,
          .channel_axis = channel_axis,
          .weight_scales = WeightScales::kPerAxis,
          .computes = true,
          .hybrid = true,
          .version_int8 = 3};
}

// With a state in input `state`.
constexpr OpSpec Recurrent(OpCode code, size_t state) {
  return {.code = code,
          .data = 1,
          .computes = true,
          .hybrid = true,
          .version_int8 = 3,
          .states = InputMask{1} << state};
}

constexpr std::array kSpecs = {
    Computing(OpCode::kABS, 1, 2),
    Sum(OpCode::kADD, 2),
    Computing(OpCode::kARG_MAX, 1, 2),
    Computing(OpCode::kARG_MIN, 1, 2),
    SameScale(OpCode::kAVERAGE_POOL_2D, 1, 2),
    OpSpec{.code = OpCode::kBATCH_MATMUL,
           .data = 0b11,
           .computes = true,
           .hybrid = true,
           .version_int8 = 2},
    SameScale(OpCode::kBATCH_TO_SPACE_ND, 1, 2),
    SameScale(OpCode::kBROADCAST_TO, 1, 2),
    OpSpec{.code = OpCode::kCONCATENATION,
           .data = kAllInputs,
           .same_scale = true,
           .uint8_rescales = true,
           .version_int8 = 2},
    Convolution(OpCode::kCONV_2D, 0),
    SameScale(OpCode::kDEPTH_TO_SPACE, 1, 2),
    Convolution(OpCode::kDEPTHWISE_CONV_2D, 3),
    Computing(OpCode::kDIV, 0b11, 2),
    SameScale(OpCode::kDYNAMIC_UPDATE_SLICE, 0b11, 1),
    Computing(OpCode::kELU, 1, 1),
    Computing(OpCode::kEQUAL, 0b11, 2),
    SameScale(OpCode::kEXPAND_DIMS, 1, 1),
    OpSpec{.code = OpCode::kFULLY_CONNECTED,
           .weights = 1,
           .bias = 2,
           .channel_axis = 0,
           .weight_scales = WeightScales::kPerTensor,
           .computes = true,
           .hybrid = true,
           .version_int8 = 4},
    SameScale(OpCode::kGATHER, 1, 2),
    SameScale(OpCode::kGATHER_ND, 1, 2),
    Computing(OpCode::kGELU, 1, 2),
    Computing(OpCode::kGREATER, 0b11, 2),
    Computing(OpCode::kGREATER_EQUAL, 0b11, 2),
    Computing(OpCode::kHARD_SWISH, 1, 1),
    Computing(OpCode::kL2_NORMALIZATION, 1, 2),
    Computing(OpCode::kLEAKY_RELU, 1, 2),
    Computing(OpCode::kLESS, 0b11, 2),
    Computing(OpCode::kLESS_EQUAL, 0b11, 2),
    Computing(OpCode::kLOGISTIC, 1, 2),
    Computing(OpCode::kLOG_SOFTMAX, 1, 2),
    SameScale(OpCode::kMAXIMUM, 0b11, 2),
    SameScale(OpCode::kMAX_POOL_2D, 1, 2),
    Computing(OpCode::kMEAN, 1, 2),
    SameScale(OpCode::kMINIMUM, 0b11, 2),
    SameScale(OpCode::kMIRROR_PAD, 1, 2),
    Computing(OpCode::kMUL, 0b11, 2),
    Computing(OpCode::kNOT_EQUAL, 0b11, 2),
    SameScale(OpCode::kPACK, kAllInputs, 2),
    SameScale(OpCode::kPAD, 1, 2),
    SameScale(OpCode::kPADV2, 0b101, 2),
    Computing(OpCode::kPRELU, 0b11, 1),
    SameScale(OpCode::kREDUCE_MAX, 1, 2),
    SameScale(OpCode::kREDUCE_MIN, 1, 2),
    Computing(OpCode::kRELU, 1, 2),
    Computing(OpCode::kRELU6, 1, 2),
    Computing(OpCode::kRELU_0_TO_1, 1, 1),
    Computing(OpCode::kRELU_N1_TO_1, 1, 1),
    SameScale(OpCode::kRESHAPE, 1, 1),
    SameScale(OpCode::kRESIZE_BILINEAR, 1, 2),
    SameScale(OpCode::kRESIZE_NEAREST_NEIGHBOR, 1, 2),
    SameScale(OpCode::kREVERSE_V2, 1, 1),
    Computing(OpCode::kRSQRT, 1, 2),
    SameScale(OpCode::kSELECT, 0b110, 1),
    SameScale(OpCode::kSELECT_V2, 0b110, 1),
    SameScale(OpCode::kSLICE, 1, 2),
    Computing(OpCode::kSOFTMAX, 1, 2),
    SameScale(OpCode::kSPACE_TO_BATCH_ND, 1, 2),
    SameScale(OpCode::kSPACE_TO_DEPTH, 1, 2),
    SameScale(OpCode::kSPLIT, 0b10, 2),
    SameScale(OpCode::kSPLIT_V, 1, 2),
    Sum(OpCode::kSQUARED_DIFFERENCE, 2),
    SameScale(OpCode::kSQUEEZE, 1, 1),
    SameScale(OpCode::kSTRIDED_SLICE, 1, 2),
    Sum(OpCode::kSUB, 2),
    Computing(OpCode::kSUM, 1, 2),
    Recurrent(OpCode::kSVDF, 4),
    Computing(OpCode::kTANH, 1, 2),
    SameScale(OpCode::kTILE, 1, 1),
    SameScale(OpCode::kTOPK_V2, 1, 2),
    SameScale(OpCode::kTRANSPOSE, 1, 2),
    OpSpec{.code = OpCode::kTRANSPOSE_CONV,
           .data = 0b100,
           .weights = 1,
           .bias = 3,
           .channel_axis = 0,
           .weight_scales = WeightScales::kPerAxis,
           .computes = true,
           .version_int8 = 2},
    Recurrent(OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM, 19),
    SameScale(OpCode::kUNPACK, 1, 1),
};

// Fixed parameters of an 8-bit output, as int8; uint8 has the same scale and 128 more.
struct FixedRow {
  OpCode code;
  double scale;
  int32_t zero_point;
  double scale_int16;  // 0: free
};
constexpr std::array kFixed = {
    FixedRow{OpCode::kSOFTMAX, 1.0 / 256, -128, 1.0 / 32768},
    FixedRow{OpCode::kLOGISTIC, 1.0 / 256, -128, 1.0 / 32768},
    FixedRow{OpCode::kTANH, 1.0 / 128, 0, 1.0 / 32768},
    FixedRow{OpCode::kL2_NORMALIZATION, 1.0 / 128, 0, 0},
    FixedRow{OpCode::kLOG_SOFTMAX, 16.0 / 256, 127, 0},
};

struct VersionRow {
  OpCode code;
  VersionRange range;
};
// Operators without a row have version 1 alone.
constexpr std::array kVersions = {
    VersionRow{OpCode::kABS, {1, 5}},
    VersionRow{OpCode::kRELU, {1, 3}},
    VersionRow{OpCode::kRELU6, {1, 3}},
    VersionRow{OpCode::kTANH, {1, 3}},
    VersionRow{OpCode::kLOGISTIC, {1, 3}},
    VersionRow{OpCode::kAVERAGE_POOL_2D, {1, 3}},
    VersionRow{OpCode::kMAX_POOL_2D, {1, 3}},
    VersionRow{OpCode::kCONV_2D, {1, 8}},
    VersionRow{OpCode::kDEPTHWISE_CONV_2D, {1, 7}},
    VersionRow{OpCode::kSVDF, {1, 4}},
    VersionRow{OpCode::kRNN, {1, 3}},
    VersionRow{OpCode::kBIDIRECTIONAL_SEQUENCE_RNN, {1, 3}},
    VersionRow{OpCode::kUNIDIRECTIONAL_SEQUENCE_RNN, {1, 3}},
    VersionRow{OpCode::kEMBEDDING_LOOKUP, {1, 5}},
    VersionRow{OpCode::kFULLY_CONNECTED, {1, 14}},
    VersionRow{OpCode::kSOFTMAX, {1, 3}},
    VersionRow{OpCode::kCONCATENATION, {1, 5}},
    VersionRow{OpCode::kADD, {1, 5}},
    VersionRow{OpCode::kSPACE_TO_BATCH_ND, {1, 4}},
    VersionRow{OpCode::kBATCH_TO_SPACE_ND, {1, 4}},
    VersionRow{OpCode::kMUL, {1, 7}},
    VersionRow{OpCode::kL2_NORMALIZATION, {1, 2}},
    VersionRow{OpCode::kLSTM, {1, 4}},
    VersionRow{OpCode::kBIDIRECTIONAL_SEQUENCE_LSTM, {1, 3}},
    VersionRow{OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM, {1, 4}},
    VersionRow{OpCode::kPAD, {1, 5}},
    VersionRow{OpCode::kPADV2, {1, 5}},
    VersionRow{OpCode::kRESIZE_BILINEAR, {1, 4}},
    VersionRow{OpCode::kRESIZE_NEAREST_NEIGHBOR, {1, 4}},
    VersionRow{OpCode::kSPACE_TO_DEPTH, {1, 2}},
    VersionRow{OpCode::kDEPTH_TO_SPACE, {1, 2}},
    VersionRow{OpCode::kGATHER, {1, 7}},
    VersionRow{OpCode::kTRANSPOSE, {1, 7}},
    VersionRow{OpCode::kMEAN, {1, 3}},
    VersionRow{OpCode::kDIV, {1, 2}},
    VersionRow{OpCode::kSUB, {1, 5}},
    VersionRow{OpCode::kSPLIT, {1, 4}},
    VersionRow{OpCode::kSPLIT_V, {1, 2}},
    VersionRow{OpCode::kSQUEEZE, {1, 2}},
    VersionRow{OpCode::kSTRIDED_SLICE, {1, 8}},
    VersionRow{OpCode::kEXP, {1, 2}},
    VersionRow{OpCode::kTOPK_V2, {1, 3}},
    VersionRow{OpCode::kLOG, {1, 2}},
    VersionRow{OpCode::kLOG_SOFTMAX, {1, 2}},
    VersionRow{OpCode::kCAST, {1, 8}},
    VersionRow{OpCode::kDEQUANTIZE, {1, 8}},
    VersionRow{OpCode::kMAXIMUM, {1, 4}},
    VersionRow{OpCode::kMINIMUM, {1, 4}},
    VersionRow{OpCode::kARG_MAX, {1, 3}},
    VersionRow{OpCode::kARG_MIN, {1, 3}},
    VersionRow{OpCode::kGREATER, {1, 2}},
    VersionRow{OpCode::kGREATER_EQUAL, {1, 3}},
    VersionRow{OpCode::kLESS, {1, 3}},
    VersionRow{OpCode::kLESS_EQUAL, {1, 2}},
    VersionRow{OpCode::kSELECT, {1, 4}},
    VersionRow{OpCode::kSELECT_V2, {1, 2}},
    VersionRow{OpCode::kSLICE, {1, 7}},
    VersionRow{OpCode::kTRANSPOSE_CONV, {1, 5}},
    VersionRow{OpCode::kTILE, {1, 3}},
    VersionRow{OpCode::kSUM, {1, 2}},
    VersionRow{OpCode::kREDUCE_PROD, {1, 2}},
    VersionRow{OpCode::kREDUCE_MAX, {1, 3}},
    VersionRow{OpCode::kREDUCE_MIN, {1, 3}},
    VersionRow{OpCode::kSPARSE_TO_DENSE, {1, 3}},
    VersionRow{OpCode::kEQUAL, {1, 5}},
    VersionRow{OpCode::kNOT_EQUAL, {1, 4}},
    VersionRow{OpCode::kSQRT, {1, 2}},
    VersionRow{OpCode::kRSQRT, {1, 3}},
    VersionRow{OpCode::kFAKE_QUANT, {1, 2}},
    VersionRow{OpCode::kPACK, {1, 4}},
    VersionRow{OpCode::kUNPACK, {1, 4}},
    VersionRow{OpCode::kFLOOR_DIV, {1, 3}},
    VersionRow{OpCode::kFLOOR_MOD, {1, 2}},
    VersionRow{OpCode::kRANGE, {1, 2}},
    VersionRow{OpCode::kLEAKY_RELU, {1, 2}},
    VersionRow{OpCode::kSQUARED_DIFFERENCE, {1, 2}},
    VersionRow{OpCode::kFILL, {1, 4}},
    VersionRow{OpCode::kMIRROR_PAD, {1, 3}},
    VersionRow{OpCode::kREVERSE_V2, {1, 3}},
    VersionRow{OpCode::kGATHER_ND, {1, 5}},
    VersionRow{OpCode::kWHERE, {1, 2}},
    VersionRow{OpCode::kQUANTIZE, {1, 5}},
    VersionRow{OpCode::kBATCH_MATMUL, {1, 4}},
    VersionRow{OpCode::kBROADCAST_TO, {2, 3}},
    VersionRow{OpCode::kGELU, {1, 2}},
    VersionRow{OpCode::kDYNAMIC_UPDATE_SLICE, {1, 5}},
    VersionRow{OpCode::kSIGN, {1, 2}},
};

bool IsEightBit(DType dtype) { return dtype == DType::kInt8 || dtype == DType::kUInt8; }

}  // namespace

std::span<const OpSpec> AllOpSpecs() { return kSpecs; }

const OpSpec* FindOpSpec(OpCode code) {
  for (const OpSpec& spec : kSpecs) {
    if (spec.code == code) return &spec;
  }
  return nullptr;
}

std::optional<FixedParams> FixedOutputOf(OpCode code, DType input, DType output) {
  for (const FixedRow& row : kFixed) {
    if (row.code != code) continue;
    if (output == DType::kInt8) return FixedParams{row.scale, row.zero_point};
    if (output == DType::kUInt8) return FixedParams{row.scale, row.zero_point + 128};
    if (output != DType::kInt16 || row.scale_int16 == 0) return std::nullopt;
    // Softmax from 8 to 16 bits keeps the whole code range for [0, 1).
    if (code == OpCode::kSOFTMAX && IsEightBit(input)) return FixedParams{1.0 / 65536, -32768};
    return FixedParams{row.scale_int16, 0};
  }
  return std::nullopt;
}

VersionRange KnownVersions(OpCode code) {
  for (const VersionRow& row : kVersions) {
    if (row.code == code) return row.range;
  }
  return {};
}

}  // namespace quantgate
