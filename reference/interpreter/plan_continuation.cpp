// What makes a plan hold for some values only, and how it goes on for others.
#include <algorithm>

#include "reference/interpreter/plan.h"
#include "reference/interpreter/plan_family.h"

namespace quantgate {
namespace {

size_t At(int index) { return static_cast<size_t>(index); }

}  // namespace

// Guards for what the operator's kernel is made for; false where it asked for a value that is not
// known.
bool Plan::AddGuards(const PrepareContext& context, const TensorValues& values, size_t op_index) {
  std::map<size_t, Guard> guards;  // by input
  std::map<size_t, bool> missing;
  for (const ValueUse& use : context.value_uses()) {
    const int tensor = context.node().inputs[use.input];
    if (!constant(tensor).empty() || context.input_shape(use.input).num_elements() == 0) continue;
    Guard& guard = guards[use.input];
    guard.step = op_index;
    guard.tensor = tensor;
    const auto value = values.find(tensor);
    if (value != values.end()) guard.planned = value->second;
    if (use.holds) guard.holds = use.holds;
    missing[use.input] |= value == values.end();
    if (use.assumed) missing[use.input] = false;
  }
  const bool known =
      std::none_of(missing.begin(), missing.end(), [](const auto& of) { return of.second; });
  for (auto& [input, guard] : guards) {
    if (known) guards_.push_back(std::move(guard));
  }
  return known;
}

bool Plan::Guard::Holds(const std::byte* value) const {
  return holds ? holds(value) : std::equal(planned.begin(), planned.end(), value);
}

void Plan::Truncate(size_t step) {
  for (size_t op = step; op < subgraph_->ops.size(); ++op) {
    for (const int output : subgraph_->ops[op].outputs) {
      shapes_[At(output)] = subgraph_->tensors[At(output)].shape;
      homes_[At(output)] = Home::kNone;
      values_.erase(output);
      handles_.erase(output);
    }
  }
  steps_.resize(std::min(step, steps_.size()));
  scratch_bytes_.resize(steps_.size());
  std::erase_if(guards_, [&](const Guard& guard) { return guard.step >= step; });
}

Result<std::shared_ptr<const Plan>> Plan::Continue(size_t step, const TensorValues& values,
                                                   const TensorValues& given) const {
  const auto make = [&](bool may_assume) -> Result<std::shared_ptr<const Plan>> {
    auto plan = std::shared_ptr<Plan>(new Plan());
    plan->model_ = model_;
    plan->subgraph_ = subgraph_;
    plan->profile_ = profile_;
    plan->simd_ = simd_;
    plan->options_ = options_;
    plan->options_.deferred = true;
    plan->may_assume_ = may_assume;
    plan->shapes_ = shapes_;
    plan->homes_ = homes_;
    plan->steps_ = steps_;
    plan->guards_ = guards_;
    plan->scratch_bytes_ = scratch_bytes_;
    plan->variables_ = variables_;
    plan->handles_ = handles_;
    plan->linker_ = linker_;
    plan->decoded_ = decoded_;
    plan->values_ = values_;
    plan->folded_bytes_ = folded_bytes_;
    plan->Truncate(step);
    if (step == 0) {
      for (auto& [position, value] : plan->options_.input_values) {
        value = given.at(subgraph_->inputs[position]);
      }
      QG_RETURN_IF_ERROR(plan->TakeGivenValues());
    }
    QG_RETURN_IF_ERROR(plan->PrepareOps(values));
    QG_RETURN_IF_ERROR(plan->Finish());
    return std::shared_ptr<const Plan>(std::move(plan));
  };
  auto plan = make(may_assume_);
  return plan.ok() || !may_assume_ ? std::move(plan) : make(false);
}

}  // namespace quantgate
