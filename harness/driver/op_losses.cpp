#include "harness/driver/op_losses.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "harness/comparison/code_differences.h"
#include "harness/comparison/predictions.h"
#include "harness/execution/chunks.h"
#include "reference/interpreter/interpreter.h"
#include "reference/numeric/affine.h"

namespace quantgate {
namespace {

// Sums over samples; parts merge in the order of the chunks.
struct ErrorEnergy {
  double signal = 0;   // of r^2
  double error = 0;    // of (v - r)^2
  double clipped = 0;  // of (v - r)^2 where r is outside the codes' range
  int64_t values = 0;

  void Add(std::span<const float> reference, std::span<const float> variant, double low,
           double high) {
    for (size_t i = 0; i < reference.size(); ++i) {
      const double r = reference[i];
      const double e = static_cast<double>(variant[i]) - r;
      if (!std::isfinite(e)) continue;
      signal += r * r;
      error += e * e;
      if (r < low || r > high) clipped += e * e;
    }
    values += static_cast<int64_t>(reference.size());
  }
  void Merge(const ErrorEnergy& other) {
    signal += other.signal;
    error += other.error;
    clipped += other.clipped;
    values += other.values;
  }
  [[nodiscard]] std::optional<double> SqnrDb() const {
    if (!(signal > 0) || !(error > 0)) return std::nullopt;
    return 10 * std::log10(signal / error);
  }
};

struct Tally {
  int64_t flips = 0;
  int64_t lost = 0;
  int64_t gained = 0;
  ErrorEnergy output;

  void Merge(const Tally& other) {
    flips += other.flips;
    lost += other.lost;
    gained += other.gained;
    output.Merge(other.output);
  }
};

struct Partial {
  Tally variant;
  struct Op {
    Tally alone;
    Tally own;
    Tally kept_float;
    ErrorEnergy isolated;
    int64_t unflips = 0;
  };
  std::vector<Op> ops;
  std::vector<ExplainedFlip> flips;
};

constexpr double kUnbounded = std::numeric_limits<double>::infinity();

TaskLoss Finish(const Tally& tally, const OpLossInput& input) {
  const int64_t n = input.samples;
  TaskLoss loss;
  loss.n = n;
  loss.flips = tally.flips;
  loss.lost = tally.lost;
  loss.gained = tally.gained;
  const int64_t counted = input.labelled ? tally.lost - tally.gained : tally.flips;
  if (n > 0) loss.points = 100.0 * static_cast<double>(counted) / static_cast<double>(n);
  loss.output_sqnr_db = tally.output.SqnrDb();
  if (!input.classify) {
    loss.points =
        tally.output.signal > 0 ? 100 * std::sqrt(tally.output.error / tally.output.signal) : 0;
  }
  return loss;
}

// The reals of a tensor that a run has shown.
std::vector<float> RealsOf(std::span<const std::byte> bytes, const TensorInfo& info,
                           const Shape& shape) {
  std::vector<float> reals(static_cast<size_t>(shape.num_elements()));
  if (!DequantizeTensor(bytes, info.dtype, shape, info.quant, reals)) reals.clear();
  return reals;
}

// What a model is made of, for every worker to run.
struct Tail {
  std::shared_ptr<const Plan> plan;
  std::vector<MixedModel::Source> inputs;  // by position
  int isolated = -1;                       // tensor of the mixed model to look at
  int reference_tensor = -1;               // and its counterpart
  double low = -kUnbounded;                // what its codes can express
  double high = kUnbounded;
};

class TailRun {
 public:
  explicit TailRun(const Tail& tail) : tail_(tail), interpreter_(tail.plan) {}

  void Run(const BytesRecord& reference, const BytesRecord& variant, Observer* observer) {
    for (size_t i = 0; i < tail_.inputs.size(); ++i) {
      const MixedModel::Source& source = tail_.inputs[i];
      const auto& record = source.origin == MixedModel::Origin::kVariant ? variant : reference;
      const auto bytes = record.bytes(source.tensor);
      const auto to = interpreter_.input(i);
      QG_CHECK(bytes.size() == to.size());
      if (!bytes.empty()) std::memcpy(to.data(), bytes.data(), bytes.size());
    }
    interpreter_.ResetState();
    interpreter_.Run(observer);
  }
  [[nodiscard]] std::vector<float> Output() const {
    const int tensor = tail_.plan->subgraph().outputs.front();
    return RealsOf(interpreter_.output(0), tail_.plan->info(tensor), tail_.plan->shape(tensor));
  }
  [[nodiscard]] const Tail& tail() const { return tail_; }

 private:
  const Tail& tail_;
  Interpreter interpreter_;
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

struct Tails {
  std::vector<Tail> alone;
  std::vector<Tail> own;
  std::vector<Tail> kept_float;
};

class Worker : public ChunkWorker<Partial> {
 public:
  Worker(const OpLossInput& input, const Tails& tails, InputFeed reference_feed,
         InputFeed variant_feed)
      : input_(input),
        reference_(input.reference),
        variant_(input.variant),
        reference_feed_(std::move(reference_feed)),
        variant_feed_(std::move(variant_feed)),
        reference_record_(*input.reference),
        variant_record_(*input.variant) {
    for (const Tail& tail : tails.alone) alone_.emplace_back(tail);
    for (const Tail& tail : tails.own) own_.emplace_back(tail);
    for (const Tail& tail : tails.kept_float) kept_float_.emplace_back(tail);
  }

  Partial Process(const Chunk& chunk) override {
    Partial partial;
    partial.ops.resize(alone_.size());
    for (int64_t sample = chunk.first; sample < chunk.last; ++sample) Sample(sample, partial);
    return partial;
  }

 private:
  void Sample(int64_t sample, Partial& partial) {
    RunOnce(reference_, reference_feed_, sample, reference_record_);
    RunOnce(variant_, variant_feed_, sample, variant_record_);
    const int out = input_.reference->subgraph().outputs.front();
    expected_ =
        RealsOf(reference_.output(0), input_.reference->info(out), input_.reference->shape(out));
    const Prediction expected = Classify(expected_);
    right_ = expected.arg_max;
    label_ = input_.dataset->label(sample);
    const int theirs = input_.variant->subgraph().outputs.front();
    const int answer = Count(
        RealsOf(variant_.output(0), input_.variant->info(theirs), input_.variant->shape(theirs)),
        partial.variant);
    const bool flipped = answer != right_;
    int restored_by = -1;
    for (size_t p = 0; p < alone_.size(); ++p) {
      Partial::Op& op = partial.ops[p];
      const Tail& tail = alone_[p].tail();
      TensorWatch watch(tail.isolated);
      alone_[p].Run(reference_record_, variant_record_, &watch);
      Count(alone_[p].Output(), op.alone);
      const std::vector<float> reals = RealsOf(reference_record_.bytes(tail.reference_tensor),
                                               input_.reference->info(tail.reference_tensor),
                                               input_.reference->shape(tail.reference_tensor));
      if (reals.size() == watch.reals.size()) {
        op.isolated.Add(reals, watch.reals, tail.low, tail.high);
      }
      own_[p].Run(reference_record_, variant_record_, nullptr);
      Count(own_[p].Output(), op.own);
      kept_float_[p].Run(reference_record_, variant_record_, nullptr);
      const int restored = Count(kept_float_[p].Output(), op.kept_float);
      if (!flipped || restored != right_) continue;
      ++op.unflips;
      if (restored_by < 0) restored_by = static_cast<int>(p);
    }
    if (flipped && input_.classify) {
      partial.flips.push_back({sample, input_.labelled ? label_ : -1, right_, answer,
                               static_cast<double>(expected.margin), restored_by});
    }
  }

  static void RunOnce(Interpreter& interpreter, InputFeed& feed, int64_t sample,
                      BytesRecord& record) {
    feed.Fill(sample, interpreter.input(0));
    interpreter.ResetState();
    interpreter.Run(&record);
  }

  // The class answered.
  int Count(const std::vector<float>& output, Tally& tally) const {
    const int answer = Classify(output).arg_max;
    tally.flips += answer != right_ ? 1 : 0;
    if (input_.labelled) {
      tally.lost += right_ == label_ && answer != label_ ? 1 : 0;
      tally.gained += right_ != label_ && answer == label_ ? 1 : 0;
    }
    tally.output.Add(expected_, output, -kUnbounded, kUnbounded);
    return answer;
  }

  const OpLossInput& input_;
  Interpreter reference_;
  Interpreter variant_;
  InputFeed reference_feed_;
  InputFeed variant_feed_;
  BytesRecord reference_record_;
  BytesRecord variant_record_;
  std::vector<TailRun> alone_;
  std::vector<TailRun> own_;
  std::vector<TailRun> kept_float_;
  std::vector<float> expected_;  // of the sample at hand
  int right_ = -1;
  int label_ = -1;
};

Result<Tail> MakeTail(const OpLossInput& input, const Mixture& mixture, size_t pair) {
  const MixedModel whole = MixModels(input.reference, input.variant, *input.pairing, mixture);
  const MixedModel cut = TailFrom(whole, whole.first_ops[pair]);
  Tail tail;
  for (const int tensor : cut.model.main().inputs) {
    tail.inputs.push_back(cut.sources[static_cast<size_t>(tensor)]);
  }
  const OpPair& ends = input.pairing->pairs[pair];
  const int theirs =
      input.variant->subgraph().ops[static_cast<size_t>(ends.variant_op)].outputs.front();
  tail.reference_tensor =
      input.reference->subgraph().ops[static_cast<size_t>(ends.reference_op)].outputs.front();
  tail.isolated = whole.outputs[pair];
  const TensorInfo& info = input.variant->info(theirs);
  if (info.quant.quantized() && !info.quant.per_axis() && IsQuantizedStorage(info.dtype)) {
    const CodeRange range = CodeRangeOf(info.dtype);
    const double half = static_cast<double>(info.quant.scale()) / 2;
    tail.low =
        static_cast<double>(Dequantize(range.min, info.quant.scale(), info.quant.zero_point())) -
        half;
    tail.high =
        static_cast<double>(Dequantize(range.max, info.quant.scale(), info.quant.zero_point())) +
        half;
  }
  PlanOptions options;
  options.profile = &input.variant->profile();
  QG_ASSIGN_OR_RETURN(tail.plan, Plan::Make(std::make_shared<const Model>(cut.model), options));
  return tail;
}

Result<Tails> MakeTails(const OpLossInput& input) {
  Tails tails;
  std::set<size_t> all;
  for (size_t p = 0; p < input.pairing->pairs.size(); ++p) all.insert(p);
  for (size_t p = 0; p < input.pairing->pairs.size(); ++p) {
    Mixture alone;
    alone.variant_ops = {p};
    QG_ASSIGN_OR_RETURN(Tail one, MakeTail(input, alone, p));
    tails.alone.push_back(std::move(one));
    Mixture own;
    own.variant_weights = own.clip = own.round = own.round_fixed = true;
    own.only = {p};
    QG_ASSIGN_OR_RETURN(Tail coded, MakeTail(input, own, p));
    tails.own.push_back(std::move(coded));
    Mixture kept;
    kept.variant_ops = all;
    kept.variant_ops.erase(p);
    kept.variant_input = true;
    QG_ASSIGN_OR_RETURN(Tail other, MakeTail(input, kept, p));
    tails.kept_float.push_back(std::move(other));
  }
  return tails;
}

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
    if (a.size() == b.size()) energy.Add(a, b, -kUnbounded, kUnbounded);
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

OpLosses FinishAll(const OpLossInput& input, const Partial& sum) {
  OpLosses losses;
  losses.variant = Finish(sum.variant, input);
  for (size_t p = 0; p < sum.ops.size(); ++p) {
    const Partial::Op& op = sum.ops[p];
    OpLoss row = DescribePair(input, input.pairing->pairs[p]);
    row.alone = Finish(op.alone, input);
    row.own = Finish(op.own, input);
    row.kept_float = Finish(op.kept_float, input);
    row.recovered_points = losses.variant.points - row.kept_float.points;
    row.isolated_sqnr_db = op.isolated.SqnrDb();
    const int theirs =
        input.variant->subgraph().ops[static_cast<size_t>(row.variant_op)].outputs.front();
    const QuantParams& quant = input.variant->info(theirs).quant;
    if (op.isolated.values > 0 && quant.quantized() && !quant.per_axis()) {
      const double mse = op.isolated.error / static_cast<double>(op.isolated.values);
      row.isolated_rmse_per_scale = std::sqrt(mse) / static_cast<double>(quant.scale());
    }
    if (input.classify) row.unflips = op.unflips;
    if (op.isolated.error > 0) row.clipping_share = op.isolated.clipped / op.isolated.error;
    losses.ops.push_back(std::move(row));
  }
  for (const ExplainedFlip& flip : sum.flips) {
    if (flip.restored_by >= 0) ++losses.ops[static_cast<size_t>(flip.restored_by)].first_unflips;
  }
  losses.flips = sum.flips;
  if (losses.flips.size() > kMaxExplainedFlips) losses.flips.resize(kMaxExplainedFlips);
  return losses;
}

}  // namespace

Result<OpLosses> MeasureOpLosses(const OpLossInput& input) {
  QG_ASSIGN_OR_RETURN(const Tails tails, MakeTails(input));
  QG_ASSIGN_OR_RETURN(
      const InputFeed reference_feed,
      InputFeed::Make(*input.reference, *input.dataset, input.preprocessing, FeedMode::kQuantize));
  QG_ASSIGN_OR_RETURN(
      const InputFeed variant_feed,
      InputFeed::Make(*input.variant, *input.dataset, input.preprocessing, input.feed));
  Partial sum;
  sum.ops.resize(input.pairing->pairs.size());
  ProcessChunks<Partial>(
      input.samples, input.threads,
      [&]() -> std::unique_ptr<ChunkWorker<Partial>> {
        return std::make_unique<Worker>(input, tails, reference_feed, variant_feed);
      },
      [&](const Chunk& chunk, Partial&& part) {
        sum.variant.Merge(part.variant);
        for (size_t p = 0; p < sum.ops.size(); ++p) {
          sum.ops[p].alone.Merge(part.ops[p].alone);
          sum.ops[p].own.Merge(part.ops[p].own);
          sum.ops[p].kept_float.Merge(part.ops[p].kept_float);
          sum.ops[p].isolated.Merge(part.ops[p].isolated);
          sum.ops[p].unflips += part.ops[p].unflips;
        }
        sum.flips.insert(sum.flips.end(), part.flips.begin(), part.flips.end());
        if (input.progress) input.progress(chunk.last, input.samples);
      });
  return FinishAll(input, sum);
}

}  // namespace quantgate
