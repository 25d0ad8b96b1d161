#include "reference/interpreter/plan.h"

#include <algorithm>

#include "reference/accelerated/accelerated_table.h"
#include "reference/ops/op_table.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

// 64 GiB: above every model that runs anywhere, below what a hostile file can ask for.
constexpr size_t kMaxArenaBytes = size_t{1} << 36;

}  // namespace

Result<std::shared_ptr<const Plan>> Plan::Make(std::shared_ptr<const Model> model,
                                               const PlanOptions& options) {
  auto plan = std::shared_ptr<Plan>(new Plan());
  QG_CHECK(options.subgraph >= 0 && At(options.subgraph) < model->subgraphs.size());
  plan->subgraph_ = &model->subgraphs[At(options.subgraph)];
  plan->model_ = std::move(model);
  plan->profile_ = options.profile;
  if (options.accelerated) {
    plan->simd_ = options.simd != nullptr ? options.simd : accelerated::BestSimd();
  }
  QG_RETURN_IF_ERROR(plan->PrepareOps(options));
  QG_RETURN_IF_ERROR(plan->CheckOutputs(options));
  plan->PlaceTensors();
  if (plan->arena_bytes() > kMaxArenaBytes) {
    return Error{
        ErrorCode::kUnsupported,
        "needs " + std::to_string(plan->arena_bytes()) + " bytes of memory for its tensors",
        options.file};
  }
  return std::shared_ptr<const Plan>(std::move(plan));
}

size_t Plan::byte_size(int index) const {
  return ByteSize(subgraph_->tensors[At(index)].dtype, shape(index));
}

Status Plan::PrepareOps(const PlanOptions& options) {
  for (const TensorInfo& tensor : subgraph_->tensors) {
    shapes_.push_back(tensor.shape);
    const bool constant = !model_->Constant(tensor).empty();
    homes_.push_back(constant ? Home::kConstant : Home::kNone);
    if (tensor.is_variable) {
      Error error{ErrorCode::kUnsupported, "variable tensors (state kept between runs)"};
      error.file = options.file;
      error.tensor = tensor.name;
      return error;
    }
  }
  for (int input : subgraph_->inputs) homes_[At(input)] = Home::kArena;
  for (size_t i = 0; i < subgraph_->ops.size(); ++i) {
    if (Status status = PrepareOp(i); !status.ok()) {
      Error error = status.error();
      error.file = options.file;
      error.op_index = static_cast<int>(i);
      error.message = subgraph_->ops[i].type_name() + ": " + error.message;
      return error;
    }
  }
  return OkStatus();
}

Status Plan::CheckOutputs(const PlanOptions& options) const {
  for (int output : subgraph_->outputs) {
    if (homes_[At(output)] != Home::kNone || shape(output).num_elements() == 0) continue;
    return Error{ErrorCode::kModel,
                 "is an output of the graph that nothing computes",
                 options.file,
                 {},
                 subgraph_->tensors[At(output)].name};
  }
  return OkStatus();
}

Status Plan::PrepareOp(size_t op_index) {
  const OpNode& node = subgraph_->ops[op_index];
  const OpDef* op = FindOp(node.code);
  if (op == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 node.code == OpCode::kCUSTOM ? "custom operators do not run here"
                                              : "this operator does not run here",
                 {},
                 {},
                 {},
                 "see `quantgate list ops`"};
  }
  std::vector<PrepareContext::Input> inputs;
  for (int index : node.inputs) {
    PrepareContext::Input input;
    if (index >= 0) {
      input.info = &subgraph_->tensors[At(index)];
      if (input.info->sparsity) {
        return Error{ErrorCode::kUnsupported, "reads a sparse constant", {}, {}, input.info->name};
      }
      input.shape = shapes_[At(index)];
      if (homes_[At(index)] == Home::kConstant) input.constant = model_->Constant(*input.info);
      if (homes_[At(index)] == Home::kNone && input.shape.num_elements() > 0) {
        return Error{ErrorCode::kModel,
                     "reads a tensor that nothing has computed",
                     {},
                     {},
                     input.info->name};
      }
    }
    inputs.push_back(input);
  }
  std::vector<const TensorInfo*> outputs;
  for (int index : node.outputs) outputs.push_back(&subgraph_->tensors[At(index)]);
  PrepareContext context(node, *profile_, std::move(inputs), std::move(outputs));
  QG_ASSIGN_OR_RETURN(Kernel kernel, op->prepare(context));
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    shapes_[At(node.outputs[i])] = context.output_shape(i);
    homes_[At(node.outputs[i])] = Home::kArena;
  }
  Step step{static_cast<int>(op_index), false, std::move(kernel), node.inputs, node.outputs, 0};
  size_t scratch_bytes = context.scratch_bytes();
  if (simd_ != nullptr) {
    if (auto fast = MakeAccelerated(context, *simd_)) {
      step.accelerated = true;
      step.kernel = std::move(fast->kernel);
      scratch_bytes = fast->scratch_bytes;
    }
  }
  steps_.push_back(std::move(step));
  scratch_bytes_.push_back(scratch_bytes);
  return OkStatus();
}

void Plan::PlaceTensors() {
  const int last = static_cast<int>(steps_.size());
  std::vector<ArenaRequest> requests(subgraph_->tensors.size());
  for (size_t i = 0; i < requests.size(); ++i) {
    const int index = static_cast<int>(i);
    requests[i] = {homes_[i] == Home::kArena ? byte_size(index) : 0, last, -1};
  }
  for (int input : subgraph_->inputs) requests[At(input)].first_op = -1;
  for (int s = 0; s < last; ++s) {
    const Step& step = steps_[At(s)];
    for (int output : step.outputs) {
      requests[At(output)].first_op = std::min(requests[At(output)].first_op, s);
      requests[At(output)].last_op = std::max(requests[At(output)].last_op, s);
    }
    for (int input : step.inputs) {
      if (input >= 0) requests[At(input)].last_op = std::max(requests[At(input)].last_op, s);
    }
  }
  // Inputs and outputs of the graph belong to the caller before and after the run.
  for (int input : subgraph_->inputs) requests[At(input)].last_op = last;
  for (int output : subgraph_->outputs) requests[At(output)].last_op = last;
  for (int s = 0; s < last; ++s) requests.push_back({scratch_bytes_[At(s)], s, s});

  const ArenaPlan arena = PlanArena(requests);
  offsets_.assign(arena.offsets.begin(),
                  arena.offsets.begin() + static_cast<std::ptrdiff_t>(shapes_.size()));
  for (size_t s = 0; s < steps_.size(); ++s) {
    steps_[s].scratch_offset = arena.offsets[shapes_.size() + s];
  }
  arena_bytes_ = arena.total_bytes;
}

}  // namespace quantgate
