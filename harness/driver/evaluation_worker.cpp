#include "harness/driver/evaluation_worker.h"

#include <algorithm>

#include "harness/comparison/code_differences.h"
#include "harness/comparison/tensor_details.h"
#include "harness/driver/sample_runner.h"

namespace quantgate {
namespace {

// The variants' scores are read as the reference's are.
Classifier ClassifierOf(const SharedEvaluation& shared) {
  return Classifier::Of(shared.input.reference.runtime->plan()->subgraph(), shared.input.threshold);
}

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

// A sample, and what the reference computed for it.
struct ReferenceSlot {
  ReferenceSlot(const SharedEvaluation& shared, bool views_last)
      : sample(*shared.input.dataset, shared.input.preprocessing),
        record(*shared.input.reference.runtime->plan(), views_last) {}
  int64_t index = 0;
  SampleReader sample;
  ReferenceRecord record;
};

// How many samples the reference runs before the variants do: weights stay in the caches for that
// long, as long as what is recorded of so many samples stays there too.
size_t SlotsOf(const RuntimeModel& reference) {
  constexpr size_t kCachedBytes = size_t{1} << 19;
  const Plan& plan = *reference.plan();
  size_t bytes = 1;
  for (size_t i = 0; i < plan.subgraph().tensors.size(); ++i) {
    const int tensor = static_cast<int>(i);
    if (plan.home(tensor) == Plan::Home::kArena) bytes += plan.byte_size(tensor);
  }
  return std::clamp(kCachedBytes / bytes, size_t{1}, reference.most_samples());
}

// The reference within a worker.
class ReferenceRunner {
 public:
  static Result<std::unique_ptr<ReferenceRunner>> Make(const SharedEvaluation& shared) {
    const RuntimeModel& runtime = *shared.input.reference.runtime;
    QG_ASSIGN_OR_RETURN(auto session,
                        runtime.NewSession(SlotsOf(runtime), TensorLife::kUntilNextRun));
    return std::unique_ptr<ReferenceRunner>(new ReferenceRunner(shared, std::move(session)));
  }

  // Runs as many of the samples first..last - 1 as there are slots. Returns those before one that
  // fails; `failure` knows of it.
  std::span<ReferenceSlot> Run(int64_t first, int64_t last, FirstFailure& failure,
                               EvaluationPart& partial) {
    const auto count =
        static_cast<size_t>(std::min(static_cast<int64_t>(slots_.size()), last - first));
    for (size_t k = 0; k < count; ++k) {
      slots_[k].index = first + static_cast<int64_t>(k);
      slots_[k].sample.Read(slots_[k].index);
      runner_.Feed(k, slots_[k].sample);
    }
    const std::span<const Status> statuses = runner_.Run(std::span(observers_).first(count));
    size_t ran = 0;
    while (ran < count && failure.Passed(slots_[ran].index, statuses[ran])) Tell(ran++, partial);
    return std::span(slots_).first(ran);
  }
  [[nodiscard]] size_t size() const { return slots_.size(); }

 private:
  ReferenceRunner(const SharedEvaluation& shared, std::unique_ptr<RuntimeSession> session)
      : input_(shared.input),
        runner_(std::move(session), *shared.input.reference.runtime->plan(), shared.reference_feed,
                ClassifierOf(shared)) {
    slots_.reserve(runner_.size());
    for (size_t k = 0; k < runner_.size(); ++k) {
      slots_.emplace_back(shared, runner_.views_last());
      observers_.push_back(&slots_.back().record);
    }
  }

  // What the reference itself contributes.
  void Tell(size_t slot, EvaluationPart& partial) {
    const SampleReader& sample = slots_[slot].sample;
    TrackReals(sample.reals(), partial);
    if (input_.classify) partial.reference_predictions.push_back(runner_.Answer(slot));
    if (input_.reconstruct) {
      partial.reference_errors.push_back(runner_.Reconstruction(slot, sample));
    }
  }

  const EvaluationInput& input_;
  SampleRunner runner_;
  std::vector<ReferenceSlot> slots_;
  std::vector<Observer*> observers_;  // of the slots
};

// Measures a variant's tensors against the record of the same sample.
class SlotWatcher : public Observer {
 public:
  SlotWatcher(LayerErrorObserver& errors, TensorDetailObserver& details, Observer* others)
      : errors_(errors), details_(details), others_(others) {}
  void Against(const ReferenceSlot& slot) { slot_ = &slot; }
  // The other samples of a run are measured in between.
  void OnTensor(int op_index, const TensorView& tensor) override {
    errors_.Against(slot_->record);
    errors_.OnTensor(op_index, tensor);
    details_.StartSample(slot_->index, slot_->record);
    details_.OnTensor(op_index, tensor);
    if (others_ != nullptr) others_->OnTensor(op_index, tensor);
  }

 private:
  LayerErrorObserver& errors_;
  TensorDetailObserver& details_;
  Observer* others_;
  const ReferenceSlot* slot_ = nullptr;
};

// One variant within a worker.
class VariantRunner {
 public:
  // That runs up to `samples` at a time.
  static Result<std::unique_ptr<VariantRunner>> Make(const SharedEvaluation& shared, size_t variant,
                                                     size_t samples) {
    const RuntimeModel& runtime = *shared.input.variants[variant].runtime;
    QG_ASSIGN_OR_RETURN(auto session, runtime.NewSession(std::min(samples, runtime.best_samples()),
                                                         TensorLife::kUntilLastUse));
    std::unique_ptr<VariantRunner> made(new VariantRunner(shared, variant, std::move(session)));
    return made;
  }

  // Runs the samples of these slots; the first failure ends the variant for this worker's chunk.
  void Run(std::span<const ReferenceSlot> slots, EvaluationPart::Variant& partial) {
    while (!slots.empty() && partial.error.empty()) {
      const size_t count = std::min(runner_.size(), slots.size());
      RunTogether(slots.first(count), partial);
      slots = slots.subspan(count);
    }
  }
  void Begin(EvaluationPart::Variant& partial) const {
    if (builtin_) partial.differences = MakeCodeDifferences(*plan_);
  }
  void End(EvaluationPart::Variant& partial) {
    partial.errors = errors_.TakeStats();
    partial.details = details_.TakeStats();
  }

 private:
  VariantRunner(const SharedEvaluation& shared, size_t variant,
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

  void RunTogether(std::span<const ReferenceSlot> slots, EvaluationPart::Variant& partial) {
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

  // A runtime that is compared runs one sample at a time.
  void CompareWithBuiltin(const ReferenceSlot& slot, EvaluationPart::Variant& partial) {
    if (Status status = builtin_->RunOne(slot.sample, &ours_); !status.ok()) {
      partial.error = status.error().ToString();
      return;
    }
    AddSample(*plan_, slot.index, ours_, theirs_, partial.differences);
    if (!input_.classify) return;
    partial.arg_max_flips += builtin_->Answer(0).arg_max != runner_.Answer(0).arg_max ? 1 : 0;
  }

  const EvaluationInput& input_;
  std::shared_ptr<const Plan> plan_;
  SampleRunner runner_;
  LayerErrorObserver errors_;
  TensorDetailObserver details_;
  std::vector<SlotWatcher> watchers_;
  std::vector<Observer*> observers_;  // the watchers
  std::optional<SampleRunner> builtin_;
  BytesRecord ours_;
  BytesRecord theirs_;
};

class Worker : public EvaluationWorker {
 public:
  static Result<std::unique_ptr<Worker>> Make(const SharedEvaluation& shared,
                                              FirstFailure& failure) {
    std::unique_ptr<Worker> worker(new Worker(failure));
    QG_ASSIGN_OR_RETURN(worker->reference_, ReferenceRunner::Make(shared));
    for (size_t v = 0; v < shared.input.variants.size(); ++v) {
      QG_ASSIGN_OR_RETURN(auto variant, VariantRunner::Make(shared, v, worker->reference_->size()));
      worker->variants_.push_back(std::move(variant));
    }
    return worker;
  }

  EvaluationPart Process(const Chunk& chunk) override {
    EvaluationPart partial;
    partial.variants.resize(variants_.size());
    for (size_t v = 0; v < variants_.size(); ++v) variants_[v]->Begin(partial.variants[v]);
    int64_t next = chunk.first;
    while (next < chunk.last) {
      const auto slots = reference_->Run(next, chunk.last, failure_, partial);
      if (slots.empty()) break;
      next = slots.back().index + 1;
      for (size_t v = 0; v < variants_.size(); ++v) variants_[v]->Run(slots, partial.variants[v]);
    }
    for (size_t v = 0; v < variants_.size(); ++v) variants_[v]->End(partial.variants[v]);
    return partial;
  }

 private:
  explicit Worker(FirstFailure& failure) : failure_(failure) {}

  FirstFailure& failure_;
  std::unique_ptr<ReferenceRunner> reference_;
  std::vector<std::unique_ptr<VariantRunner>> variants_;
};

}  // namespace

Result<std::unique_ptr<EvaluationWorker>> MakeEvaluationWorker(const SharedEvaluation& shared,
                                                               FirstFailure& failure) {
  QG_ASSIGN_OR_RETURN(std::unique_ptr<EvaluationWorker> worker, Worker::Make(shared, failure));
  return worker;
}

}  // namespace quantgate
