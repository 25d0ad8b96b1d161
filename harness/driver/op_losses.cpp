#include "harness/driver/op_losses.h"

#include <algorithm>
#include <cmath>

#include "harness/comparison/predictions.h"
#include "harness/driver/loss_tally.h"
#include "harness/driver/op_experiments.h"
#include "harness/execution/chunks.h"
#include "harness/execution/first_failure.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

// What one pass over the samples measures.
struct Partial {
  LossTally variant;
  std::vector<LossTally> experiments;
  std::vector<ErrorEnergy> isolated;  // of the experiments that look at an operator alone
  std::vector<ExplainedFlip> flips;

  explicit Partial(size_t count) : experiments(count), isolated(count) {}
  void Merge(const Partial& other) {
    variant.Merge(other.variant);
    for (size_t e = 0; e < experiments.size(); ++e) {
      experiments[e].Merge(other.experiments[e]);
      isolated[e].Merge(other.isolated[e]);
    }
    flips.insert(flips.end(), other.flips.begin(), other.flips.end());
  }
};

// Looks at one tensor of a run.
class TensorWatch : public Observer {
 public:
  explicit TensorWatch(int tensor) : tensor_(tensor) {}
  void OnTensor(int, const TensorView& view) override {
    if (view.index == tensor_) reals = RealsOf(view.data, *view.info, *view.shape);
  }
  std::vector<float> reals;

 private:
  int tensor_;
};

struct Bounds {
  double low = -kUnboundedReal;
  double high = kUnboundedReal;
};

// What the codes of the pair's output in the variant can express, half a step more on either side.
Bounds CodeBounds(const OpLossInput& input, const OpPair& pair) {
  const int output =
      input.variant->subgraph().ops[static_cast<size_t>(pair.variant_op)].outputs.front();
  const TensorInfo& info = input.variant->info(output);
  if (!info.quant.quantized() || info.quant.per_axis() || !IsQuantizedStorage(info.dtype)) {
    return {};
  }
  const CodeRange range = CodeRangeOf(info.dtype);
  const float scale = info.quant.scale();
  const double half = static_cast<double>(scale) / 2;
  const auto real = [&](int32_t code) {
    return static_cast<double>(Dequantize(code, scale, info.quant.zero_point()));
  };
  return {real(range.min) - half, real(range.max) + half};
}

struct Batch {
  std::span<const Experiment> experiments;
  std::vector<Tail> tails;
};

class Worker : public ChunkWorker<Partial> {
 public:
  Worker(const OpLossInput& input, const Batch& batch, InputFeed reference_feed,
         InputFeed variant_feed, FirstFailure& failure)
      : input_(input),
        batch_(batch),
        failure_(failure),
        reference_(input.reference),
        variant_(input.variant),
        reference_feed_(std::move(reference_feed)),
        variant_feed_(std::move(variant_feed)),
        reference_record_(*input.reference),
        variant_record_(*input.variant),
        classifier_(Classifier::Of(input.reference->subgraph(), input.threshold)) {
    for (const Tail& tail : batch.tails) tails_.emplace_back(tail);
  }

  Partial Process(const Chunk& chunk) override {
    Partial partial(tails_.size());
    for (int64_t sample = chunk.first; sample < chunk.last; ++sample) {
      if (!failure_.Passed(sample, Sample(sample, partial))) break;
    }
    return partial;
  }

 private:
  Status Sample(int64_t sample, Partial& partial) {
    QG_RETURN_IF_ERROR(RunOnce(reference_, reference_feed_, sample, reference_record_));
    QG_RETURN_IF_ERROR(RunOnce(variant_, variant_feed_, sample, variant_record_));
    expected_ = RealsOf(reference_.output(0), *input_.reference,
                        input_.reference->subgraph().outputs.front());
    const Prediction expected = classifier_(expected_);
    right_ = expected.arg_max;
    label_ = input_.dataset->label(sample);
    const std::vector<float> theirs =
        RealsOf(variant_.output(0), *input_.variant, input_.variant->subgraph().outputs.front());
    const int answer = Count(theirs, partial.variant);
    ExplainedFlip flip{sample, input_.labelled ? label_ : -1, right_, answer,
                       static_cast<double>(expected.margin)};
    for (size_t e = 0; e < tails_.size(); ++e) {
      QG_ASSIGN_OR_RETURN(const int now, Try(e, partial));
      const bool restored = now == right_ && answer != right_;
      partial.experiments[e].unflips += restored ? 1 : 0;
      const Experiment& experiment = batch_.experiments[e];
      if (restored && experiment.trial == Trial::kKeptFloat && flip.restored_by < 0) {
        flip.restored_by = static_cast<int>(experiment.index);
      }
    }
    if (answer != right_ && input_.classify) partial.flips.push_back(flip);
    return OkStatus();
  }

  // Runs one experiment; the class it answers.
  Result<int> Try(size_t e, Partial& partial) {
    const Experiment& experiment = batch_.experiments[e];
    TailRun& run = tails_[e];
    if (experiment.trial != Trial::kAlone) {
      QG_RETURN_IF_ERROR(run.Run(reference_record_, variant_record_, nullptr));
      return Count(run.Output(), partial.experiments[e]);
    }
    TensorWatch watch(run.tail().first_output);
    QG_RETURN_IF_ERROR(run.Run(reference_record_, variant_record_, &watch));
    const OpPair& pair = input_.pairing->pairs[experiment.index];
    const int output =
        input_.reference->subgraph().ops[static_cast<size_t>(pair.reference_op)].outputs.front();
    const std::vector<float> reals =
        RealsOf(reference_record_.bytes(output), *input_.reference, output);
    const Bounds bounds = CodeBounds(input_, pair);
    if (reals.size() == watch.reals.size()) {
      partial.isolated[e].Add(reals, watch.reals, bounds.low, bounds.high);
    }
    return Count(run.Output(), partial.experiments[e]);
  }

  static Status RunOnce(Interpreter& interpreter, InputFeed& feed, int64_t sample,
                        BytesRecord& record) {
    QG_RETURN_IF_ERROR(feed.Fill(sample, interpreter));
    interpreter.ResetState();
    return interpreter.Run(&record);
  }

  // The class answered.
  int Count(const std::vector<float>& output, LossTally& tally) const {
    const int answer = classifier_(output).arg_max;
    tally.flips += answer != right_ ? 1 : 0;
    if (input_.labelled) {
      tally.lost += right_ == label_ && answer != label_ ? 1 : 0;
      tally.gained += right_ != label_ && answer == label_ ? 1 : 0;
    }
    tally.output.Add(expected_, output);
    return answer;
  }

  const OpLossInput& input_;
  const Batch& batch_;
  FirstFailure& failure_;
  Interpreter reference_;
  Interpreter variant_;
  InputFeed reference_feed_;
  InputFeed variant_feed_;
  BytesRecord reference_record_;
  BytesRecord variant_record_;
  Classifier classifier_;
  std::vector<TailRun> tails_;
  std::vector<float> expected_;  // of the sample at hand
  int right_ = -1;
  int label_ = -1;
};

// Signal over error of the operator's weights, when both sides hold them as constants.
std::optional<double> WeightsSqnrDb(const Plan& reference, const Plan& variant,
                                    const OpPair& pair) {
  const OpNode& op = reference.subgraph().ops[static_cast<size_t>(pair.reference_op)];
  const OpNode& twin = variant.subgraph().ops[static_cast<size_t>(pair.variant_op)];
  ErrorEnergy energy;
  for (size_t i = 1; i < std::min<size_t>(2, op.inputs.size()); ++i) {
    const int ours = op.inputs[i];
    const int theirs = twin.inputs[i];
    if (ours < 0 || theirs < 0 || reference.constant(ours).empty() ||
        !variant.info(theirs).quant.quantized() ||
        reference.shape(ours).num_elements() != variant.shape(theirs).num_elements()) {
      continue;
    }
    const auto a = RealsOf(reference.constant(ours), reference.info(ours), reference.shape(ours));
    const auto b = RealsOf(variant.constant(theirs), variant.info(theirs), variant.shape(theirs));
    if (a.size() == b.size()) energy.Add(a, b);
  }
  return energy.SqnrDb();
}

OpLoss DescribePair(const OpLossInput& input, const OpPair& pair) {
  const OpNode& twin = input.variant->subgraph().ops[static_cast<size_t>(pair.variant_op)];
  const TensorInfo& output = input.variant->info(twin.outputs.front());
  OpLoss row;
  row.reference_op = pair.reference_op;
  row.variant_op = pair.variant_op;
  row.op_type = twin.type_name();
  row.tensor = output.name;
  row.integer = output.quant.quantized();
  row.weights_sqnr_db = WeightsSqnrDb(*input.reference, *input.variant, pair);
  return row;
}

class Measurement {
 public:
  Measurement(const OpLossInput& input, InputFeed reference_feed, InputFeed variant_feed)
      : input_(input),
        reference_feed_(std::move(reference_feed)),
        variant_feed_(std::move(variant_feed)),
        groups_(FindGroups(*input.reference, *input.pairing)),
        experiments_(PlanExperiments(*input.pairing, groups_)) {}

  Result<OpLosses> Go() {
    for (const OpPair& pair : input_.pairing->pairs) {
      losses_.ops.push_back(DescribePair(input_, pair));
    }
    for (const auto& group : groups_) {
      GroupLoss& row = losses_.groups.emplace_back();
      for (const size_t p : group) row.ops.push_back(static_cast<int>(p));
      row.tensor = losses_.ops[group.back()].tensor;
    }
    size_t first = 0;
    do {
      const size_t end = EndOfBatch(first);
      QG_RETURN_IF_ERROR(RunBatch(first, end));
      first = end;
    } while (first < experiments_.size());
    for (const ExplainedFlip& flip : losses_.flips) {
      if (flip.restored_by >= 0) ++losses_.ops[static_cast<size_t>(flip.restored_by)].first_unflips;
    }
    if (losses_.flips.size() > kMaxExplainedFlips) losses_.flips.resize(kMaxExplainedFlips);
    return std::move(losses_);
  }

 private:
  // At least one experiment.
  [[nodiscard]] size_t EndOfBatch(size_t first) const {
    int64_t bytes = 0;
    size_t end = first;
    while (end < experiments_.size()) {
      bytes += TailBytes(*input_.reference, *input_.pairing, experiments_[end].first);
      if (end > first && bytes > input_.batch_bytes) break;
      ++end;
    }
    return end;
  }

  Status RunBatch(size_t first, size_t end) {
    Batch batch{std::span(experiments_).subspan(first, end - first), {}};
    for (const Experiment& experiment : batch.experiments) {
      QG_ASSIGN_OR_RETURN(Tail tail, MakeTail(input_.reference, input_.variant, *input_.pairing,
                                              experiment.mixture, experiment.first));
      batch.tails.push_back(std::move(tail));
    }
    FirstFailure failure;
    Partial sum(batch.tails.size());
    const auto all = static_cast<int64_t>(std::max<size_t>(1, experiments_.size()));
    ProcessChunks<Partial>(
        input_.samples, input_.threads,
        [&]() -> std::unique_ptr<ChunkWorker<Partial>> {
          return std::make_unique<Worker>(input_, batch, reference_feed_, variant_feed_, failure);
        },
        [&](const Chunk& chunk, Partial&& part) {
          sum.Merge(part);
          if (!input_.progress) return;
          const auto done = static_cast<int64_t>(first) * input_.samples +
                            static_cast<int64_t>(end - first) * chunk.last;
          input_.progress(done / all, input_.samples);
        });
    QG_RETURN_IF_ERROR(failure.status());
    losses_.variant = Finish(sum.variant);
    for (size_t e = 0; e < batch.experiments.size(); ++e) {
      Take(batch.experiments[e], sum.experiments[e], sum.isolated[e]);
    }
    TakeFlips(sum.flips);
    return OkStatus();
  }

  [[nodiscard]] TaskLoss Finish(const LossTally& tally) const {
    return tally.Finish(input_.samples, input_.labelled, input_.classify);
  }

  void Take(const Experiment& experiment, const LossTally& tally, const ErrorEnergy& isolated) {
    TaskLoss& place = PlaceOf(experiment);
    place = Finish(tally);
    const double recovered = losses_.variant.points - place.points;
    if (experiment.trial == Trial::kGroupKeptFloat) {
      losses_.groups[experiment.index].recovered_points = recovered;
    } else if (experiment.trial == Trial::kKeptFloat) {
      OpLoss& op = losses_.ops[experiment.index];
      op.recovered_points = recovered;
      if (input_.classify) op.unflips = tally.unflips;
    } else if (experiment.trial == Trial::kAlone) {
      TakeIsolated(isolated, losses_.ops[experiment.index]);
    }
  }

  TaskLoss& PlaceOf(const Experiment& experiment) {
    const size_t i = experiment.index;
    switch (experiment.trial) {
      case Trial::kAlone: return losses_.ops[i].alone;
      case Trial::kOwn: return losses_.ops[i].own;
      case Trial::kKeptFloat: return losses_.ops[i].kept_float;
      case Trial::kFloatThrough: return losses_.ops[i].float_through;
      case Trial::kFloatFrom: return losses_.ops[i].float_from;
      case Trial::kGroupOwn: return losses_.groups[i].own;
      case Trial::kGroupKeptFloat: return losses_.groups[i].kept_float;
    }
    return losses_.variant;  // there is no other trial
  }

  void TakeIsolated(const ErrorEnergy& isolated, OpLoss& row) const {
    row.isolated_sqnr_db = isolated.SqnrDb();
    const int output =
        input_.variant->subgraph().ops[static_cast<size_t>(row.variant_op)].outputs.front();
    const QuantParams& quant = input_.variant->info(output).quant;
    if (isolated.values > 0 && quant.quantized() && !quant.per_axis()) {
      const double mse = isolated.error / static_cast<double>(isolated.values);
      row.isolated_rmse_per_scale = std::sqrt(mse) / static_cast<double>(quant.scale());
    }
    if (isolated.error > 0) row.clipping_share = isolated.clipped / isolated.error;
  }

  // Every batch finds the same flips; the operators of an earlier one come first.
  void TakeFlips(const std::vector<ExplainedFlip>& flips) {
    if (losses_.flips.empty()) losses_.flips = flips;
    for (size_t i = 0; i < flips.size(); ++i) {
      int& restored_by = losses_.flips[i].restored_by;
      if (restored_by < 0) restored_by = flips[i].restored_by;
    }
  }

  const OpLossInput& input_;
  InputFeed reference_feed_;
  InputFeed variant_feed_;
  std::vector<std::vector<size_t>> groups_;
  std::vector<Experiment> experiments_;
  OpLosses losses_;
};

}  // namespace

Result<OpLosses> MeasureOpLosses(const OpLossInput& input) {
  QG_ASSIGN_OR_RETURN(
      InputFeed reference_feed,
      InputFeed::Make(*input.reference, *input.dataset, input.preprocessing, FeedMode::kQuantize));
  QG_ASSIGN_OR_RETURN(InputFeed variant_feed, InputFeed::Make(*input.variant, *input.dataset,
                                                              input.preprocessing, input.feed));
  return Measurement(input, std::move(reference_feed), std::move(variant_feed)).Go();
}

}  // namespace quantgate
