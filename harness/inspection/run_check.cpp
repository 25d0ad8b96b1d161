#include "harness/inspection/run_check.h"

#include <algorithm>

#include "reference/interpreter/plan.h"
#include "reference/ops/op_table.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

// "op 3: CUSTOM: this custom operator does not run here", without the file and the kind of error.
std::string Reason(const Error& error, bool name_op) {
  std::string text;
  if (name_op && error.op_index) text += "op " + std::to_string(*error.op_index) + ": ";
  if (!error.tensor.empty()) text += "tensor '" + error.tensor + "': ";
  return text + error.message;
}

// The message of a plan of one operator, which repeats the operator's type in front.
std::string OpReason(const Error& error, const OpNode& op) {
  std::string text = Reason(error, false);
  const std::string prefix = op.type_name() + ": ";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// A copy of the model (constants are shared) whose subgraph holds one operator at a time.
class OpProbe {
 public:
  OpProbe(const Model& model, int subgraph)
      : model_(std::make_shared<Model>(model)), subgraph_(subgraph) {
    for (const TensorInfo& tensor : graph().tensors) variable_.push_back(tensor.is_variable);
  }

  // Why `op` does not run, or nothing. Its outputs' shapes become known to the operators after it.
  std::string Try(const OpNode& op) {
    Subgraph& one = graph();
    one.ops = {op};
    one.outputs = op.outputs;
    one.inputs.clear();
    for (TensorInfo& tensor : one.tensors) tensor.is_variable = false;
    for (const int input : op.inputs) {
      if (input < 0) continue;
      TensorInfo& tensor = one.tensors[At(input)];
      tensor.is_variable = variable_[At(input)];
      const bool seen = std::find(one.inputs.begin(), one.inputs.end(), input) != one.inputs.end();
      if (model_->Constant(tensor).empty() && !seen) one.inputs.push_back(input);
    }
    PlanOptions options;
    options.accelerated = false;  // nothing will run: no weights need packing
    options.subgraph = subgraph_;
    const auto plan = Plan::Make(model_, options);
    if (!plan.ok()) return OpReason(plan.error(), op);
    for (const int output : op.outputs) one.tensors[At(output)].shape = (*plan)->shape(output);
    return {};
  }

  [[nodiscard]] Subgraph& graph() { return model_->subgraphs[At(subgraph_)]; }

 private:
  std::shared_ptr<Model> model_;
  int subgraph_;
  std::vector<bool> variable_;
};

}  // namespace

RunCheck CheckRun(const std::shared_ptr<const Model>& model, int subgraph) {
  const Subgraph& graph = model->subgraphs[At(subgraph)];
  RunCheck check;
  check.op_problems.resize(graph.ops.size());
  PlanOptions options;
  options.accelerated = false;
  options.subgraph = subgraph;
  options.deferred = true;
  const auto plan = Plan::Make(model, options);
  if (plan.ok()) {
    for (size_t i = 0; i < graph.tensors.size(); ++i) {
      check.shapes.push_back((*plan)->shape(static_cast<int>(i)));
    }
    // What a run plans is not known here, but whether it can be.
    for (size_t i = (*plan)->steps().size(); i < graph.ops.size(); ++i) {
      if (FindOp(graph.ops[i].code, graph.ops[i].custom_code) != nullptr) continue;
      check.op_problems[i] = "this operator does not run here";
      check.problem = "op " + std::to_string(i) + ": " + check.op_problems[i];
    }
    if ((*plan)->complete()) check.arena_bytes = static_cast<int64_t>((*plan)->arena_bytes());
    return check;
  }
  check.problem = Reason(plan.error(), true);
  OpProbe probe(*model, subgraph);
  for (size_t i = 0; i < graph.ops.size(); ++i) check.op_problems[i] = probe.Try(graph.ops[i]);
  for (const TensorInfo& tensor : probe.graph().tensors) check.shapes.push_back(tensor.shape);
  return check;
}

}  // namespace quantgate
