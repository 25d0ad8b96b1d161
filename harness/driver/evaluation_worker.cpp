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

// The reference and what it computed for one sample.
class ReferenceSlot {
 public:
  static Result<std::unique_ptr<ReferenceSlot>> Make(const SharedEvaluation& shared) {
    QG_ASSIGN_OR_RETURN(auto session,
                        shared.input.reference.runtime->NewSession(TensorLife::kUntilNextRun));
    return std::unique_ptr<ReferenceSlot>(new ReferenceSlot(shared, std::move(session)));
  }

  Status Run(int64_t index) {
    index_ = index;
    sample_.Read(index);
    return runner_.Run(sample_, &record_);
  }
  [[nodiscard]] int64_t index() const { return index_; }
  [[nodiscard]] const SampleReader& sample() const { return sample_; }
  [[nodiscard]] const ReferenceRecord& record() const { return record_; }

  // What the reference itself contributes, after Run.
  void Tell(const EvaluationInput& input, EvaluationPart& partial) {
    TrackReals(partial);
    if (input.classify) partial.reference_predictions.push_back(runner_.Answer());
    if (input.reconstruct) partial.reference_errors.push_back(runner_.Reconstruction(sample_));
  }

 private:
  ReferenceSlot(const SharedEvaluation& shared, std::unique_ptr<RuntimeSession> session)
      : sample_(*shared.input.dataset, shared.input.preprocessing),
        record_(*shared.input.reference.runtime->plan(), session->views_last()),
        runner_(std::move(session), *shared.input.reference.runtime->plan(), shared.reference_feed,
                ClassifierOf(shared)) {}

  // NaN never wins.
  void TrackReals(EvaluationPart& partial) const {
    const std::span<const float> reals = sample_.reals();
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

  int64_t index_ = 0;
  SampleReader sample_;
  ReferenceRecord record_;
  SampleRunner runner_;
};

// How many samples the reference runs before the variants do: weights stay in the caches for that
// long, as long as what is recorded of so many samples stays there too.
size_t SlotsOf(const RuntimeModel& reference) {
  constexpr size_t kCachedBytes = size_t{1} << 19;
  constexpr size_t kMost = 16;
  if (!reference.sessions_share()) return 1;
  const Plan& plan = *reference.plan();
  size_t bytes = 1;
  for (size_t i = 0; i < plan.subgraph().tensors.size(); ++i) {
    const int tensor = static_cast<int>(i);
    if (plan.home(tensor) == Plan::Home::kArena) bytes += plan.byte_size(tensor);
  }
  return std::clamp(kCachedBytes / bytes, size_t{1}, kMost);
}

// One variant within a worker.
class VariantRunner {
 public:
  static Result<std::unique_ptr<VariantRunner>> Make(const SharedEvaluation& shared,
                                                     size_t variant) {
    const EvaluatedModel& model = shared.input.variants[variant];
    QG_ASSIGN_OR_RETURN(auto session, model.runtime->NewSession(TensorLife::kUntilLastUse));
    std::unique_ptr<VariantRunner> made(new VariantRunner(shared, variant, std::move(session)));
    return made;
  }

  // Runs the sample of a slot; the first failure ends the variant for this worker's chunk.
  void Run(const ReferenceSlot& slot, const EvaluationInput& input,
           EvaluationPart::Variant& partial) {
    if (!partial.error.empty()) return;
    errors_.Against(slot.record());
    details_.StartSample(slot.index(), slot.record());
    TeeObserver watchers(&errors_, &details_);
    TeeObserver observers(&watchers, builtin_ ? &theirs_ : nullptr);
    if (Status status = runner_.Run(slot.sample(), &observers); !status.ok()) {
      partial.error = status.error().ToString();
      return;
    }
    if (input.classify) partial.predictions.push_back(runner_.Answer());
    if (input.reconstruct) {
      partial.reconstruction_errors.push_back(runner_.Reconstruction(slot.sample()));
    }
    if (builtin_) CompareWithBuiltin(slot, input.classify, partial);
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
      : plan_(shared.input.variants[variant].runtime->plan()),
        runner_(std::move(session), *plan_, shared.variant_feeds[variant], ClassifierOf(shared)),
        errors_(*plan_, shared.matchings[variant]),
        details_(*shared.input.reference.runtime->plan(), *plan_, shared.matchings[variant],
                 shared.input.dataset->size()),
        ours_(*plan_),
        theirs_(*plan_) {
    if (shared.input.variants[variant].compare_with_builtin) {
      auto builtin = BuiltinRuntime(plan_)->NewSession(TensorLife::kUntilLastUse);
      builtin_.emplace(std::move(*builtin), *plan_, shared.variant_feeds[variant],
                       ClassifierOf(shared));
    }
  }

  void CompareWithBuiltin(const ReferenceSlot& slot, bool classify,
                          EvaluationPart::Variant& partial) {
    if (Status status = builtin_->Run(slot.sample(), &ours_); !status.ok()) {
      partial.error = status.error().ToString();
      return;
    }
    AddSample(*plan_, slot.index(), ours_, theirs_, partial.differences);
    if (!classify) return;
    partial.arg_max_flips += builtin_->Answer().arg_max != runner_.Answer().arg_max ? 1 : 0;
  }

  std::shared_ptr<const Plan> plan_;
  SampleRunner runner_;
  LayerErrorObserver errors_;
  TensorDetailObserver details_;
  std::optional<SampleRunner> builtin_;
  BytesRecord ours_;
  BytesRecord theirs_;
};

class Worker : public EvaluationWorker {
 public:
  static Result<std::unique_ptr<Worker>> Make(const SharedEvaluation& shared,
                                              FirstFailure& failure) {
    std::unique_ptr<Worker> worker(new Worker(shared, failure));
    for (size_t n = SlotsOf(*shared.input.reference.runtime); n > 0; --n) {
      QG_ASSIGN_OR_RETURN(auto slot, ReferenceSlot::Make(shared));
      worker->slots_.push_back(std::move(slot));
    }
    for (size_t v = 0; v < shared.input.variants.size(); ++v) {
      QG_ASSIGN_OR_RETURN(auto variant, VariantRunner::Make(shared, v));
      worker->variants_.push_back(std::move(variant));
    }
    return worker;
  }

  EvaluationPart Process(const Chunk& chunk) override {
    EvaluationPart partial;
    partial.variants.resize(variants_.size());
    for (size_t v = 0; v < variants_.size(); ++v) variants_[v]->Begin(partial.variants[v]);
    int64_t next = chunk.first;
    for (size_t ran = slots_.size(); ran == slots_.size() && next < chunk.last;) {
      ran = RunReference(next, chunk.last, partial);
      next += static_cast<int64_t>(ran);
      for (size_t v = 0; v < variants_.size(); ++v) {
        for (size_t k = 0; k < ran; ++k) {
          variants_[v]->Run(*slots_[k], input_, partial.variants[v]);
        }
      }
    }
    for (size_t v = 0; v < variants_.size(); ++v) variants_[v]->End(partial.variants[v]);
    return partial;
  }

 private:
  Worker(const SharedEvaluation& shared, FirstFailure& failure)
      : failure_(failure), input_(shared.input) {}

  // As many of the samples first..last - 1 as there are slots, up to one that fails.
  size_t RunReference(int64_t first, int64_t last, EvaluationPart& partial) {
    size_t ran = 0;
    for (int64_t index = first; index < last && ran < slots_.size(); ++index, ++ran) {
      if (!failure_.Passed(index, slots_[ran]->Run(index))) break;
      slots_[ran]->Tell(input_, partial);
    }
    return ran;
  }

  FirstFailure& failure_;
  const EvaluationInput& input_;
  std::vector<std::unique_ptr<ReferenceSlot>> slots_;
  std::vector<std::unique_ptr<VariantRunner>> variants_;
};

}  // namespace

Result<std::unique_ptr<EvaluationWorker>> MakeEvaluationWorker(const SharedEvaluation& shared,
                                                               FirstFailure& failure) {
  QG_ASSIGN_OR_RETURN(std::unique_ptr<EvaluationWorker> worker, Worker::Make(shared, failure));
  return worker;
}

}  // namespace quantgate
