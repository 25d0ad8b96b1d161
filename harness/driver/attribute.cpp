#include "harness/driver/attribute.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "harness/driver/op_losses.h"
#include "harness/execution/chunks.h"
#include "harness/inspection/lint_view.h"

namespace quantgate {
namespace {

// A model that has some of the variant's sources of error.
struct Step {
  const char* name;
  const char* what;
  Mixture alone;   // only this source
  Mixture before;  // alone minus before is the source: rounding cannot be had without clipping
  Mixture so_far;  // this source and all before it
};

// In the order in which a float model becomes the variant. The variant itself, whose integer
// arithmetic is the last source, is not among them.
std::vector<Step> Steps() {
  const Mixture nothing;
  Mixture input;
  input.variant_input = true;
  Mixture weights;
  weights.variant_weights = true;
  Mixture clip;
  clip.clip = true;
  Mixture round = clip;
  round.round = true;
  Mixture fixed;
  fixed.round_fixed = true;
  std::vector<Step> steps = {
      {"input", "the input, fed and quantized as the variant's", input, nothing, input},
      {"weights", "weights and biases, quantized", weights, nothing, input},
      {"clipping", "activations outside their ranges, clipped", clip, nothing, input},
      {"rounding", "activations, rounded to codes", round, clip, input},
      {"fixed-outputs", "outputs whose scale the spec fixes (softmax, logistic, ...)", fixed,
       nothing, input}};
  for (size_t i = 1; i < steps.size(); ++i) {
    Mixture& so_far = steps[i].so_far;
    so_far = steps[i - 1].so_far;
    so_far.variant_weights = true;
    so_far.clip = so_far.clip || i >= 2;
    so_far.round = so_far.round || i >= 3;
    so_far.round_fixed = i >= 4;
  }
  return steps;
}

class AttributionJob {
 public:
  explicit AttributionJob(const AttributionInput& input) : input_(input) {}

  Result<Attribution> Go() {
    QG_RETURN_IF_ERROR(CheckTensorMap(input_.map, *input_.reference, *input_.variant));
    const Matching matching = MatchTensors(*input_.reference, *input_.variant, input_.map);
    pairing_ = PairOps(*input_.reference, *input_.variant, matching);
    result_.profile = input_.variant->profile().name;
    result_.classifies = input_.classify;
    result_.labelled =
        input_.classify && input_.dataset->size() > 0 && input_.dataset->label(0) >= 0;
    result_.samples_given = input_.dataset->size();
    result_.samples = input_.dataset->size();
    result_.unpaired = pairing_.unpaired;
    result_.unmatched_tensors = matching.unmatched_variant;
    QG_RETURN_IF_ERROR(MeasureSources());
    if (input_.by_operator) QG_RETURN_IF_ERROR(MeasureOperators());
    return std::move(result_);
  }

 private:
  // The position of this mixture's model in the evaluation; equal mixtures share one.
  Result<size_t> Add(const Mixture& mixture) {
    const auto key = std::tuple(mixture.variant_input, mixture.variant_weights, mixture.clip,
                                mixture.round, mixture.round_fixed);
    const auto found = positions_.find(key);
    if (found != positions_.end()) return found->second;
    const MixedModel mixed = MixModels(input_.reference, input_.variant, pairing_, mixture);
    PlanOptions options;
    options.profile = &input_.variant->profile();
    QG_ASSIGN_OR_RETURN(auto plan, Plan::Make(std::make_shared<const Model>(mixed.model), options));
    const FeedMode feed = mixture.variant_input ? input_.feed : FeedMode::kQuantize;
    evaluation_.variants.push_back({BuiltinRuntime(std::move(plan)), feed});
    return positions_[key] = evaluation_.variants.size() - 1;
  }

  TaskLoss LossOf(const Evaluation& evaluation, size_t position) const {
    TaskLoss loss;
    const std::vector<Prediction>& answers = evaluation.variants[position].predictions;
    loss.n = static_cast<int64_t>(answers.size());
    for (size_t i = 0; i < answers.size(); ++i) {
      const int before = evaluation.reference_predictions[i].arg_max;
      const int now = answers[i].arg_max;
      const int label = result_.labelled ? input_.dataset->label(static_cast<int64_t>(i)) : -1;
      loss.flips += before != now ? 1 : 0;
      loss.lost += result_.labelled && before == label && now != label ? 1 : 0;
      loss.gained += result_.labelled && before != label && now == label ? 1 : 0;
    }
    const int64_t counted = result_.labelled ? loss.lost - loss.gained : loss.flips;
    if (loss.n > 0)
      loss.points = 100.0 * static_cast<double>(counted) / static_cast<double>(loss.n);
    if (!evaluation.variants[position].tensors.empty()) {
      loss.output_sqnr_db = evaluation.variants[position].tensors.back().sqnr_db;
    }
    if (!result_.classifies) {
      loss.points = loss.output_sqnr_db ? 100 * std::pow(10, -*loss.output_sqnr_db / 20) : 0;
    }
    return loss;
  }

  Status MeasureSources() {
    evaluation_.reference.runtime = BuiltinRuntime(input_.reference);
    evaluation_.dataset = input_.dataset;
    evaluation_.preprocessing = input_.preprocessing;
    evaluation_.threads = input_.threads;
    if (input_.progress) {
      evaluation_.progress = [this](int64_t done, int64_t total) {
        input_.progress("sources", done, total);
      };
    }
    const std::vector<Step> steps = Steps();
    struct Places {
      size_t alone, before, so_far;
    };
    std::vector<Places> places;
    for (const Step& step : steps) {
      QG_ASSIGN_OR_RETURN(const size_t alone, Add(step.alone));
      QG_ASSIGN_OR_RETURN(const size_t before, Add(step.before));
      QG_ASSIGN_OR_RETURN(const size_t so_far, Add(step.so_far));
      places.push_back({alone, before, so_far});
    }
    const size_t variant = evaluation_.variants.size();
    evaluation_.variants.push_back({BuiltinRuntime(input_.variant), input_.feed});
    QG_ASSIGN_OR_RETURN(const Evaluation evaluation, Evaluate(evaluation_));
    result_.total = LossOf(evaluation, variant);
    double last = 0;
    double alone_sum = 0;
    for (size_t i = 0; i < steps.size(); ++i) {
      const TaskLoss so_far = LossOf(evaluation, places[i].so_far);
      const double alone =
          LossOf(evaluation, places[i].alone).points - LossOf(evaluation, places[i].before).points;
      result_.sources.push_back({steps[i].name, steps[i].what, so_far.points - last, alone,
                                 so_far.points, so_far.output_sqnr_db});
      last = so_far.points;
      alone_sum += alone;
    }
    const double arithmetic = result_.total.points - last;
    result_.sources.push_back({"arithmetic", "integer arithmetic in place of float", arithmetic,
                               arithmetic, result_.total.points, result_.total.output_sqnr_db});
    result_.interaction_points = result_.total.points - alone_sum - arithmetic;
    return OkStatus();
  }

  Status MeasureOperators() {
    OpLossInput input;
    input.reference = input_.reference;
    input.variant = input_.variant;
    input.pairing = &pairing_;
    input.dataset = input_.dataset;
    input.preprocessing = input_.preprocessing;
    input.feed = input_.feed;
    input.labelled = result_.labelled;
    input.classify = result_.classifies;
    input.threshold = input_.threshold;
    input.threads = input_.threads;
    input.samples = input_.dataset->size();
    if (input_.budget_seconds > 0) QG_RETURN_IF_ERROR(FitBudget(input));
    result_.samples = input.samples;
    if (input_.progress) {
      input.progress = [this](int64_t done, int64_t total) {
        input_.progress("operators", done, total);
      };
    }
    QG_ASSIGN_OR_RETURN(OpLosses losses, MeasureOpLosses(input));
    result_.ops = std::move(losses.ops);
    result_.groups = std::move(losses.groups);
    result_.flips = std::move(losses.flips);
    return OkStatus();
  }

  // As many samples as the time allows, after a chunk for every thread has been timed.
  Status FitBudget(OpLossInput& input) const {
    const int64_t all = input.samples;
    const int threads = ResolveThreads(input.threads, all);
    input.samples = std::min(all, kChunkSamples * threads);
    const auto start = std::chrono::steady_clock::now();
    QG_RETURN_IF_ERROR(MeasureOpLosses(input));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const double fits = input_.budget_seconds / std::max(took.count(), 1e-6);
    const auto chunks = static_cast<int64_t>(std::min(std::floor(fits), 1e9));
    input.samples = std::min(all, std::max<int64_t>(1, chunks) * kChunkSamples * threads);
    return OkStatus();
  }

  const AttributionInput& input_;
  Attribution result_;
  OpPairing pairing_;
  EvaluationInput evaluation_;
  std::map<std::tuple<bool, bool, bool, bool, bool>, size_t> positions_;
};

// The first operator that computes in codes: its weights and its output are quantized.
std::optional<int> FirstIntegerOp(const Plan& plan) {
  const auto quantized = [&](int tensor) { return tensor >= 0 && IsQuantized(plan.info(tensor)); };
  const std::vector<OpNode>& ops = plan.subgraph().ops;
  const auto found = std::find_if(ops.begin(), ops.end(), [&](const OpNode& op) {
    const bool weights = std::any_of(op.inputs.begin(), op.inputs.end(), [&](int input) {
      return quantized(input) && !plan.model().Constant(plan.info(input)).empty();
    });
    return weights && std::any_of(op.outputs.begin(), op.outputs.end(), quantized);
  });
  if (found == ops.end()) return std::nullopt;
  return static_cast<int>(found - ops.begin());
}

Status CheckReferenceIsFloat(const AttributionInput& input) {
  const std::optional<int> op = FirstIntegerOp(*input.reference);
  if (!op) return OkStatus();
  const TensorInfo& output =
      input.reference->info(input.reference->subgraph().ops[static_cast<size_t>(*op)].outputs[0]);
  return Error{
      .code = ErrorCode::kInput,
      .message = "the reference computes in codes (" + std::string(DTypeName(output.dtype)) +
                 "); where a loss comes from is told on the way from a float model",
      .op_index = op,
      .tensor = output.name,
      .hint = FirstIntegerOp(*input.variant) ? "name the float model first"
                                             : "the float model comes first; the two look swapped"};
}

}  // namespace

Result<Attribution> Attribute(const AttributionInput& input) {
  QG_RETURN_IF_ERROR(CheckReferenceIsFloat(input));
  if (input.reference->subgraph().inputs.size() != input.variant->subgraph().inputs.size()) {
    return Error{ErrorCode::kInput, "the two models have different numbers of inputs"};
  }
  const int ours = input.reference->subgraph().outputs.front();
  const int theirs = input.variant->subgraph().outputs.front();
  if (input.reference->shape(ours).num_elements() != input.variant->shape(theirs).num_elements()) {
    return Error{.code = ErrorCode::kInput,
                 .message = "the two models have outputs of " +
                            input.reference->shape(ours).ToString() + " and " +
                            input.variant->shape(theirs).ToString(),
                 .hint = "a variant answers what its reference answers"};
  }
  return AttributionJob(input).Go();
}

}  // namespace quantgate
