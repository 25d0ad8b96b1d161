#include "harness/quantization/op_rules.h"

#include <array>

namespace quantgate {
namespace {

// FULLY_CONNECTED takes one scale: TensorFlow Lite 2.9 silently misreads more (it applies the first
// to every unit), and converters of that age write one.
constexpr std::array kRules = {
    OpRule{.code = OpCode::kADD, .version_int8 = 2},
    OpRule{.code = OpCode::kAVERAGE_POOL_2D, .version_int8 = 2, .same_scale = true},
    OpRule{.code = OpCode::kCONCATENATION, .version_int8 = 2, .same_scale = true},
    OpRule{.code = OpCode::kCONV_2D,
           .version_int8 = 3,
           .weights = 1,
           .channel_axis = 0,
           .per_axis = true,
           .data_inputs = 1},
    OpRule{.code = OpCode::kDEPTHWISE_CONV_2D,
           .version_int8 = 3,
           .weights = 1,
           .channel_axis = 3,
           .per_axis = true,
           .data_inputs = 1},
    OpRule{.code = OpCode::kFULLY_CONNECTED,
           .version_int8 = 4,
           .weights = 1,
           .channel_axis = 0,
           .data_inputs = 1},
    OpRule{.code = OpCode::kLOGISTIC, .version_int8 = 2, .fixed_output = true},
    OpRule{.code = OpCode::kMAX_POOL_2D, .version_int8 = 2, .same_scale = true},
    OpRule{.code = OpCode::kMEAN, .version_int8 = 2, .data_inputs = 1},
    OpRule{.code = OpCode::kMUL, .version_int8 = 2},
    OpRule{.code = OpCode::kPAD, .version_int8 = 2, .same_scale = true, .data_inputs = 1},
    OpRule{.code = OpCode::kRELU, .version_int8 = 2},
    OpRule{.code = OpCode::kRELU6, .version_int8 = 2},
    OpRule{.code = OpCode::kRESHAPE, .version_int8 = 1, .same_scale = true, .data_inputs = 1},
    OpRule{.code = OpCode::kSOFTMAX, .version_int8 = 2, .fixed_output = true},
    OpRule{.code = OpCode::kSQUEEZE, .version_int8 = 1, .same_scale = true},
    OpRule{.code = OpCode::kSUB, .version_int8 = 2},
};

}  // namespace

std::span<const OpRule> AllOpRules() { return kRules; }

const OpRule* FindOpRule(OpCode code) {
  for (const OpRule& rule : kRules) {
    if (rule.code == code) return &rule;
  }
  return nullptr;
}

}  // namespace quantgate
