#include "harness/driver/evaluate.h"

#include <algorithm>
#include <limits>

#include "harness/comparison/code_differences.h"
#include "harness/driver/evaluation_worker.h"

namespace quantgate {
namespace {

// EvaluationPart results, merged in the order of the chunks.
class Merger {
 public:
  Merger(const EvaluationInput& input, const SharedEvaluation& shared) : input_(input) {
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
      if (input.classify) drift.arg_max_flips = 0;
    }
  }

  void Merge(EvaluationPart&& part) {
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
      if (measurement.drift->arg_max_flips) {
        *measurement.drift->arg_max_flips += part.variants[v].arg_max_flips;
      }
    }
    real_min_ = std::min(real_min_, part.real_min);
    real_max_ = std::max(real_max_, part.real_max);
  }

  Evaluation Finish(SharedEvaluation& shared) {
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
    evaluation_.classes = static_cast<int>(Classifier::Of(reference.subgraph(), input_.threshold)
                                               .ClassesOf(reference.shape(output).num_elements()));
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

Result<SharedEvaluation> Share(const EvaluationInput& input) {
  const Plan& reference = *input.reference.runtime->plan();
  const auto make_feed = [&](const EvaluatedModel& model) {
    return InputFeed::Make(*model.runtime->plan(), *input.dataset, input.preprocessing, model.feed);
  };
  QG_ASSIGN_OR_RETURN(InputFeed reference_feed, make_feed(input.reference));
  SharedEvaluation shared{input, std::move(reference_feed), {}, {}};
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
  QG_ASSIGN_OR_RETURN(SharedEvaluation shared, Share(input));
  // Workers are made here, one a thread, so that a session that cannot be made is an error.
  FirstFailure failure;
  std::vector<std::unique_ptr<EvaluationWorker>> workers;
  for (int i = ResolveThreads(input.threads, input.dataset->size()); i > 0; --i) {
    QG_ASSIGN_OR_RETURN(auto worker, MakeEvaluationWorker(shared, failure));
    workers.push_back(std::move(worker));
  }
  Merger merger(input, shared);
  ProcessChunks<EvaluationPart>(
      input.dataset->size(), input.threads,
      [&] {
        std::unique_ptr<EvaluationWorker> worker = std::move(workers.back());
        workers.pop_back();
        return worker;
      },
      [&](const Chunk& chunk, EvaluationPart&& part) {
        merger.Merge(std::move(part));
        if (input.progress) input.progress(chunk.last, input.dataset->size());
      });
  QG_RETURN_IF_ERROR(failure.status());
  return merger.Finish(shared);
}

}  // namespace quantgate
