#include "reference/interpreter/subgraph_program.h"

#include <algorithm>
#include <cstring>

namespace quantgate {
namespace {

// Far above real models; a file whose subgraphs run each other without end stops here.
constexpr int kMaxDepth = 16;
constexpr int kMaxPrograms = 1000;

class SubgraphProgram : public Program {
 public:
  explicit SubgraphProgram(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
  [[nodiscard]] size_t num_outputs() const override { return plan_->subgraph().outputs.size(); }
  [[nodiscard]] DType output_dtype(size_t i) const override {
    const Subgraph& graph = plan_->subgraph();
    return graph.tensors[static_cast<size_t>(graph.outputs.at(i))].dtype;
  }
  [[nodiscard]] const Shape& output_shape(size_t i) const override {
    return plan_->shape(plan_->subgraph().outputs.at(i));
  }
  [[nodiscard]] bool has_state() const override {
    const auto& steps = plan_->steps();
    return !plan_->variables().empty() ||
           std::any_of(steps.begin(), steps.end(), [](const Plan::Step& step) {
             return std::any_of(step.programs.begin(), step.programs.end(),
                                [](const auto& program) { return program->has_state(); });
           });
  }
  [[nodiscard]] const std::shared_ptr<const Plan>& plan() const { return plan_; }

 private:
  std::shared_ptr<const Plan> plan_;
};

Error ModelError(std::string message) { return Error{ErrorCode::kModel, std::move(message)}; }

Status CheckInputs(const Subgraph& graph, std::span<const TensorInfo* const> inputs) {
  if (graph.inputs.size() != inputs.size()) {
    return ModelError("subgraph '" + graph.name + "' takes " + std::to_string(graph.inputs.size()) +
                      " inputs and is given " + std::to_string(inputs.size()));
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const TensorInfo& tensor = graph.tensors[static_cast<size_t>(graph.inputs[i])];
    if (tensor.dtype == inputs[i]->dtype && DTypeBits(tensor.dtype) > 0) continue;
    return Error{ErrorCode::kUnsupported, "subgraph '" + graph.name + "' takes " +
                                              std::string(DTypeName(tensor.dtype)) + " for input " +
                                              std::to_string(i) + " and is given " +
                                              std::string(DTypeName(inputs[i]->dtype))};
  }
  return OkStatus();
}

}  // namespace

Result<std::shared_ptr<const Program>> SubgraphLinker::PlanSubgraph(
    int index, std::span<const TensorInfo* const> inputs, std::span<const Shape> shapes) {
  if (index < 0 || static_cast<size_t>(index) >= model_.subgraphs.size()) {
    return ModelError("subgraph " + std::to_string(index) + " does not exist");
  }
  if (depth_ >= kMaxDepth || programs_ >= kMaxPrograms) {
    return ModelError("subgraphs run each other without end");
  }
  QG_RETURN_IF_ERROR(CheckInputs(model_.subgraphs[static_cast<size_t>(index)], inputs));
  PlanOptions options;
  options.profile = &profile_;
  options.subgraph = index;
  options.accelerated = simd_ != nullptr;
  options.simd = simd_;
  for (size_t i = 0; i < shapes.size(); ++i) options.input_shapes[i] = shapes[i];
  ++depth_;
  ++programs_;
  // The linker and the model outlive every plan: the outermost plan holds them.
  options.linker = std::shared_ptr<SubgraphLinker>(std::shared_ptr<void>(), this);
  auto plan = Plan::Make(std::shared_ptr<const Model>(std::shared_ptr<void>(), &model_), options);
  --depth_;
  if (!plan.ok()) {
    Error error = plan.error();
    error.message = "in subgraph " + std::to_string(index) + ": " + error.message;
    return error;
  }
  return std::shared_ptr<const Program>(std::make_shared<SubgraphProgram>(*plan));
}

Status SubgraphProcess::Run(std::span<const std::byte* const> inputs,
                            std::span<std::byte* const> outputs) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::span<std::byte> to = interpreter_.input(i);
    if (!to.empty()) std::memcpy(to.data(), inputs[i], to.size());
  }
  QG_RETURN_IF_ERROR(interpreter_.Run());
  for (size_t i = 0; i < outputs.size(); ++i) {
    const int tensor = plan_->subgraph().outputs[i];
    const Shape& shape = interpreter_.plan().shape(tensor);
    if (shape != plan_->shape(tensor)) {
      return Error{ErrorCode::kUnsupported, "output " + std::to_string(i) + " of subgraph '" +
                                                plan_->subgraph().name + "' has shape " +
                                                shape.ToString() + " in this run, planned was " +
                                                plan_->shape(tensor).ToString()};
    }
    const std::span<const std::byte> from = interpreter_.output(i);
    if (!from.empty()) std::memcpy(outputs[i], from.data(), from.size());
  }
  return OkStatus();
}

std::unique_ptr<SubgraphProcess> StartProgram(const Program& program,
                                              const std::shared_ptr<Resources>& resources) {
  // Programs come from SubgraphLinker alone.
  const auto& plan = static_cast<const SubgraphProgram&>(program).plan();
  return std::make_unique<SubgraphProcess>(plan, resources);
}

}  // namespace quantgate
