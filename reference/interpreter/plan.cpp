#include "reference/interpreter/plan.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "reference/accelerated/accelerated_table.h"
#include "reference/interpreter/block_params.h"
#include "reference/interpreter/plan_family.h"
#include "reference/interpreter/subgraph_program.h"
#include "reference/numeric/element.h"
#include "reference/ops/op_table.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

// 64 GiB, above every model that runs anywhere and below what a hostile file can ask for, or what
// this machine has: beyond that the system ends the program instead of telling it.
size_t MaxArenaBytes() {
  constexpr size_t kMost = size_t{1} << 36;
  const auto pages = sysconf(_SC_PHYS_PAGES);
  const auto page_bytes = sysconf(_SC_PAGE_SIZE);
  if (pages <= 0 || page_bytes <= 0) return kMost;
  return std::min(kMost, static_cast<size_t>(pages) * static_cast<size_t>(page_bytes));
}

// Of constants computed while planning; what is over runs with every run.
constexpr size_t kMaxFoldedBytes = size_t{1} << 26;

// Block-wise constants have scales that can be read, and are for kernels that know blocks: the
// others take the scales of an input for one a tensor or one a slice.
Status CheckBlocks(const Model& model, const Subgraph& graph, const PrepareContext& context) {
  const OpCode code = context.node().code;
  const bool takes = code == OpCode::kFULLY_CONNECTED || code == OpCode::kEMBEDDING_LOOKUP;
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    if (!context.has_input(i)) continue;
    const TensorInfo& info = context.input(i);
    if (info.blockwise && !IsFloat(info.dtype) && !context.input_constant(i).empty()) {
      const TensorInfo& stored = graph.tensors[At(context.node().inputs[i])];
      QG_RETURN_IF_ERROR(ReadBlockParams(model, graph, stored));
      if (code == OpCode::kFULLY_CONNECTED && stored.dtype != DType::kInt4) {
        return PrepareContext::Unsupported("block-wise weights of type " +
                                           std::string(DTypeName(stored.dtype)) +
                                           "; the kernels take int4");
      }
    }
    if (takes || info.quant.block == 0) continue;
    return PrepareContext::Unsupported(
        "'" + info.name +
        "' has block-wise scales; FULLY_CONNECTED and EMBEDDING_LOOKUP alone compute with them");
  }
  return OkStatus();
}

}  // namespace

Plan::Plan() : family_(std::make_unique<PlanFamily>()) {}
Plan::~Plan() = default;

Result<std::shared_ptr<const Plan>> Plan::Make(const std::shared_ptr<const Model>& model,
                                               const PlanOptions& options) {
  const int subgraph = options.subgraph.value_or(model->main_index);
  QG_CHECK(subgraph >= 0 && At(subgraph) < model->subgraphs.size());
  auto plan = MakeOnce(model, options, true);
  if (plan.ok() || !options.deferred) return plan;
  // A stored shape that was assumed may be what does not fit.
  return MakeOnce(model, options, false);
}

Result<std::shared_ptr<const Plan>> Plan::MakeOnce(const std::shared_ptr<const Model>& model,
                                                   const PlanOptions& options, bool may_assume) {
  auto plan = std::shared_ptr<Plan>(new Plan());
  plan->subgraph_ = &model->subgraphs[At(options.subgraph.value_or(model->main_index))];
  plan->model_ = model;
  plan->profile_ = options.profile;
  plan->options_ = options;
  plan->options_.linker = nullptr;
  plan->may_assume_ = may_assume;
  if (options.accelerated) {
    plan->simd_ = options.simd != nullptr ? options.simd : accelerated::BestSimd();
  }
  plan->linker_ = options.linker
                      ? options.linker
                      : std::make_shared<SubgraphLinker>(*model, *options.profile, plan->simd_);
  if (Status status = plan->FindHomes(); !status.ok()) {
    Error error = status.error();
    error.file = options.file;
    return error;
  }
  QG_RETURN_IF_ERROR(plan->TakeGivenValues());
  QG_RETURN_IF_ERROR(plan->PrepareOps({}));
  QG_RETURN_IF_ERROR(plan->Finish());
  return std::shared_ptr<const Plan>(std::move(plan));
}

Status Plan::Finish() {
  if (complete()) QG_RETURN_IF_ERROR(CheckOutputs());
  resources_ = linker_->table().variables();
  PlaceTensors();
  const size_t most = MaxArenaBytes();
  if (arena_bytes_ <= most) return OkStatus();
  return Error{ErrorCode::kUnsupported,
               "needs " + std::to_string(arena_bytes_) + " bytes of memory for its tensors, of " +
                   std::to_string(most) + " at most",
               options_.file};
}

size_t Plan::byte_size(int index) const { return ByteSize(info(index).dtype, shape(index)); }

const TensorInfo& Plan::info(int index) const {
  const auto decoded = decoded_->find(index);
  return decoded != decoded_->end() ? decoded->second.info : subgraph_->tensors[At(index)];
}

Status Plan::DecodeConstants() {
  auto all = std::make_shared<std::map<int, DecodedConstant>>();
  for (size_t i = 0; i < subgraph_->tensors.size(); ++i) {
    if (homes_[i] != Home::kConstant) continue;
    QG_ASSIGN_OR_RETURN(std::optional<DecodedConstant> decoded,
                        DecodeConstant(*model_, *subgraph_, subgraph_->tensors[i]));
    if (decoded) all->emplace(static_cast<int>(i), *std::move(decoded));
  }
  decoded_ = std::move(all);
  return OkStatus();
}

Status Plan::FindHomes() {
  for (const TensorInfo& tensor : subgraph_->tensors) {
    const bool constant = !model_->Constant(tensor).empty();
    shapes_.push_back(tensor.shape);
    homes_.push_back(constant ? Home::kConstant : Home::kNone);
    if (!tensor.is_variable) continue;
    homes_.back() = Home::kState;
    variables_.push_back(static_cast<int>(homes_.size()) - 1);
  }
  const auto refuse_variable = [&](int tensor, const char* what) -> Status {
    if (homes_[At(tensor)] != Home::kState) return OkStatus();
    return Error{ErrorCode::kUnsupported, what, {}, {}, subgraph_->tensors[At(tensor)].name};
  };
  for (int input : subgraph_->inputs) {
    QG_RETURN_IF_ERROR(refuse_variable(input, "a variable tensor that is an input of the graph"));
    homes_[At(input)] = Home::kArena;
  }
  for (const auto& [position, shape] : options_.input_shapes) {
    if (position < subgraph_->inputs.size()) shapes_[At(subgraph_->inputs[position])] = shape;
  }
  for (const OpNode& op : subgraph_->ops) {
    for (int output : op.outputs) {
      QG_RETURN_IF_ERROR(
          refuse_variable(output, "a variable tensor that an operator has for its output"));
    }
  }
  return DecodeConstants();
}

std::span<const std::byte> Plan::constant(int index) const {
  if (const auto value = values_.find(index); value != values_.end()) return *value->second;
  if (homes_[At(index)] != Home::kConstant) return {};
  if (const auto found = decoded_->find(index); found != decoded_->end())
    return found->second.bytes;
  return model_->Constant(subgraph_->tensors[At(index)]);
}

Status Plan::TakeGivenValues() {
  for (const auto& [position, value] : options_.input_values) {
    const bool exists = position < subgraph_->inputs.size();
    const int tensor = exists ? subgraph_->inputs[position] : 0;
    if (!exists || value.size() != byte_size(tensor)) {
      return Error{ErrorCode::kUsage,
                   "a value of " + std::to_string(value.size()) + " bytes given for input " +
                       std::to_string(position) + ", which does not take it",
                   options_.file};
    }
    values_[tensor] = std::make_shared<const std::vector<std::byte>>(value);
    guards_.push_back({0, tensor, {}, value});
  }
  return OkStatus();
}

// Runs the operator now when everything it reads is constant; SHAPE and RANK read no values.
bool Plan::Fold(const PrepareContext& context, const Kernel& kernel) {
  const OpNode& node = context.node();
  const bool reads_shapes = node.code == OpCode::kSHAPE || node.code == OpCode::kRANK;
  std::vector<const std::byte*> inputs;
  for (const int input : node.inputs) {
    inputs.push_back(input < 0 ? nullptr : constant(input).data());
    if (input >= 0 && inputs.back() == nullptr && !reads_shapes) return false;
  }
  size_t bytes = 0;
  for (const int output : node.outputs) bytes += byte_size(output);
  if (node.inputs.empty() || bytes == 0 || !context.programs().empty() ||
      folded_bytes_ + bytes > kMaxFoldedBytes || context.scratch_bytes() > kMaxFoldedBytes) {
    return false;
  }
  folded_bytes_ += bytes;
  std::vector<std::byte*> outputs;
  for (const int output : node.outputs) {
    auto value = std::make_shared<std::vector<std::byte>>(byte_size(output));
    outputs.push_back(value->data());
    values_[output] = std::move(value);
    homes_[At(output)] = Home::kConstant;
  }
  std::vector<std::byte> scratch(context.scratch_bytes() + ArenaPlan::kAlignment);
  const auto address = reinterpret_cast<uintptr_t>(scratch.data());
  const size_t skip =
      (ArenaPlan::kAlignment - address % ArenaPlan::kAlignment) % ArenaPlan::kAlignment;
  const std::vector<std::byte*> states(inputs.size(), nullptr);
  kernel({inputs, outputs, scratch.data() + skip, states, {}, nullptr, nullptr});
  return true;
}

Error Plan::Located(Error error, size_t op_index) const {
  error.file = options_.file;
  error.op_index = static_cast<int>(op_index);
  error.message = subgraph_->ops[op_index].type_name() + ": " + error.message;
  return error;
}

// From the operator after the last step on; `values` are for that one.
Status Plan::PrepareOps(const TensorValues& values) {
  const size_t first = steps_.size();
  for (size_t i = first; i < subgraph_->ops.size() && steps_.size() == i; ++i) {
    if (Status status = PrepareOp(i, i == first ? values : TensorValues{}); !status.ok()) {
      return Located(status.error(), i);
    }
  }
  return OkStatus();
}

Status Plan::CheckOutputs() const {
  for (int output : subgraph_->outputs) {
    if (homes_[At(output)] != Home::kNone || shape(output).num_elements() == 0) continue;
    return Error{ErrorCode::kModel,
                 "is an output of the graph that nothing computes",
                 options_.file,
                 {},
                 subgraph_->tensors[At(output)].name};
  }
  return OkStatus();
}

Result<std::vector<PrepareContext::Input>> Plan::InputsOf(const OpNode& node) const {
  std::vector<PrepareContext::Input> inputs;
  for (int index : node.inputs) {
    PrepareContext::Input input;
    if (index >= 0) {
      input.info = &info(index);
      input.shape = shapes_[At(index)];
      input.constant = constant(index);
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
  return inputs;
}

Result<PrepareContext> Plan::MakeContext(const OpNode& node, const TensorValues& values) {
  QG_ASSIGN_OR_RETURN(std::vector<PrepareContext::Input> inputs, InputsOf(node));
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto value = values.find(node.inputs[i]);
    if (value != values.end() && inputs[i].constant.empty()) inputs[i].planned = value->second;
  }
  std::vector<const TensorInfo*> outputs;
  for (int index : node.outputs) outputs.push_back(&subgraph_->tensors[At(index)]);
  std::vector<const TensorInfo*> intermediates;
  for (int index : node.intermediates) {
    intermediates.push_back(index < 0 ? nullptr : &subgraph_->tensors[At(index)]);
  }
  PrepareContext context(node, *profile_, std::move(inputs), std::move(outputs),
                         std::move(intermediates));
  context.SetPlanner(linker_.get());
  context.SetMayAssume(may_assume_);
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const auto handle = handles_.find(node.inputs[i]);
    if (handle != handles_.end()) context.SetInputVariable(i, handle->second);
  }
  return context;
}

Status Plan::PrepareOp(size_t op_index, const TensorValues& values) {
  const OpNode& node = subgraph_->ops[op_index];
  const OpDef* op = FindOp(node.code, node.custom_code);
  if (op == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 node.code == OpCode::kCUSTOM ? "this custom operator does not run here"
                                              : "this operator does not run here",
                 {},
                 {},
                 {},
                 "see `quantgate list ops`"};
  }
  QG_ASSIGN_OR_RETURN(PrepareContext context, MakeContext(node, values));
  QG_RETURN_IF_ERROR(CheckBlocks(*model_, *subgraph_, context));
  auto kernel = op->prepare(context);
  const bool known = AddGuards(context, values, op_index);
  if (!kernel.ok()) {
    // The plan ends here, and a run that has computed the value goes on.
    if (!known && options_.deferred) return OkStatus();
    return kernel.error();
  }
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    shapes_[At(node.outputs[i])] = context.output_shape(i);
    homes_[At(node.outputs[i])] = Home::kArena;
  }
  if (context.output_variable() >= 0) handles_[node.outputs[0]] = context.output_variable();
  if (Fold(context, *kernel)) *kernel = nullptr;
  AddStep(context, op_index, *std::move(kernel));
  return OkStatus();
}

void Plan::AddStep(PrepareContext& context, size_t op_index, Kernel kernel) {
  const OpNode& node = context.node();
  Step step{static_cast<int>(op_index), false, nullptr, node.inputs, node.outputs, 0,
            context.programs()};
  size_t scratch_bytes = kernel ? context.scratch_bytes() : 0;
  if (simd_ != nullptr && kernel) {
    if (auto fast = MakeAccelerated(context, *simd_)) {
      step.accelerated = true;
      kernel = std::move(fast->kernel);
      scratch_bytes = fast->scratch_bytes;
      if (fast->joint) step.joint = std::make_shared<const JointKernel>(std::move(fast->joint));
      step.joint_scratch_bytes = fast->joint_scratch_bytes;
    }
  }
  if (kernel) step.kernel = std::make_shared<const Kernel>(std::move(kernel));
  steps_.push_back(std::move(step));
  scratch_bytes_.push_back(scratch_bytes);
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
  // What the operators without a step read is for the plan that goes on after this one.
  for (size_t op = steps_.size(); op < subgraph_->ops.size(); ++op) {
    for (int input : subgraph_->ops[op].inputs) {
      if (input >= 0) requests[At(input)].last_op = last;
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
