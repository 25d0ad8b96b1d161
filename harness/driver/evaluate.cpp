#include "harness/driver/evaluate.h"

#include <algorithm>
#include <limits>

#include "harness/comparison/auc.h"
#include "harness/comparison/code_differences.h"
#include "harness/comparison/tensor_details.h"
#include "harness/execution/chunks.h"
#include "harness/execution/first_failure.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

// What one chunk of samples contributes.
struct Partial {
  std::vector<Prediction> reference_predictions;
  std::vector<double> reference_errors;
  struct Variant {
    std::vector<Prediction> predictions;
    std::vector<double> reconstruction_errors;
    LayerErrorStats errors;
    TensorDetailStats details;
    std::vector<CodeDifference> differences;
    int64_t arg_max_flips = 0;
    std::string error;
  };
  std::vector<Variant> variants;
  float real_min = std::numeric_limits<float>::infinity();
  float real_max = -std::numeric_limits<float>::infinity();
};

// A session with its input feed.
class Runner {
 public:
  Runner(std::unique_ptr<RuntimeSession> session, const Plan& plan, const InputFeed& feed)
      : session_(std::move(session)), plan_(&plan), feed_(feed) {
    scores_.resize(static_cast<size_t>(plan.shape(output()).num_elements()));
  }

  Status Run(const SampleReader& sample, Observer* observer) {
    feed_.Write(sample, session_->input(0));
    return session_->Run(observer);
  }
  Prediction Answer() { return ReadOutput() ? Classify(scores_) : Prediction{}; }
  // Of the input before it was quantized; NaN where the output is no number for each of its values.
  double Reconstruction(const SampleReader& sample) {
    const bool fits = ReadOutput() && scores_.size() == sample.reals().size();
    return fits ? ReconstructionError(sample.reals(), scores_)
                : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  [[nodiscard]] int output() const { return plan_->subgraph().outputs.front(); }
  bool ReadOutput() {
    const TensorInfo& info = plan_->subgraph().tensors[static_cast<size_t>(output())];
    return DequantizeTensor(session_->output(0), info.dtype, plan_->shape(output()), info.quant,
                            scores_);
  }

  std::unique_ptr<RuntimeSession> session_;
  const Plan* plan_;
  InputFeed feed_;
  std::vector<float> scores_;
};

// What all workers share; a session is made for every worker before any of them starts.
struct SharedInput {
  const EvaluationInput& input;
  InputFeed reference_feed;
  std::vector<InputFeed> variant_feeds;
  std::vector<Matching> matchings;
};

// The reference and what it computed for one sample.
class ReferenceSlot {
 public:
  static Result<std::unique_ptr<ReferenceSlot>> Make(const SharedInput& shared) {
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
  void Tell(const EvaluationInput& input, Partial& partial) {
    TrackReals(partial);
    if (input.classify) partial.reference_predictions.push_back(runner_.Answer());
    if (input.reconstruct) partial.reference_errors.push_back(runner_.Reconstruction(sample_));
  }

 private:
  ReferenceSlot(const SharedInput& shared, std::unique_ptr<RuntimeSession> session)
      : sample_(*shared.input.dataset, shared.input.preprocessing),
        record_(*shared.input.reference.runtime->plan(), session->views_last()),
        runner_(std::move(session), *shared.input.reference.runtime->plan(),
                shared.reference_feed) {}

  // NaN never wins.
  void TrackReals(Partial& partial) const {
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
  Runner runner_;
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
  static Result<std::unique_ptr<VariantRunner>> Make(const SharedInput& shared, size_t variant) {
    const EvaluatedModel& model = shared.input.variants[variant];
    QG_ASSIGN_OR_RETURN(auto session, model.runtime->NewSession(TensorLife::kUntilLastUse));
    std::unique_ptr<VariantRunner> made(new VariantRunner(shared, variant, std::move(session)));
    return made;
  }

  // Runs the sample of a slot; the first failure ends the variant for this worker's chunk.
  void Run(const ReferenceSlot& slot, const EvaluationInput& input, Partial::Variant& partial) {
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
    if (builtin_) CompareWithBuiltin(slot, partial);
  }
  void Begin(Partial::Variant& partial) const {
    if (builtin_) partial.differences = MakeCodeDifferences(*plan_);
  }
  void End(Partial::Variant& partial) {
    partial.errors = errors_.TakeStats();
    partial.details = details_.TakeStats();
  }

 private:
  VariantRunner(const SharedInput& shared, size_t variant, std::unique_ptr<RuntimeSession> session)
      : plan_(shared.input.variants[variant].runtime->plan()),
        runner_(std::move(session), *plan_, shared.variant_feeds[variant]),
        errors_(*plan_, shared.matchings[variant]),
        details_(*shared.input.reference.runtime->plan(), *plan_, shared.matchings[variant],
                 shared.input.dataset->size()),
        ours_(*plan_),
        theirs_(*plan_) {
    if (shared.input.variants[variant].compare_with_builtin) {
      auto builtin = BuiltinRuntime(plan_)->NewSession(TensorLife::kUntilLastUse);
      builtin_.emplace(std::move(*builtin), *plan_, shared.variant_feeds[variant]);
    }
  }

  void CompareWithBuiltin(const ReferenceSlot& slot, Partial::Variant& partial) {
    if (Status status = builtin_->Run(slot.sample(), &ours_); !status.ok()) {
      partial.error = status.error().ToString();
      return;
    }
    AddSample(*plan_, slot.index(), ours_, theirs_, partial.differences);
    partial.arg_max_flips += builtin_->Answer().arg_max != runner_.Answer().arg_max ? 1 : 0;
  }

  std::shared_ptr<const Plan> plan_;
  Runner runner_;
  LayerErrorObserver errors_;
  TensorDetailObserver details_;
  std::optional<Runner> builtin_;
  BytesRecord ours_;
  BytesRecord theirs_;
};

class Worker : public ChunkWorker<Partial> {
 public:
  static Result<std::unique_ptr<Worker>> Make(const SharedInput& shared, FirstFailure& failure) {
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

  Partial Process(const Chunk& chunk) override {
    Partial partial;
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
  Worker(const SharedInput& shared, FirstFailure& failure)
      : failure_(failure), input_(shared.input) {}

  // As many of the samples first..last - 1 as there are slots, up to one that fails.
  size_t RunReference(int64_t first, int64_t last, Partial& partial) {
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

// Partial results, merged in the order of the chunks.
class Merger {
 public:
  Merger(const EvaluationInput& input, const SharedInput& shared) : input_(input) {
    evaluation_.variants.resize(input.variants.size());
    for (size_t v = 0; v < input.variants.size(); ++v) {
      const EvaluatedModel& model = input.variants[v];
      const Plan& plan = *model.runtime->plan();
      errors_.push_back(MakeLayerErrorStats(plan, shared.matchings[v]));
      details_.push_back(
          MakeTensorDetails(*input.reference.runtime->plan(), plan, shared.matchings[v]));
      if (!model.compare_with_builtin) continue;
      DriftReport& drift = evaluation_.variants[v].drift.emplace();
      drift.first = "builtin, profile " + std::string(plan.profile().name);
      drift.second = model.runtime->name();
      drift.samples = input.dataset->size();
      drift.tensors = MakeCodeDifferences(plan);
    }
  }

  void Merge(Partial&& part) {
    Append(evaluation_.reference_predictions, part.reference_predictions);
    Append(evaluation_.reference_errors, part.reference_errors);
    for (size_t v = 0; v < part.variants.size(); ++v) {
      VariantMeasurement& measurement = evaluation_.variants[v];
      if (measurement.error.empty()) measurement.error = part.variants[v].error;
      Append(measurement.predictions, part.variants[v].predictions);
      Append(measurement.errors, part.variants[v].reconstruction_errors);
      MergeLayerErrors(errors_[v], part.variants[v].errors);
      MergeTensorDetails(details_[v], part.variants[v].details);
      if (!measurement.drift) continue;
      MergeCodeDifferences(measurement.drift->tensors, part.variants[v].differences);
      measurement.drift->arg_max_flips += part.variants[v].arg_max_flips;
    }
    real_min_ = std::min(real_min_, part.real_min);
    real_max_ = std::max(real_max_, part.real_max);
  }

  Evaluation Finish(SharedInput& shared) {
    const Plan& reference = *input_.reference.runtime->plan();
    for (size_t v = 0; v < input_.variants.size(); ++v) {
      VariantMeasurement& measurement = evaluation_.variants[v];
      const Plan& variant = *input_.variants[v].runtime->plan();
      measurement.tensors = FinishLayerErrors(reference, variant, shared.matchings[v], errors_[v]);
      FinishTensorDetails(reference, variant, shared.matchings[v], details_[v],
                          measurement.tensors);
      measurement.matching = std::move(shared.matchings[v]);
    }
    const int output = reference.subgraph().outputs.front();
    evaluation_.classes = static_cast<int>(reference.shape(output).num_elements());
    evaluation_.real_min = static_cast<double>(real_min_);
    evaluation_.real_max = static_cast<double>(real_max_);
    return std::move(evaluation_);
  }

 private:
  template <class T>
  static void Append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  const EvaluationInput& input_;
  Evaluation evaluation_;
  std::vector<LayerErrorStats> errors_;
  std::vector<TensorDetailStats> details_;
  float real_min_ = std::numeric_limits<float>::infinity();
  float real_max_ = -std::numeric_limits<float>::infinity();
};

Result<SharedInput> Share(const EvaluationInput& input) {
  const Plan& reference = *input.reference.runtime->plan();
  const auto make_feed = [&](const EvaluatedModel& model) {
    return InputFeed::Make(*model.runtime->plan(), *input.dataset, input.preprocessing, model.feed);
  };
  QG_ASSIGN_OR_RETURN(InputFeed reference_feed, make_feed(input.reference));
  SharedInput shared{input, std::move(reference_feed), {}, {}};
  for (const EvaluatedModel& variant : input.variants) {
    QG_ASSIGN_OR_RETURN(InputFeed feed, make_feed(variant));
    shared.variant_feeds.push_back(std::move(feed));
    const Plan& plan = *variant.runtime->plan();
    QG_RETURN_IF_ERROR(CheckTensorMap(variant.map, reference, plan));
    shared.matchings.push_back(MatchTensors(reference, plan, variant.map));
  }
  return shared;
}

}  // namespace

Result<Evaluation> Evaluate(const EvaluationInput& input) {
  QG_ASSIGN_OR_RETURN(SharedInput shared, Share(input));
  // Workers are made here, one a thread, so that a session that cannot be made is an error.
  FirstFailure failure;
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = ResolveThreads(input.threads, input.dataset->size()); i > 0; --i) {
    QG_ASSIGN_OR_RETURN(std::unique_ptr<Worker> worker, Worker::Make(shared, failure));
    workers.push_back(std::move(worker));
  }
  Merger merger(input, shared);
  ProcessChunks<Partial>(
      input.dataset->size(), input.threads,
      [&] {
        std::unique_ptr<ChunkWorker<Partial>> worker = std::move(workers.back());
        workers.pop_back();
        return worker;
      },
      [&](const Chunk& chunk, Partial&& part) {
        merger.Merge(std::move(part));
        if (input.progress) input.progress(chunk.last, input.dataset->size());
      });
  QG_RETURN_IF_ERROR(failure.status());
  return merger.Finish(shared);
}

}  // namespace quantgate
