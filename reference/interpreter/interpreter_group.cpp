#include "reference/interpreter/interpreter_group.h"

#include <algorithm>
#include <array>

#include "reference/core/check.h"

namespace quantgate {
namespace {

// Weights of this many bytes are read faster than their products are computed, so that fetching
// them once for several samples gains nothing.
constexpr size_t kFewWeightBytes = size_t{1} << 15;

// Where nothing ends a run early and every run takes the same steps.
bool RunsInStep(const Plan& plan) {
  return !plan.dynamic() &&
         std::all_of(plan.steps().begin(), plan.steps().end(),
                     [](const Plan::Step& step) { return step.programs.empty(); });
}

}  // namespace

size_t InterpreterGroup::BestSize(const Plan& plan) {
  size_t weight_bytes = 0;
  for (const Plan::Step& step : plan.steps()) {
    if (step.joint != nullptr) weight_bytes += plan.byte_size(step.inputs[1]);
  }
  if (weight_bytes < kFewWeightBytes || !RunsInStep(plan)) return 1;
  return std::clamp<size_t>(kCachedBytes / std::max<size_t>(1, plan.arena_bytes()), 1,
                            kMostJointSamples);
}

InterpreterGroup::InterpreterGroup(const std::shared_ptr<const Plan>& plan, size_t size,
                                   TensorLife life) {
  QG_CHECK(size >= 1 && size <= kMostJointSamples);
  for (size_t i = 0; i < size; ++i) {
    members_.push_back(std::make_unique<Interpreter>(plan, life));
  }
  statuses_.resize(size);
  if (size > 1 && RunsInStep(*plan)) FindMeetings(*plan);
}

void InterpreterGroup::FindMeetings(const Plan& plan) {
  size_t scratch_bytes = 0;
  for (size_t s = 0; s < plan.steps().size(); ++s) {
    const Plan::Step& step = plan.steps()[s];
    if (step.joint == nullptr) continue;
    scratch_bytes = std::max(scratch_bytes, step.joint_scratch_bytes);
    Meeting& meeting = meetings_.emplace_back(Meeting{s, {}});
    for (const auto& member : members_) {
      const Interpreter::BoundStep& bound = member->now_->steps[s];
      meeting.args.push_back({bound.inputs, bound.outputs});
    }
  }
  scratch_ = accelerated::AlignedBytes(scratch_bytes);
}

void InterpreterGroup::RunJoint(const Meeting& meeting, std::span<Observer* const> observers) {
  const Plan::Step& step = members_.front()->plan().steps()[meeting.step];
  {
    std::vector<std::unique_ptr<ArenaFence>> fences;
    for (size_t i = 0; ArenaFence::kStands && i < observers.size(); ++i) {
      fences.push_back(std::make_unique<ArenaFence>(members_[i]->now_->arena));
      members_[i]->OpenFor(meeting.step, *fences.back());
    }
    (*step.joint)(std::span(meeting.args).first(observers.size()), scratch_.data());
  }
  for (size_t i = 0; i < observers.size(); ++i) {
    if (observers[i] != nullptr) members_[i]->Show(meeting.step, *observers[i]);
  }
}

std::span<const Status> InterpreterGroup::Run(size_t count) {
  constexpr static std::array<Observer*, kMostJointSamples> kNobody{};
  return Run(std::span(kNobody).first(count));
}

std::span<const Status> InterpreterGroup::Run(std::span<Observer* const> observers) {
  QG_CHECK(observers.size() <= members_.size());
  if (meetings_.empty() || observers.size() < 2) {
    for (size_t i = 0; i < observers.size(); ++i) statuses_[i] = members_[i]->Run(observers[i]);
    return std::span(statuses_).first(observers.size());
  }
  const auto run_each = [&](size_t first, size_t last) {
    for (size_t i = 0; i < observers.size(); ++i) {
      statuses_[i] = members_[i]->RunSteps(first, last, observers[i]);
    }
  };
  for (size_t i = 0; i < observers.size(); ++i) {
    if (observers[i] != nullptr) members_[i]->ShowInputs(*observers[i]);
  }
  size_t step = 0;
  for (const Meeting& meeting : meetings_) {
    run_each(step, meeting.step);
    RunJoint(meeting, observers);
    step = meeting.step + 1;
  }
  run_each(step, members_.front()->plan().steps().size());
  return std::span(statuses_).first(observers.size());
}

}  // namespace quantgate
