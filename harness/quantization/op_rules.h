// What TFLite's quantization spec says about each operator the quantizer handles. One row an
// operator. Source: "TensorFlow Lite 8-bit quantization specification".
#pragma once

#include <span>

#include "reference/model/graph.h"

namespace quantgate {

struct OpRule {
  OpCode code;
  int version_int8;  // operator version whose kernels take int8 (uint8 is version 1 throughout)
  int weights = -1;  // input that holds weights, -1 for none; bias is the input after it
  int channel_axis = -1;      // output-channel axis of the weights
  bool per_axis = false;      // the int8 kernel takes one scale an output channel
  bool same_scale = false;    // every data input and output share scale and zero point
  bool fixed_output = false;  // output parameters are fixed: [0, 1) in 256 steps
  int data_inputs = -1;       // leading inputs that carry activations; -1: all
};

std::span<const OpRule> AllOpRules();
// Null for an operator that the quantizer does not handle.
const OpRule* FindOpRule(OpCode code);

}  // namespace quantgate
