#include "harness/inspection/lint_view.h"

#include <array>
#include <cstdio>

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

}  // namespace

LintView::LintView(const Model& model, int subgraph)
    : model_(model),
      subgraph_(subgraph),
      graph_(model.subgraphs[At(subgraph)]),
      writers_(graph_.tensors.size(), -1),
      readers_(graph_.tensors.size(), -1),
      inputs_(graph_.tensors.size()),
      outputs_(graph_.tensors.size()) {
  for (const int input : graph_.inputs) inputs_[At(input)] = true;
  for (const int output : graph_.outputs) outputs_[At(output)] = true;
  for (size_t i = 0; i < graph_.ops.size(); ++i) {
    for (const int output : graph_.ops[i].outputs) writers_[At(output)] = static_cast<int>(i);
    for (const int input : graph_.ops[i].inputs) {
      if (input >= 0 && readers_[At(input)] < 0) readers_[At(input)] = static_cast<int>(i);
    }
  }
}

bool LintView::IsActivation(int index) const {
  return IsInput(index) || Writer(index) >= 0 || tensor(index).is_variable;
}

int LintView::InputOf(const OpNode& op, int input) {
  return input >= 0 && At(input) < op.inputs.size() ? op.inputs[At(input)] : -1;
}

std::vector<int> LintView::DataInputs(const OpNode& op) {
  std::vector<int> tensors;
  const OpSpec* spec = FindOpSpec(op.code);
  if (spec == nullptr) return tensors;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    if (InMask(spec->data, i) && op.inputs[i] >= 0) tensors.push_back(op.inputs[i]);
  }
  return tensors;
}

std::vector<WeightedOp> WeightedOps(const LintView& view) {
  std::vector<WeightedOp> found;
  const std::vector<OpNode>& ops = view.graph().ops;
  for (size_t i = 0; i < ops.size(); ++i) {
    const OpSpec* spec = FindOpSpec(ops[i].code);
    if (spec == nullptr || spec->weights < 0 || ops[i].outputs.empty()) continue;
    const std::vector<int> data = LintView::DataInputs(ops[i]);
    const int weights = LintView::InputOf(ops[i], spec->weights);
    if (data.empty() || weights < 0) continue;
    found.push_back({static_cast<int>(i), spec, data[0], weights,
                     LintView::InputOf(ops[i], spec->bias), ops[i].outputs[0]});
  }
  return found;
}

bool IsQuantized(const TensorInfo& tensor) {
  return IsQuantizedStorage(tensor.dtype) && (tensor.quant.quantized() || tensor.blockwise);
}

std::string ScaleText(double scale) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.9g", scale);
  return text.data();
}

}  // namespace quantgate
