#include "reference/interpreter/interpreter.h"

#include <algorithm>
#include <cstring>

#include "reference/interpreter/subgraph_program.h"

namespace quantgate {
namespace {

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

}  // namespace

Interpreter::~Interpreter() = default;
Interpreter::Interpreter(Interpreter&&) noexcept = default;
Interpreter& Interpreter::operator=(Interpreter&&) noexcept = default;

Interpreter::Interpreter(std::shared_ptr<const Plan> plan, std::shared_ptr<Resources> resources)
    : plan_(std::move(plan)), resources_(std::move(resources)) {
  if (resources_ == nullptr) MakeResources();
  arena_.resize(plan_->arena_bytes() + ArenaPlan::kAlignment);
  const auto address = reinterpret_cast<uintptr_t>(arena_.data());
  const size_t misaligned = address % ArenaPlan::kAlignment;
  base_ = arena_.data() + (misaligned == 0 ? 0 : ArenaPlan::kAlignment - misaligned);
  states_.resize(plan_->subgraph().tensors.size());
  for (int variable : plan_->variables()) {
    states_[static_cast<size_t>(variable)].resize(plan_->byte_size(variable));
  }
  ResetState();
  for (int tensor : plan_->subgraph().inputs) {
    const auto given = plan_->constant(tensor);
    std::copy(given.begin(), given.end(), base_ + plan_->arena_offset(tensor));
  }
  for (const Plan::Step& step : plan_->steps()) {
    BoundStep bound;
    for (int input : step.inputs) {
      bound.inputs.push_back(input < 0 ? nullptr : Address(input));
      const bool variable = input >= 0 && plan_->home(input) == Plan::Home::kState;
      bound.states.push_back(variable ? states_[static_cast<size_t>(input)].data() : nullptr);
    }
    for (int output : step.outputs) bound.outputs.push_back(base_ + plan_->arena_offset(output));
    for (const auto& program : step.programs) {
      bound.owned.push_back(StartProgram(*program, resources_));
      bound.processes.push_back(bound.owned.back().get());
    }
    bound_.push_back(std::move(bound));
  }
}

void Interpreter::MakeResources() {
  owns_resources_ = true;
  resources_ = std::make_shared<Resources>();
  for (const ResourceTable::Variable& variable : plan_->linker().table().variables()) {
    const size_t bytes = variable.known ? ByteSize(variable.dtype, variable.shape) : 0;
    resources_->variables.emplace_back(bytes);
  }
  resources_->done.resize(plan_->model().subgraphs.size());
}

const std::byte* Interpreter::Address(int tensor) const {
  if (plan_->home(tensor) == Plan::Home::kConstant) {
    return plan_->constant(tensor).data();
  }
  if (plan_->home(tensor) == Plan::Home::kState) {
    return states_[static_cast<size_t>(tensor)].data();
  }
  return base_ + plan_->arena_offset(tensor);
}

TensorView Interpreter::View(int tensor) const {
  return {tensor,
          &plan_->info(tensor),
          &plan_->shape(tensor),
          {Address(tensor), plan_->byte_size(tensor)}};
}

std::span<std::byte> Interpreter::input(size_t i) {
  const int tensor = plan_->subgraph().inputs.at(i);
  return {base_ + plan_->arena_offset(tensor), plan_->byte_size(tensor)};
}

std::span<const std::byte> Interpreter::output(size_t i) const {
  return View(plan_->subgraph().outputs.at(i)).data;
}

void Interpreter::ResetState() {
  for (int variable : plan_->variables()) {
    const auto index = static_cast<size_t>(variable);
    FillWithZero(plan_->subgraph().tensors[index], states_[index]);
  }
  for (BoundStep& bound : bound_) {
    for (const auto& process : bound.owned) process->ResetState();
  }
  if (!owns_resources_) return;
  for (auto& variable : resources_->variables) {
    std::fill(variable.begin(), variable.end(), std::byte{0});
  }
  std::fill(resources_->done.begin(), resources_->done.end(), false);
}

void Interpreter::Run(Observer* observer) {
  if (observer != nullptr) {
    for (int input : plan_->subgraph().inputs) observer->OnTensor(-1, View(input));
  }
  const std::vector<Plan::Step>& steps = plan_->steps();
  for (size_t s = 0; s < steps.size(); ++s) {
    const Plan::Step& step = steps[s];
    if (step.kernel) {
      step.kernel({bound_[s].inputs, bound_[s].outputs, base_ + step.scratch_offset,
                   bound_[s].states, bound_[s].processes, resources_.get()});
    }
    if (observer == nullptr) continue;
    for (int output : step.outputs) observer->OnTensor(step.op_index, View(output));
  }
}

}  // namespace quantgate
