#include "reference/interpreter/interpreter.h"

#include <algorithm>
#include <cstring>

#include "reference/interpreter/plan_family.h"
#include "reference/interpreter/subgraph_program.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

// Plans whose memory an interpreter keeps.
constexpr size_t kMaxBound = 4;

// `bytes` filled with the code of zero.
void FillWithZero(const TensorInfo& tensor, std::span<std::byte> bytes) {
  std::fill(bytes.begin(), bytes.end(), std::byte{0});
  if (!tensor.quant.quantized() || !IsQuantizedStorage(tensor.dtype)) return;
  const int32_t zero_point = tensor.quant.zero_point();
  const auto size = static_cast<size_t>(DTypeBits(tensor.dtype) / 8);
  // The low bytes of a little-endian int32 are the code in any narrower type.
  for (size_t at = 0; size > 0 && at + size <= bytes.size(); at += size) {
    std::memcpy(&bytes[at], &zero_point, size);
  }
}

// How many of the plan's guards stand before `step`.
size_t GuardsBefore(const Plan& plan, size_t step) {
  return static_cast<size_t>(
      std::count_if(plan.guards().begin(), plan.guards().end(),
                    [&](const Plan::Guard& guard) { return guard.step < step; }));
}

// Where each tensor lies: as planned, or behind that, where nothing else comes.
std::vector<size_t> OffsetsOf(const Plan& plan, TensorLife life) {
  std::vector<size_t> offsets(plan.subgraph().tensors.size());
  size_t end = ArenaPlan::Aligned(plan.arena_bytes());  // scratch memory lies before it
  for (size_t i = 0; i < offsets.size(); ++i) {
    const int tensor = static_cast<int>(i);
    offsets[i] = plan.arena_offset(tensor);
    if (life == TensorLife::kUntilLastUse || plan.home(tensor) != Plan::Home::kArena) continue;
    offsets[i] = end;
    end += ArenaPlan::Aligned(plan.byte_size(tensor));
  }
  return offsets;
}

size_t ArenaBytes(const Plan& plan, const std::vector<size_t>& offsets) {
  size_t bytes = plan.arena_bytes();
  for (size_t i = 0; i < offsets.size(); ++i) {
    const int tensor = static_cast<int>(i);
    if (plan.home(tensor) != Plan::Home::kArena) continue;
    bytes = std::max(bytes, offsets[i] + plan.byte_size(tensor));
  }
  return bytes;
}

}  // namespace

Interpreter::~Interpreter() = default;
Interpreter::Interpreter(Interpreter&&) noexcept = default;
Interpreter& Interpreter::operator=(Interpreter&&) noexcept = default;

Interpreter::Interpreter(std::shared_ptr<const Plan> plan, std::shared_ptr<Resources> resources,
                         RunShapes shapes, TensorLife life)
    : plan_(std::move(plan)), shapes_(shapes), life_(life), resources_(std::move(resources)) {
  if (resources_ == nullptr) {
    owns_resources_ = true;
    resources_ = std::make_shared<Resources>();
    resources_->done.resize(plan_->model().subgraphs.size());
  }
  GrowResources(*plan_);
  states_.resize(plan_->subgraph().tensors.size());
  for (int variable : plan_->variables()) {
    states_[At(variable)].resize(plan_->byte_size(variable));
  }
  inputs_.resize(plan_->subgraph().tensors.size());
  for (int tensor : plan_->subgraph().inputs) {
    if (plan_->dynamic()) inputs_[At(tensor)].resize(plan_->byte_size(tensor));
  }
  bound_.push_back(Bind(plan_));
  now_ = bound_.front().get();
  ResetState();
  for (size_t i = 0; i < plan_->subgraph().inputs.size(); ++i) {
    const auto given = plan_->constant(plan_->subgraph().inputs[i]);
    std::copy(given.begin(), given.end(), input(i).begin());
  }
}

void Interpreter::GrowResources(const Plan& plan) {
  auto& variables = resources_->variables;
  variables.resize(std::max(variables.size(), plan.resources().size()));
  for (size_t i = 0; i < plan.resources().size(); ++i) {
    const ResourceTable::Variable& variable = plan.resources()[i];
    const size_t bytes = variable.known ? ByteSize(variable.dtype, variable.shape) : 0;
    variables[i].resize(std::max(variables[i].size(), bytes));
  }
}

std::unique_ptr<Interpreter::Bound> Interpreter::Bind(std::shared_ptr<const Plan> plan) {
  auto bound = std::make_unique<Bound>();
  bound->plan = std::move(plan);
  const Plan& of = *bound->plan;
  bound->offsets = OffsetsOf(of, life_);
  bound->arena.resize(ArenaBytes(of, bound->offsets) + ArenaPlan::kAlignment);
  const auto address = reinterpret_cast<uintptr_t>(bound->arena.data());
  const size_t misaligned = address % ArenaPlan::kAlignment;
  bound->base = bound->arena.data() + (misaligned == 0 ? 0 : ArenaPlan::kAlignment - misaligned);
  for (const Plan::Step& step : of.steps()) {
    BoundStep made;
    for (int input : step.inputs) {
      made.inputs.push_back(input < 0 ? nullptr : Address(*bound, input));
      const bool variable = input >= 0 && of.home(input) == Plan::Home::kState;
      made.states.push_back(variable ? states_[At(input)].data() : nullptr);
      made.stateful = made.stateful || variable;
    }
    for (int output : step.outputs)
      made.outputs.push_back(bound->base + bound->offsets[At(output)]);
    for (const auto& program : step.programs) {
      made.owned.push_back(StartProgram(*program, resources_));
      made.processes.push_back(made.owned.back().get());
    }
    bound->steps.push_back(std::move(made));
  }
  return bound;
}

const std::byte* Interpreter::Address(const Bound& bound, int tensor) const {
  const Plan& plan = *bound.plan;
  if (plan.home(tensor) == Plan::Home::kConstant) return plan.constant(tensor).data();
  if (plan.home(tensor) == Plan::Home::kState) return states_[At(tensor)].data();
  if (!inputs_[At(tensor)].empty()) return inputs_[At(tensor)].data();
  return bound.base + bound.offsets[At(tensor)];
}

TensorView Interpreter::View(int tensor) const {
  const Plan& plan = *now_->plan;
  return {tensor,
          &plan.info(tensor),
          &plan.shape(tensor),
          {Address(*now_, tensor), plan.byte_size(tensor)}};
}

std::span<std::byte> Interpreter::input(size_t i) {
  const int tensor = plan_->subgraph().inputs.at(i);
  if (plan_->dynamic()) return inputs_[At(tensor)];
  return {now_->base + now_->offsets[At(tensor)], plan_->byte_size(tensor)};
}

std::span<const std::byte> Interpreter::output(size_t i) const {
  const int tensor = now_->plan->subgraph().outputs.at(i);
  if (now_->plan->home(tensor) == Plan::Home::kNone) return {};
  return View(tensor).data;
}

void Interpreter::ResetState() {
  for (int variable : plan_->variables()) {
    FillWithZero(plan_->subgraph().tensors[At(variable)], states_[At(variable)]);
  }
  for (const auto& bound : bound_) {
    for (BoundStep& step : bound->steps) {
      for (const auto& process : step.owned) process->ResetState();
    }
  }
  if (!owns_resources_) return;
  for (auto& variable : resources_->variables) {
    std::fill(variable.begin(), variable.end(), std::byte{0});
  }
  std::fill(resources_->done.begin(), resources_->done.end(), false);
}

// Of the arena, the kernel of `step` may touch its own tensors and scratch memory.
void Interpreter::OpenFor(size_t step, ArenaFence& fence) const {
  const Plan& plan = *now_->plan;
  const Plan::Step& of = plan.steps()[step];
  const auto open = [&](int tensor) {
    if (tensor < 0 || plan.home(tensor) != Plan::Home::kArena) return;
    fence.Open({now_->base + now_->offsets[At(tensor)], plan.byte_size(tensor)});
  };
  std::for_each(of.inputs.begin(), of.inputs.end(), open);
  std::for_each(of.outputs.begin(), of.outputs.end(), open);
  fence.Open({now_->base + of.scratch_offset, plan.scratch_bytes(step)});
}

Status Interpreter::RunSteps(size_t first, size_t last, Observer* observer) {
  const std::vector<Plan::Step>& steps = now_->plan->steps();
  for (size_t s = first; s < last; ++s) {
    const Plan::Step& step = steps[s];
    if (step.kernel) {
      BoundStep& bound = now_->steps[s];
      Status status;
      ArenaFence fence(now_->arena);
      if constexpr (ArenaFence::kStands) OpenFor(s, fence);
      const StateWatch watch = bound.stateful ? WatchOf(s, observer) : nullptr;
      (*step.kernel)({bound.inputs, bound.outputs, now_->base + step.scratch_offset, bound.states,
                      bound.processes, resources_.get(), &status, watch ? &watch : nullptr});
      if (!status.ok()) {
        Error error = status.error();
        error.op_index = step.op_index;
        return error;
      }
    }
    if (observer != nullptr) Show(s, *observer);
  }
  return OkStatus();
}

StateWatch Interpreter::WatchOf(size_t step, Observer* observer) const {
  if (observer == nullptr) return nullptr;
  return [this, step, observer](size_t input, std::span<const std::byte> bytes) {
    const Plan::Step& of = now_->plan->steps()[step];
    TensorView view = View(of.inputs[input]);
    view.data = bytes;
    observer->OnState(of.op_index, view);
  };
}

void Interpreter::ShowInputs(Observer& observer) const {
  for (int input : plan_->subgraph().inputs) observer.OnTensor(-1, View(input));
}

void Interpreter::Show(size_t step, Observer& observer) const {
  const Plan::Step& of = now_->plan->steps()[step];
  for (int output : of.outputs) observer.OnTensor(of.op_index, View(output));
}

Status Interpreter::Run(Observer* observer) {
  if (observer != nullptr) ShowInputs(*observer);
  size_t step = 0;
  size_t guard = 0;
  while (true) {
    const std::vector<Plan::Guard>& guards = now_->plan->guards();
    const bool guarded = guard < guards.size();
    const size_t until = guarded ? guards[guard].step : now_->plan->steps().size();
    QG_RETURN_IF_ERROR(RunSteps(step, until, observer));
    step = until;
    if (guarded && guards[guard].Holds(Address(*now_, guards[guard].tensor))) {
      ++guard;
      continue;
    }
    if (!guarded && now_->plan->complete()) return OkStatus();
    QG_RETURN_IF_ERROR(Continue(step));
    guard = GuardsBefore(*now_->plan, step);
  }
}

Plan::TensorValues Interpreter::ValuesOf(std::span<const int> tensors) const {
  Plan::TensorValues values;
  for (const int tensor : tensors) {
    if (tensor < 0 || now_->plan->home(tensor) != Plan::Home::kArena) continue;
    const auto bytes = View(tensor).data;
    values[tensor].assign(bytes.begin(), bytes.end());
  }
  return values;
}

Status Interpreter::Continue(size_t step) {
  const Plan& plan = *now_->plan;
  const auto steps = std::span(plan.steps()).first(step);
  const bool stateful = std::any_of(steps.begin(), steps.end(), [](const Plan::Step& of) {
    return std::any_of(of.programs.begin(), of.programs.end(),
                       [](const auto& program) { return program->has_state(); });
  });
  if (stateful) {
    return Error{ErrorCode::kUnsupported,
                 "shapes that change from run to run beside a subgraph with variable tensors"};
  }
  QG_ASSIGN_OR_RETURN(
      auto next, plan_->family().Continue(plan, step, ValuesOf(plan.subgraph().ops[step].inputs),
                                          ValuesOf(plan.subgraph().inputs)));
  if (shapes_ == RunShapes::kAsPlanned) QG_RETURN_IF_ERROR(CheckSameShapes(*next));
  GrowResources(*next);
  auto bound =
      std::find_if(bound_.begin(), bound_.end(), [&](const auto& of) { return of->plan == next; });
  if (bound == bound_.end()) {
    bound_.push_front(Bind(next));
  } else {
    bound_.splice(bound_.begin(), bound_, bound);
  }
  QG_RETURN_IF_ERROR(TakeOver(*bound_.front(), step));
  now_ = bound_.front().get();
  if (bound_.size() > kMaxBound) bound_.pop_back();
  return OkStatus();
}

Status Interpreter::CheckSameShapes(const Plan& plan) const {
  const size_t steps = std::min(plan.steps().size(), plan_->steps().size());
  for (size_t s = 0; s < steps; ++s) {
    for (const int output : plan.steps()[s].outputs) {
      if (plan.shape(output) == plan_->shape(output)) continue;
      return Error{ErrorCode::kUnsupported,
                   "has shape " + plan.shape(output).ToString() + " in this run and " +
                       plan_->shape(output).ToString() +
                       " in the one it is compared with: values computed in the run decide it",
                   {},
                   plan.steps()[s].op_index,
                   plan.info(output).name,
                   "`quantgate trace` runs such a model, one input at a time"};
    }
  }
  return OkStatus();
}

// Copies what the steps before `step` computed and later ones read.
Status Interpreter::TakeOver(Bound& next, size_t step) const {
  const Plan& plan = *next.plan;
  std::vector<bool> wanted(plan.subgraph().tensors.size());
  for (size_t op = step; op < plan.subgraph().ops.size(); ++op) {
    for (const int input : plan.subgraph().ops[op].inputs) {
      if (input >= 0) wanted[At(input)] = true;
    }
  }
  for (const int output : plan.subgraph().outputs) wanted[At(output)] = true;
  for (size_t s = 0; s < step; ++s) {
    for (const int tensor : plan.steps()[s].outputs) {
      if (!wanted[At(tensor)] || plan.home(tensor) != Plan::Home::kArena) continue;
      const auto from = View(tensor).data;
      if (from.size() != plan.byte_size(tensor)) {
        return Error{ErrorCode::kModel, "is computed twice", {}, {}, plan.info(tensor).name};
      }
      if (from.empty()) continue;
      std::memcpy(next.base + next.offsets[At(tensor)], from.data(), from.size());
    }
  }
  return OkStatus();
}

}  // namespace quantgate
