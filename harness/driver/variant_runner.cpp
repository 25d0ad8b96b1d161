#include "harness/driver/variant_runner.h"

#include <algorithm>

namespace quantgate {

Result<std::unique_ptr<VariantRunner>> VariantRunner::Make(const SharedEvaluation& shared,
                                                           size_t variant, size_t samples) {
  const EvaluatedModel& model = shared.input.variants[variant];
  // There is one record of what a compared runtime computed.
  if (model.compare_with_builtin) samples = 1;
  QG_ASSIGN_OR_RETURN(auto session,
                      model.runtime->NewSession(std::min(samples, model.runtime->best_samples()),
                                                TensorLife::kUntilLastUse));
  return std::unique_ptr<VariantRunner>(new VariantRunner(shared, variant, std::move(session)));
}

VariantRunner::VariantRunner(const SharedEvaluation& shared, size_t variant,
                             std::unique_ptr<RuntimeSession> session)
    : input_(shared.input),
      plan_(shared.input.variants[variant].runtime->plan()),
      runner_(std::move(session), *plan_, shared.variant_feeds[variant], ClassifierOf(shared)),
      errors_(*plan_, shared.matchings[variant]),
      details_(*shared.input.reference.runtime->plan(), *plan_, shared.matchings[variant],
               shared.input.dataset->size()),
      ours_(*plan_),
      theirs_(*plan_) {
  const bool compares = shared.input.variants[variant].compare_with_builtin;
  watchers_.reserve(runner_.size());
  for (size_t k = 0; k < runner_.size(); ++k) {
    watchers_.emplace_back(errors_, details_, compares ? &theirs_ : nullptr);
    observers_.push_back(&watchers_.back());
  }
  if (!compares) return;
  auto builtin = BuiltinRuntime(plan_)->NewSession(1, TensorLife::kUntilLastUse);
  builtin_.emplace(std::move(*builtin), *plan_, shared.variant_feeds[variant],
                   ClassifierOf(shared));
}

void VariantRunner::Begin(EvaluationPart::Variant& partial) const {
  if (builtin_) partial.differences = MakeCodeDifferences(*plan_);
}

void VariantRunner::End(EvaluationPart::Variant& partial) {
  partial.errors = errors_.TakeStats();
  partial.details = details_.TakeStats();
}

void VariantRunner::Run(std::span<const ReferenceSlot> slots, EvaluationPart::Variant& partial) {
  while (!slots.empty() && partial.error.empty()) {
    const size_t count = std::min(runner_.size(), slots.size());
    RunTogether(slots.first(count), partial);
    slots = slots.subspan(count);
  }
}

void VariantRunner::RunTogether(std::span<const ReferenceSlot> slots,
                                EvaluationPart::Variant& partial) {
  for (size_t k = 0; k < slots.size(); ++k) {
    watchers_[k].Against(slots[k]);
    runner_.Feed(k, slots[k].sample);
  }
  const auto statuses = runner_.Run(std::span(observers_).first(slots.size()));
  for (size_t k = 0; k < slots.size() && partial.error.empty(); ++k) {
    if (!statuses[k].ok()) {
      partial.error = statuses[k].error().ToString();
      return;
    }
    if (input_.classify) partial.predictions.push_back(runner_.Answer(k));
    if (input_.reconstruct) {
      partial.reconstruction_errors.push_back(runner_.Reconstruction(k, slots[k].sample));
    }
    if (builtin_) CompareWithBuiltin(slots[k], partial);
  }
}

void VariantRunner::CompareWithBuiltin(const ReferenceSlot& slot,
                                       EvaluationPart::Variant& partial) {
  if (Status status = builtin_->RunOne(slot.sample, &ours_); !status.ok()) {
    partial.error = status.error().ToString();
    return;
  }
  AddSample(*plan_, slot.index, ours_, theirs_, partial.differences);
  if (!input_.classify) return;
  partial.arg_max_flips += builtin_->Answer(0).arg_max != runner_.Answer(0).arg_max ? 1 : 0;
}

}  // namespace quantgate
