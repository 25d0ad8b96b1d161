#include "harness/quantization/recurrent_layers.h"

#include <algorithm>
#include <cmath>

#include "reference/model/op_options.h"
#include "reference/ops/lstm.h"

namespace quantgate {
namespace {

constexpr size_t kSvdfTime = 2;
constexpr int32_t kLargestTime = 511;  // 10 bits: six are left for the sum over time

size_t At(int index) { return static_cast<size_t>(index); }

RecurrentRule LstmRule() {
  RecurrentRule rule{.code = OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM, .intermediates = 5};
  for (const LstmGateInputs& gate : kLstmGates) {
    rule.weights.push_back({gate.input_weights, DType::kInt8, 127});
    rule.weights.push_back({gate.recurrent_weights, DType::kInt8, 127});
    if (gate.peephole != 0) rule.weights.push_back({gate.peephole, DType::kInt16, 32767});
    rule.biases.push_back({gate.bias, gate.input_weights, kLstmInput});
  }
  rule.weights.push_back({kLstmProjection, DType::kInt8, 127});
  rule.biases.push_back({kLstmProjectionBias, kLstmProjection, kHiddenVector});
  rule.states = {{kLstmOutputState, DType::kInt8, StateParams::kOfOutput},
                 {kLstmCellState, DType::kInt16, StateParams::kPowerOfTwo}};
  return rule;
}

RecurrentRule SvdfRule() {
  return {.code = OpCode::kSVDF,
          .weights = {{1, DType::kInt8, 127}, {kSvdfTime, DType::kInt16, kLargestTime}},
          .biases = {{3, kSvdfTime, 4}},
          .states = {{4, DType::kInt16, StateParams::kSymmetric}}};
}

// Of no integer form.
RecurrentRule RnnRule(OpCode code) {
  return {.code = code, .weights = {{1, DType::kInt8, 127}, {2, DType::kInt8, 127}}};
}

int InputOf(const OpNode& op, size_t input) {
  return input < op.inputs.size() ? op.inputs[input] : -1;
}

const TensorInfo* TensorOf(const Model& model, const OpNode& op, size_t input) {
  const int tensor = InputOf(op, input);
  return tensor < 0 ? nullptr : &model.main().tensors[At(tensor)];
}

bool IsDenseFloat(const Model& model, const TensorInfo& tensor) {
  return tensor.dtype == DType::kFloat32 && !tensor.sparsity && !model.Constant(tensor).empty();
}

// Whether all operands are there and what they should be, whatever the form.
std::string ConstantObstacle(const Model& model, const OpNode& op, const RecurrentRule& rule) {
  std::vector<size_t> inputs;
  for (const RecurrentWeights& weights : rule.weights) inputs.push_back(weights.input);
  for (const RecurrentBias& bias : rule.biases) inputs.push_back(bias.bias);
  for (const size_t input : inputs) {
    const TensorInfo* tensor = TensorOf(model, op, input);
    if (tensor == nullptr || IsDenseFloat(model, *tensor)) continue;
    return "'" + tensor->name + "' is no dense float32 constant";
  }
  return "";
}

int64_t Readers(const Subgraph& graph, int tensor) {
  int64_t readers = 0;
  for (const OpNode& op : graph.ops) {
    readers += std::count(op.inputs.begin(), op.inputs.end(), tensor);
  }
  return readers;
}

std::string IntegerObstacle(const Model& model, const OpNode& op, const RecurrentRule& rule) {
  for (const RecurrentState& state : rule.states) {
    const TensorInfo* tensor = TensorOf(model, op, state.input);
    if (tensor == nullptr || !tensor->is_variable || tensor->dtype != DType::kFloat32) {
      return "its state is no float32 variable";
    }
    if (Readers(model.main(), op.inputs[state.input]) > 1) {
      return "its state '" + tensor->name + "' is read twice";
    }
  }
  if (op.code != OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM) return "";
  for (const LstmGateInputs& gate : kLstmGates) {
    if (TensorOf(model, op, gate.layer_norm) != nullptr) {
      return "layer normalization in integers needs ranges of inner sums";
    }
  }
  const auto table = OptionsOrDefault<schema::UnidirectionalSequenceLSTMOptionsT>(op);
  const bool tanh = table.fused_activation_function == schema::ActivationFunctionType::TANH;
  return tanh ? "" : "the integer kernel knows TANH alone as its activation";
}

std::string SizeObstacle(const Model& model, const OpNode& op, const RecurrentRule& rule,
                         const SchemeDef& scheme) {
  int64_t count = 0;
  for (const RecurrentWeights& weights : rule.weights) {
    const TensorInfo* tensor = TensorOf(model, op, weights.input);
    if (tensor != nullptr) count += tensor->shape.num_elements();
  }
  if (count >= scheme.min_weight_elements) return "";
  return "has only " + std::to_string(count) + " weights, fewer than " +
         std::to_string(scheme.min_weight_elements);
}

}  // namespace

const RecurrentRule* FindRecurrentRule(OpCode code) {
  static const std::vector<RecurrentRule> kRules = {LstmRule(), SvdfRule(),
                                                    RnnRule(OpCode::kUNIDIRECTIONAL_SEQUENCE_RNN)};
  for (const RecurrentRule& rule : kRules) {
    if (rule.code == code) return &rule;
  }
  return nullptr;
}

bool IsWeights(const RecurrentRule& rule, size_t input) {
  return std::any_of(rule.weights.begin(), rule.weights.end(),
                     [&](const RecurrentWeights& weights) { return weights.input == input; });
}

bool IsBias(const RecurrentRule& rule, size_t input) {
  return std::any_of(rule.biases.begin(), rule.biases.end(),
                     [&](const RecurrentBias& bias) { return bias.bias == input; });
}

std::string RecurrentObstacle(const Model& model, const OpNode& op, const SchemeDef& scheme) {
  const RecurrentRule& rule = *FindRecurrentRule(op.code);
  if (std::string obstacle = ConstantObstacle(model, op, rule); !obstacle.empty()) return obstacle;
  if (scheme.integer()) return IntegerObstacle(model, op, rule);
  const bool kernel = scheme.weights == DType::kInt8 && scheme.block_size == 0;
  if (scheme.use == WeightUse::kHybrid && !kernel) return "has no kernel for weights of this type";
  return SizeObstacle(model, op, rule, scheme);
}

bool NeedsSymmetricOutput(const OpNode& op) {
  return op.code == OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM && InputOf(op, kLstmProjection) < 0;
}

float PowerOfTwoScale(double max_abs) {
  int exponent = 0;
  while (exponent < 6 && std::ldexp(1.0, exponent) < max_abs) ++exponent;
  return std::ldexp(1.0F, exponent - 15);
}

std::vector<RecurrentWeights> WeightsFor(const Model& model, const OpNode& op,
                                         const SchemeDef& scheme) {
  std::vector<RecurrentWeights> all;
  for (RecurrentWeights weights : FindRecurrentRule(op.code)->weights) {
    if (InputOf(op, weights.input) < 0) continue;
    if (!scheme.integer()) {
      weights = {weights.input, DType::kInt8, 127};
    } else if (op.code == OpCode::kSVDF && weights.input == kSvdfTime) {
      const int64_t memory = TensorOf(model, op, kSvdfTime)->shape.last_dim();
      const int64_t rank = OptionsOrDefault<schema::SVDFOptionsT>(op).rank;
      const int64_t most = (int64_t{1} << 30) / (32767 * std::max<int64_t>(1, memory * rank));
      weights.largest_code = static_cast<int32_t>(std::clamp<int64_t>(most, 1, kLargestTime));
    }
    all.push_back(weights);
  }
  return all;
}

}  // namespace quantgate
