// In which types the activations of a graph exist, once every operator has its scheme: where two
// schemes meet, a tensor exists in both, and one is converted from the other.
#pragma once

#include <optional>
#include <vector>

#include "harness/quantization/op_assignment.h"
#include "harness/quantization/recurrent_layers.h"

namespace quantgate {

// Types of the graph's inputs and outputs; empty: what the operators beside them read and write.
struct BorderTypes {
  std::optional<DType> input;
  std::optional<DType> output;
};

// One tensor of the float graph in one type.
struct Slot {
  int tensor = -1;  // of the float graph
  DType dtype = DType::kFloat32;
  QuantParams quant = {};
  // The slot this one is converted from; -1: an operator or the graph's user writes it, or it is a
  // constant.
  int source = -1;
  bool copy = false;  // a second one of the same type, with parameters of its own
  // Not empty: the state of an operator.
  std::optional<StateParams> state = std::nullopt;
};

struct ActivationPlan {
  std::vector<Slot> slots;
  // By operator and position: the slot, or -1 where the tensor is no activation in float or codes
  // (weights, indices, shapes).
  std::vector<std::vector<int>> op_inputs;
  std::vector<std::vector<int>> op_outputs;
  // By position in the graph's inputs and outputs.
  std::vector<int> graph_inputs;
  std::vector<int> graph_outputs;
};

// Slots without parameters yet (activation_params.h). kUnsupported for a border type that is no
// type for codes or float32.
Result<ActivationPlan> PlanActivations(const Model& model,
                                       const std::vector<OpAssignment>& assignments,
                                       const BorderTypes& border);

}  // namespace quantgate
