#include "harness/driver/evaluate.h"

#include <algorithm>
#include <limits>

#include "harness/execution/chunks.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

// What one chunk of samples contributes.
struct Partial {
  std::vector<Prediction> reference_predictions;
  struct Variant {
    std::vector<Prediction> predictions;
    LayerErrorStats errors;
  };
  std::vector<Variant> variants;
  float real_min = std::numeric_limits<float>::infinity();
  float real_max = -std::numeric_limits<float>::infinity();
};

// An interpreter with its input feed.
class Runner {
 public:
  Runner(const std::shared_ptr<const Plan>& plan, const InputFeed& feed)
      : interpreter_(plan), feed_(feed) {
    const int output = plan->subgraph().outputs.front();
    scores_.resize(static_cast<size_t>(plan->shape(output).num_elements()));
  }

  void Run(int64_t sample, Observer* observer) {
    feed_.Fill(sample, interpreter_);
    interpreter_.ResetState();  // samples are independent of each other
    interpreter_.Run(observer);
  }
  Prediction Answer() {
    const Plan& plan = interpreter_.plan();
    const int output = plan.subgraph().outputs.front();
    const TensorInfo& info = plan.subgraph().tensors[static_cast<size_t>(output)];
    if (!DequantizeTensor(interpreter_.output(0), info.dtype, plan.shape(output), info.quant,
                          scores_)) {
      return {};
    }
    return Classify(scores_);
  }
  [[nodiscard]] const std::vector<float>& reals() const { return feed_.reals(); }

 private:
  Interpreter interpreter_;
  InputFeed feed_;
  std::vector<float> scores_;
};

struct SharedInput {
  const EvaluationInput& input;
  InputFeed reference_feed;
  std::vector<InputFeed> variant_feeds;
  std::vector<Matching> matchings;
};

class Worker : public ChunkWorker<Partial> {
 public:
  explicit Worker(const SharedInput& shared)
      : classify_(shared.input.classify),
        reference_(shared.input.reference.plan, shared.reference_feed),
        record_(*shared.input.reference.plan) {
    for (size_t v = 0; v < shared.input.variants.size(); ++v) {
      const Plan& plan = *shared.input.variants[v].plan;
      runners_.emplace_back(shared.input.variants[v].plan, shared.variant_feeds[v]);
      observers_.push_back(
          std::make_unique<LayerErrorObserver>(plan, shared.matchings[v], record_));
    }
  }

  Partial Process(const Chunk& chunk) override {
    Partial partial;
    partial.variants.resize(runners_.size());
    for (int64_t sample = chunk.first; sample < chunk.last; ++sample) {
      reference_.Run(sample, &record_);
      for (const float real : reference_.reals()) {
        partial.real_min = std::min(partial.real_min, real);
        partial.real_max = std::max(partial.real_max, real);
      }
      if (classify_) partial.reference_predictions.push_back(reference_.Answer());
      for (size_t v = 0; v < runners_.size(); ++v) {
        runners_[v].Run(sample, observers_[v].get());
        if (classify_) partial.variants[v].predictions.push_back(runners_[v].Answer());
      }
    }
    for (size_t v = 0; v < runners_.size(); ++v) {
      partial.variants[v].errors = observers_[v]->TakeStats();
    }
    return partial;
  }

 private:
  bool classify_;
  Runner reference_;
  ReferenceRecord record_;
  std::vector<Runner> runners_;
  std::vector<std::unique_ptr<LayerErrorObserver>> observers_;
};

void Append(std::vector<Prediction>& to, const std::vector<Prediction>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Result<Evaluation> Evaluate(const EvaluationInput& input) {
  const Plan& reference = *input.reference.plan;
  const auto make_feed = [&](const EvaluatedModel& model) {
    return InputFeed::Make(*model.plan, *input.dataset, input.preprocessing, model.feed);
  };
  QG_ASSIGN_OR_RETURN(InputFeed reference_feed, make_feed(input.reference));
  SharedInput shared{input, std::move(reference_feed), {}, {}};
  Evaluation evaluation;
  std::vector<LayerErrorStats> errors;
  for (const EvaluatedModel& variant : input.variants) {
    QG_ASSIGN_OR_RETURN(InputFeed feed, make_feed(variant));
    shared.variant_feeds.push_back(std::move(feed));
    shared.matchings.push_back(MatchTensors(reference, *variant.plan));
    errors.push_back(MakeLayerErrorStats(*variant.plan, shared.matchings.back()));
  }
  evaluation.variants.resize(input.variants.size());
  evaluation.classes =
      static_cast<int>(reference.shape(reference.subgraph().outputs.front()).num_elements());
  float real_min = std::numeric_limits<float>::infinity();
  float real_max = -real_min;
  ProcessChunks<Partial>(
      input.dataset->size(), input.threads, [&] { return std::make_unique<Worker>(shared); },
      [&](const Chunk& chunk, Partial&& part) {
        Append(evaluation.reference_predictions, part.reference_predictions);
        for (size_t v = 0; v < part.variants.size(); ++v) {
          Append(evaluation.variants[v].predictions, part.variants[v].predictions);
          MergeLayerErrors(errors[v], part.variants[v].errors);
        }
        real_min = std::min(real_min, part.real_min);
        real_max = std::max(real_max, part.real_max);
        if (input.progress) input.progress(chunk.last, input.dataset->size());
      });
  for (size_t v = 0; v < input.variants.size(); ++v) {
    VariantMeasurement& measurement = evaluation.variants[v];
    measurement.tensors =
        FinishLayerErrors(reference, *input.variants[v].plan, shared.matchings[v], errors[v]);
    measurement.matching = std::move(shared.matchings[v]);
  }
  evaluation.real_min = static_cast<double>(real_min);
  evaluation.real_max = static_cast<double>(real_max);
  return evaluation;
}

}  // namespace quantgate
