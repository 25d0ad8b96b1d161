#include "harness/driver/reference_runner.h"

#include <algorithm>

namespace quantgate {
namespace {

// NaN never wins.
void TrackReals(std::span<const float> reals, EvaluationPart& partial) {
  const ReferenceTensor whole(reals);
  if (!reals.empty() && whole.sums().finite) {
    partial.real_min = std::min(partial.real_min, static_cast<float>(whole.sums().min));
    partial.real_max = std::max(partial.real_max, static_cast<float>(whole.sums().max));
    return;
  }
  for (const float real : reals) {
    partial.real_min = std::min(partial.real_min, real);
    partial.real_max = std::max(partial.real_max, real);
  }
}

// How many samples the reference runs before the variants do: weights stay in the caches for that
// long, as long as what is recorded of so many samples stays there too.
size_t SlotsOf(const RuntimeModel& reference) {
  const Plan& plan = *reference.plan();
  size_t bytes = 1;
  for (size_t i = 0; i < plan.subgraph().tensors.size(); ++i) {
    const int tensor = static_cast<int>(i);
    if (plan.home(tensor) == Plan::Home::kArena) bytes += plan.byte_size(tensor);
  }
  return std::clamp(kCachedBytes / bytes, size_t{1}, reference.most_samples());
}

}  // namespace

Result<std::unique_ptr<ReferenceRunner>> ReferenceRunner::Make(const SharedEvaluation& shared) {
  const RuntimeModel& runtime = *shared.input.reference.runtime;
  QG_ASSIGN_OR_RETURN(auto session,
                      runtime.NewSession(SlotsOf(runtime), TensorLife::kUntilNextRun));
  return std::unique_ptr<ReferenceRunner>(new ReferenceRunner(shared, std::move(session)));
}

ReferenceRunner::ReferenceRunner(const SharedEvaluation& shared,
                                 std::unique_ptr<RuntimeSession> session)
    : input_(shared.input),
      runner_(std::move(session), *shared.input.reference.runtime->plan(), shared.reference_feed,
              ClassifierOf(shared)) {
  slots_.reserve(runner_.size());
  for (size_t k = 0; k < runner_.size(); ++k) {
    slots_.emplace_back(shared, runner_.views_last());
    observers_.push_back(&slots_.back().record);
  }
}

std::span<const ReferenceSlot> ReferenceRunner::Run(int64_t first, int64_t last,
                                                    FirstFailure& failure,
                                                    EvaluationPart& partial) {
  const auto most =
      static_cast<size_t>(std::min(static_cast<int64_t>(slots_.size()), last - first));
  size_t count = 0;
  Status read;
  for (; count < most; ++count) {
    ReferenceSlot& slot = slots_[count];
    slot.index = first + static_cast<int64_t>(count);
    read = slot.sample.Read(slot.index);
    if (!read.ok()) break;
    runner_.Feed(count, slot.sample);
  }
  const std::span<const Status> statuses = runner_.Run(std::span(observers_).first(count));
  size_t ran = 0;
  while (ran < count && failure.Passed(slots_[ran].index, statuses[ran])) Tell(ran++, partial);
  if (ran == count) failure.Passed(first + static_cast<int64_t>(count), read);
  return std::span(slots_).first(ran);
}

void ReferenceRunner::Tell(size_t slot, EvaluationPart& partial) {
  const SampleReader& sample = slots_[slot].sample;
  TrackReals(sample.reals(), partial);
  if (input_.classify) partial.reference_predictions.push_back(runner_.Answer(slot));
  if (input_.reconstruct) {
    partial.reference_errors.push_back(runner_.Reconstruction(slot, sample));
  }
}

}  // namespace quantgate
