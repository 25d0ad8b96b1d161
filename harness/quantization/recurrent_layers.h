// Layers with memory, whose constants and states each have a rule of their own: SVDF and
// UNIDIRECTIONAL_SEQUENCE_LSTM in integers, these and the plain recurrent layers with integer
// weights alone. Sources: the operator properties and the list of weights of TFLite's quantizer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/quantization/scheme_table.h"
#include "reference/model/graph.h"

namespace quantgate {

// A matrix or vector of weights: symmetric codes of one scale, which `largest_code` tops.
struct RecurrentWeights {
  size_t input;
  DType dtype;
  int32_t largest_code;
};

// Scale of its weights x scale of the vector that they multiply.
struct RecurrentBias {
  size_t bias;
  size_t weights;
  size_t vector;
};
inline constexpr size_t kHiddenVector = SIZE_MAX;  // of an LSTM in front of its projection

// How a state's parameters follow from ranges.
enum class StateParams {
  kOfOutput,    // those of the operator's output, whose values it holds
  kSymmetric,   // of its own range
  kPowerOfTwo,  // the same, the scale a power of two
};

struct RecurrentState {
  size_t input;
  DType dtype;
  StateParams params;
};

struct RecurrentRule {
  OpCode code;
  std::vector<RecurrentWeights> weights = {};
  std::vector<RecurrentBias> biases = {};
  std::vector<RecurrentState> states = {};
  size_t intermediates = 0;  // tensors without values that hold scales of inner steps
};

// Null for any other operator.
const RecurrentRule* FindRecurrentRule(OpCode code);
bool IsWeights(const RecurrentRule& rule, size_t input);
bool IsBias(const RecurrentRule& rule, size_t input);

// Why `op` cannot have `scheme`, empty when it can.
std::string RecurrentObstacle(const Model& model, const OpNode& op, const SchemeDef& scheme);

// Whether the codes of the output need the zero point 0. TensorFlow Lite 2.9 subtracts the zero
// point of an LSTM's hidden vector, which is the output where there is no projection, instead of
// adding it; of zero all runtimes make the same.
bool NeedsSymmetricOutput(const OpNode& op);

// The scale of an LSTM's hidden vector in front of a projection, which lies in [-1, 1].
inline constexpr float kHiddenScale = 1.0F / 127.0F;

// 2^e / 32768 with the smallest e from 0 to 6 that `max_abs` is not above; kernels take no others.
float PowerOfTwoScale(double max_abs);

// The weights of `op` in the form `scheme` gives them. Fewer bits for the time weights of an SVDF
// of so many states that an int32 would not hold their sum: 2^30 / (32767 x states of a unit).
std::vector<RecurrentWeights> WeightsFor(const Model& model, const OpNode& op,
                                         const SchemeDef& scheme);

}  // namespace quantgate
