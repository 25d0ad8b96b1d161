// One subgraph as the lint rules see it: who writes and who reads each tensor.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "reference/model/graph.h"
#include "reference/ops/op_spec.h"

namespace quantgate {

class LintView {
 public:
  LintView(const Model& model, int subgraph);

  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] int subgraph() const { return subgraph_; }
  [[nodiscard]] const Subgraph& graph() const { return graph_; }
  [[nodiscard]] const TensorInfo& tensor(int index) const {
    return graph_.tensors[static_cast<size_t>(index)];
  }
  [[nodiscard]] std::span<const std::byte> Constant(int tensor_index) const {
    return model_.Constant(tensor(tensor_index));
  }
  [[nodiscard]] bool IsInput(int index) const { return inputs_[static_cast<size_t>(index)]; }
  [[nodiscard]] bool IsOutput(int index) const { return outputs_[static_cast<size_t>(index)]; }
  // The operator that computes a tensor, the first that reads it; -1 for none.
  [[nodiscard]] int Writer(int index) const { return writers_[static_cast<size_t>(index)]; }
  [[nodiscard]] int Reader(int index) const { return readers_[static_cast<size_t>(index)]; }
  // Neither constant nor structural: an input, a computed tensor or a variable.
  [[nodiscard]] bool IsActivation(int index) const;
  // Input `input` of `op`, -1 where it is left out.
  [[nodiscard]] static int InputOf(const OpNode& op, int input);
  // The tensors that carry activations into `op`, by its row of the spec; empty without one.
  [[nodiscard]] static std::vector<int> DataInputs(const OpNode& op);

 private:
  const Model& model_;
  int subgraph_;
  const Subgraph& graph_;
  std::vector<int> writers_;
  std::vector<int> readers_;
  std::vector<bool> inputs_;
  std::vector<bool> outputs_;
};

// A layer with weights by its row of the spec, and its tensors; -1 for a bias left out.
struct WeightedOp {
  int op = 0;
  const OpSpec* spec = nullptr;
  int input = -1;
  int weights = -1;
  int bias = -1;
  int output = -1;
};
// Every operator with an input, weights and an output in place.
std::vector<WeightedOp> WeightedOps(const LintView& view);

// Codes of a real number: a type for codes, and a scale (its own or one a block).
bool IsQuantized(const TensorInfo& tensor);

// The shortest decimals that tell a scale: "0.00390625".
std::string ScaleText(double scale);

// Where a finding is; -1 for "about no one operator" and "about no one tensor".
struct LintPlace {
  int op = -1;
  int tensor = -1;
};
// Takes the findings of one rule.
using LintSink = std::function<void(LintPlace place, std::string message)>;

}  // namespace quantgate
