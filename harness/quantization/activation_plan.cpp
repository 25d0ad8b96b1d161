#include "harness/quantization/activation_plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

class Planner {
 public:
  Planner(const Model& model, const std::vector<OpAssignment>& assignments,
          const BorderTypes& border)
      : graph_(model.main()), assignments_(assignments), border_(border) {}

  ActivationPlan Run() {
    FindActivations();
    for (const int input : graph_.inputs) plan_.graph_inputs.push_back(InputSlot(input));
    for (size_t i = 0; i < graph_.ops.size(); ++i) AddOp(i);
    for (const int output : graph_.outputs) plan_.graph_outputs.push_back(OutputSlot(output));
    return std::move(plan_);
  }

 private:
  // Float activations: graph inputs, variables and what operators compute.
  void FindActivations() {
    activation_.assign(graph_.tensors.size(), false);
    home_.assign(graph_.tensors.size(), -1);
    for (const int input : graph_.inputs) activation_[At(input)] = true;
    for (const OpNode& op : graph_.ops) {
      for (const int output : op.outputs) activation_[At(output)] = true;
    }
    for (size_t i = 0; i < activation_.size(); ++i) {
      const bool is_float = graph_.tensors[i].dtype == DType::kFloat32;
      activation_[i] = (activation_[i] || graph_.tensors[i].is_variable) && is_float;
    }
  }

  // The slot of `tensor` in `dtype`; converted from the tensor's first one if there is one.
  int SlotOf(int tensor, DType dtype) {
    const auto [found, inserted] =
        by_type_.emplace(std::pair(tensor, dtype), static_cast<int>(plan_.slots.size()));
    if (inserted) {
      plan_.slots.push_back({.tensor = tensor, .dtype = dtype, .source = home_[At(tensor)]});
      if (home_[At(tensor)] < 0 && activation_[At(tensor)]) home_[At(tensor)] = found->second;
    }
    return found->second;
  }

  // The type the first operator that reads `tensor` asks for.
  [[nodiscard]] DType FirstReader(int tensor) const {
    for (size_t i = 0; i < graph_.ops.size(); ++i) {
      const auto& inputs = graph_.ops[i].inputs;
      if (std::find(inputs.begin(), inputs.end(), tensor) != inputs.end()) {
        return assignments_[i].activation();
      }
    }
    return DType::kFloat32;
  }

  int InputSlot(int tensor) {
    if (!activation_[At(tensor)]) return -1;
    return SlotOf(tensor, border_.input.value_or(FirstReader(tensor)));
  }

  int OutputSlot(int tensor) {
    if (!activation_[At(tensor)]) return -1;
    if (!border_.output) return home_[At(tensor)];
    return SlotOf(tensor, *border_.output);
  }

  void AddOp(size_t i) {
    const OpNode& op = graph_.ops[i];
    const OpSpec* spec = FindOpSpec(op.code);
    const bool integer = assignments_[i].integer();
    const DType dtype = assignments_[i].activation();
    std::vector<int> inputs(op.inputs.size(), -1);
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      const int tensor = op.inputs[k];
      if (tensor < 0) continue;
      // A float operator reads constants where they are.
      const bool data = integer ? InMask(spec->data, k) : activation_[At(tensor)];
      if (data) inputs[k] = SlotOf(tensor, dtype);
    }
    if (integer) AddStates(op, inputs);
    std::vector<int> outputs(op.outputs.size(), -1);
    for (size_t k = 0; k < op.outputs.size(); ++k) {
      if (activation_[At(op.outputs[k])]) outputs[k] = SlotOf(op.outputs[k], dtype);
    }
    plan_.op_inputs.push_back(std::move(inputs));
    plan_.op_outputs.push_back(std::move(outputs));
  }

  void AddStates(const OpNode& op, std::vector<int>& inputs) {
    const RecurrentRule* rule = FindRecurrentRule(op.code);
    if (rule == nullptr) return;
    for (const RecurrentState& state : rule->states) {
      inputs[state.input] = SlotOf(op.inputs[state.input], state.dtype);
      plan_.slots[At(inputs[state.input])].state = state.params;
    }
  }

  const Subgraph& graph_;
  const std::vector<OpAssignment>& assignments_;
  const BorderTypes border_;
  ActivationPlan plan_;
  std::vector<bool> activation_;
  std::vector<int> home_;  // by tensor: the slot that is written first
  std::map<std::pair<int, DType>, int> by_type_;
};

bool IsBorderType(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kInt8 || dtype == DType::kUInt8 ||
         dtype == DType::kInt16;
}

}  // namespace

Result<ActivationPlan> PlanActivations(const Model& model,
                                       const std::vector<OpAssignment>& assignments,
                                       const BorderTypes& border) {
  for (const auto& dtype : {border.input, border.output}) {
    if (dtype && !IsBorderType(*dtype)) {
      return Error{ErrorCode::kUnsupported,
                   "a graph input or output cannot be " + std::string(DTypeName(*dtype)),
                   {},
                   {},
                   {},
                   "use float32, int8, uint8 or int16"};
    }
  }
  return Planner(model, assignments, border).Run();
}

}  // namespace quantgate
