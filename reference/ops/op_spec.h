// What TFLite's quantization spec and its kernels ask of each operator. One row an operator.
// Sources: "TensorFlow Lite 8-bit quantization specification"; the operator properties of TFLite's
// own quantizer (16-bit values, minimal versions); the resolver of LiteRT (known versions).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "reference/model/graph.h"

namespace quantgate {

// Which inputs a rule is about: bit i stands for input i.
using InputMask = uint32_t;
inline constexpr InputMask kAllInputs = ~InputMask{0};

// How many scales the spec gives an operator's weights.
enum class WeightScales { kNone, kPerTensor, kPerAxis };

struct OpSpec {
  OpCode code;
  InputMask data = 1;     // inputs that carry activations (or constants in their place)
  int weights = -1;       // input that holds weights; -1: none
  int bias = -1;          // input that holds the bias; -1: none
  int channel_axis = -1;  // output-channel axis of the weights
  WeightScales weight_scales = WeightScales::kNone;
  bool same_scale = false;            // data inputs and outputs share scale and zero point
  bool uint8_rescales = false;        // ... but the uint8 kernel takes other parameters
  bool multiplier_below_one = false;  // the kernel aborts at an output multiplier of 1 or more
  bool computes = false;              // reads codes as numbers, hence needs a scale
  bool hybrid = false;                // takes float activations with integer weights
  int version_int8 = 1;               // first version whose kernels take int8
  InputMask states = 0;               // variable inputs whose codes need a range of their own
};

std::span<const OpSpec> AllOpSpecs();
// Null for an operator of which the spec says nothing.
const OpSpec* FindOpSpec(OpCode code);

// Whether input `index` is in `mask`.
constexpr bool InMask(InputMask mask, size_t index) {
  return mask == kAllInputs || (index < 32 && ((mask >> index) & 1U) != 0);
}

// The parameters that the spec fixes for the output of `code`, for an input and an output of these
// types; none where they are free.
struct FixedParams {
  double scale = 0;
  int32_t zero_point = 0;
};
std::optional<FixedParams> FixedOutputOf(OpCode code, DType input, DType output);

// The versions of an operator that today's LiteRT knows.
struct VersionRange {
  int min = 1;
  int max = 1;
};
VersionRange KnownVersions(OpCode code);

}  // namespace quantgate
