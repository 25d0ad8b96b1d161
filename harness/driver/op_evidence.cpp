#include "harness/driver/op_evidence.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "harness/comparison/layer_errors.h"
#include "harness/comparison/weight_errors.h"
#include "harness/diagnosis/mixed_model.h"
#include "harness/driver/layer_constants.h"
#include "reference/interpreter/interpreter.h"
#include "reference/numeric/affine.h"
#include "reference/ops/ties.h"

namespace quantgate {
namespace {

constexpr size_t kBins = 4096;
constexpr double kTail = 0.0005;  // left out at either end for the narrow range

using Replacements = std::map<int, ConstBytes>;  // by tensor of the plan

// A model of one operator of `plan`; its inputs are what the operator reads and is no constant.
Result<std::shared_ptr<const Plan>> PlanOfOp(const std::shared_ptr<const Plan>& plan,
                                             const OpNode& op, const Replacements& replaced) {
  auto model = std::make_shared<Model>(plan->model());
  model->subgraphs.resize(1);
  model->main_index = 0;
  model->signatures.clear();
  model->metadata.clear();
  Subgraph& graph = model->main();
  graph = Subgraph{};
  OpNode node = op;
  node.intermediates.clear();
  std::map<int, int> places;
  const auto place = [&](int tensor) {
    const auto found = places.find(tensor);
    if (found != places.end()) return found->second;
    TensorInfo info = plan->info(tensor);
    info.shape = plan->shape(tensor);
    info.shape_signature.clear();
    info.buffer = 0;
    info.blockwise.reset();
    info.sparsity = nullptr;
    const auto other = replaced.find(tensor);
    if (other != replaced.end() || !plan->constant(tensor).empty()) {
      info.buffer = static_cast<int>(model->buffers.size());
      model->buffers.push_back(other != replaced.end() ? other->second
                                                       : ConstBytes(plan, plan->constant(tensor)));
    }
    graph.tensors.push_back(std::move(info));
    const int index = static_cast<int>(graph.tensors.size()) - 1;
    places[tensor] = index;
    return index;
  };
  for (int& tensor : node.inputs) {
    if (tensor < 0) continue;
    const bool first = !places.contains(tensor);
    tensor = place(tensor);
    if (first && graph.tensors[static_cast<size_t>(tensor)].buffer == 0) {
      graph.inputs.push_back(tensor);
    }
  }
  for (int& tensor : node.outputs) tensor = place(tensor);
  graph.outputs = node.outputs;
  graph.ops.push_back(std::move(node));
  PlanOptions options;
  options.profile = &plan->profile();
  return Plan::Make(std::move(model), options);
}

ConstBytes BytesOf(const std::vector<float>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(float));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return ConstBytes(std::move(bytes));
}

// Runs one operator on given inputs.
class OpRunner {
 public:
  explicit OpRunner(std::shared_ptr<const Plan> plan) : interpreter_(std::move(plan)) {}

  Interpreter& interpreter() { return interpreter_; }
  // The reals of its first output.
  const std::vector<float>& Run() {
    // The plan of an operator whose shape values decide is refused (not deferred).
    QG_CHECK(interpreter_.Run().ok());
    const Plan& plan = interpreter_.plan();
    const int output = plan.subgraph().outputs.front();
    reals_.resize(static_cast<size_t>(plan.shape(output).num_elements()));
    DequantizeTensor(interpreter_.output(0), plan.info(output).dtype, plan.shape(output),
                     plan.info(output).quant, reals_);
    return reals_;
  }

 private:
  Interpreter interpreter_;
  std::vector<float> reals_;
};

struct Extremes {
  double low = 0;  // zero always has a code
  double high = 0;
  void Add(std::span<const float> values) {
    for (const float value : values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, static_cast<double>(value));
      high = std::max(high, static_cast<double>(value));
    }
  }
};

// The range that holds all values but `kTail` of them at either end.
class Histogram {
 public:
  explicit Histogram(Extremes range) : range_(range), bins_(kBins) {}
  void Add(std::span<const float> values) {
    const double width = range_.high - range_.low;
    if (!(width > 0)) return;
    for (const float value : values) {
      if (!std::isfinite(value)) continue;
      const double at = (static_cast<double>(value) - range_.low) / width * kBins;
      ++bins_[static_cast<size_t>(std::clamp(at, 0.0, static_cast<double>(kBins - 1)))];
      ++count_;
    }
  }
  [[nodiscard]] Extremes Narrow() const {
    const auto leave_out = static_cast<int64_t>(kTail * static_cast<double>(count_));
    size_t first = 0;
    size_t last = kBins - 1;
    for (int64_t left = leave_out; first < last && bins_[first] <= left; ++first) {
      left -= bins_[first];
    }
    for (int64_t left = leave_out; last > first && bins_[last] <= left; --last) {
      left -= bins_[last];
    }
    const double width = (range_.high - range_.low) / kBins;
    return {std::min(0.0, range_.low + width * static_cast<double>(first)),
            std::max(0.0, range_.low + width * static_cast<double>(last + 1))};
  }

 private:
  Extremes range_;
  std::vector<int64_t> bins_;
  int64_t count_ = 0;
};

struct OutputStep {
  double step = 0;
  double low = 0;
  double high = 0;
};

// One paired operator: its three models and what they computed so far.
class OpProbe {
 public:
  static Result<std::unique_ptr<OpProbe>> Make(const OpEvidenceInput& input, const OpPair& pair) {
    const OpNode& op = input.reference->subgraph().ops[static_cast<size_t>(pair.reference_op)];
    const OpNode& twin = input.variant->subgraph().ops[static_cast<size_t>(pair.variant_op)];
    const LayerConstants constants = ConstantsOf(*input.reference, *input.variant, op, twin);
    Replacements rounded;
    if (constants.weights) rounded[op.inputs[1]] = BytesOf(constants.rounded);
    QG_ASSIGN_OR_RETURN(auto reference, PlanOfOp(input.reference, op, {}));
    QG_ASSIGN_OR_RETURN(auto ideal, PlanOfOp(input.reference, op, rounded));
    QG_ASSIGN_OR_RETURN(auto variant, PlanOfOp(input.variant, twin, {}));
    std::unique_ptr<OpProbe> probe(
        new OpProbe(std::move(reference), std::move(ideal), std::move(variant)));
    probe->source_ = op.outputs.front();
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      if (op.inputs[i] < 0 || !input.reference->constant(op.inputs[i]).empty()) continue;
      const bool again =
          std::count(op.inputs.begin(), op.inputs.begin() + static_cast<long>(i), op.inputs[i]) > 0;
      if (!again) probe->inputs_.push_back(op.inputs[i]);
    }
    probe->Describe(input, pair, op, twin);
    probe->row_.weights = constants.weights;
    probe->row_.bias = constants.bias;
    return probe;
  }

  // First all samples' ranges, then all samples' errors.
  void AddRange(const ReferenceRecord& record) {
    Feed(record);
    exact_.Add(reference_.Run());
    observed_.Add(record.reals(source_));
  }
  void AddErrors(const ReferenceRecord& record) {
    if (!histogram_) Prepare();
    Feed(record);
    histogram_->Add(record.reals(source_));
    AddSample(reference_.Run(), ideal_.Run(), variant_.Run());
  }
  OpEvidence Finish();

 private:
  OpProbe(std::shared_ptr<const Plan> reference, std::shared_ptr<const Plan> ideal,
          std::shared_ptr<const Plan> variant)
      : reference_(std::move(reference)), ideal_(std::move(ideal)), variant_(std::move(variant)) {}

  void Describe(const OpEvidenceInput& input, const OpPair& pair, const OpNode& op,
                const OpNode& twin) {
    const int output = twin.outputs.front();
    const TensorInfo& info = input.variant->info(output);
    row_.reference_op = pair.reference_op;
    row_.variant_op = pair.variant_op;
    row_.op_type = twin.type_name();
    row_.tensor = info.name;
    row_.tensor_index = output;
    row_.fixed_output = HasFixedOutput(op.code);
    row_.scale = static_cast<double>(info.quant.scale());
    const CodeRange codes = CodeRangeOf(info.dtype);
    row_.representable_min = row_.scale * (codes.min - info.quant.zero_point());
    row_.representable_max = row_.scale * (codes.max - info.quant.zero_point());
    // An output that must have its input's parameters, or the spec's, cannot do better.
    tied_ = row_.fixed_output || SharesScale(op.code);
    levels_ = codes.max - codes.min;
    const Shape& shape = input.variant->shape(output);
    channels_ = shape.rank() > 0 ? static_cast<size_t>(std::max(1, shape.last_dim())) : 1;
  }

  // What the reference computed, as the variant's codes express it, to all three models.
  void Feed(const ReferenceRecord& record) {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const Plan& plan = variant_.interpreter().plan();
      const TensorInfo& info = plan.info(plan.subgraph().inputs[i]);
      const std::span<const float> reals = record.reals(inputs_[i]);
      const auto codes = variant_.interpreter().input(i);
      coded_.assign(reals.begin(), reals.end());
      if (info.dtype == DType::kFloat32) {
        std::memcpy(codes.data(), coded_.data(), codes.size());
      } else {
        QuantizeTensor(reals, info.quant, info.dtype, codes);
        DequantizeTensor(codes, info.dtype, plan.shape(plan.subgraph().inputs[i]), info.quant,
                         coded_);
      }
      for (OpRunner* runner : {&reference_, &ideal_}) {
        const auto to = runner->interpreter().input(i);
        std::memcpy(to.data(), coded_.data(), to.size());
      }
    }
  }

  void Prepare() {
    histogram_.emplace(observed_);
    if (tied_) {
      step_ = {row_.scale, row_.representable_min, row_.representable_max};
    } else {
      step_ = {(exact_.high - exact_.low) / levels_, exact_.low, exact_.high};
    }
    row_.channel_mean_error.assign(channels_, 0);
    row_.channel_rms.assign(channels_, 0);
    row_.channel_variant_rms.assign(channels_, 0);
  }

  void AddSample(const std::vector<float>& exact, const std::vector<float>& ideal,
                 const std::vector<float>& variant) {
    for (size_t i = 0; i < exact.size(); ++i) {
      const double r = static_cast<double>(exact[i]);
      const double v = static_cast<double>(variant[i]);
      double w = std::clamp(static_cast<double>(ideal[i]), step_.low, step_.high);
      if (step_.step > 0) w = std::round(w / step_.step) * step_.step;
      if (!std::isfinite(r) || !std::isfinite(v) || !std::isfinite(w)) continue;
      row_.own_mse += (v - r) * (v - r);
      row_.ideal_mse += (w - r) * (w - r);
      const double limited = std::clamp(r, row_.representable_min - row_.scale / 2,
                                        row_.representable_max + row_.scale / 2);
      row_.clipping_mse += (limited - r) * (limited - r);
      row_.signal += r * r;
      const size_t c = i % channels_;
      row_.channel_mean_error[c] += v - r;
      row_.channel_rms[c] += r * r;
      row_.channel_variant_rms[c] += v * v;
      ++row_.values;
    }
  }

  OpRunner reference_;
  OpRunner ideal_;
  OpRunner variant_;
  std::vector<int> inputs_;  // tensors of the reference
  int source_ = -1;          // its output
  bool tied_ = false;
  int levels_ = 255;
  size_t channels_ = 1;
  Extremes exact_;
  Extremes observed_;
  std::optional<Histogram> histogram_;
  OutputStep step_;
  std::vector<float> coded_;
  OpEvidence row_;
};

OpEvidence OpProbe::Finish() {
  if (row_.values == 0) return std::move(row_);
  const auto n = static_cast<double>(row_.values);
  const double per_channel = n / static_cast<double>(channels_);
  row_.own_mse /= n;
  row_.ideal_mse /= n;
  row_.clipping_mse /= n;
  row_.signal /= n;
  for (size_t c = 0; c < channels_; ++c) {
    row_.channel_mean_error[c] /= per_channel;
    row_.channel_rms[c] = std::sqrt(row_.channel_rms[c] / per_channel);
    row_.channel_variant_rms[c] = std::sqrt(row_.channel_variant_rms[c] / per_channel);
  }
  const double floor = std::max(step_.step * step_.step / 12, 1e-30);
  row_.excess_db = 10 * std::log10((row_.own_mse + floor) / (row_.ideal_mse + floor));
  row_.observed_min = observed_.low;
  row_.observed_max = observed_.high;
  const Extremes narrow = histogram_->Narrow();
  row_.narrow_min = narrow.low;
  row_.narrow_max = narrow.high;
  return std::move(row_);
}

bool IsReal(const Plan& plan, int tensor) {
  const TensorInfo& info = plan.info(tensor);
  return info.dtype == DType::kFloat32 ||
         (IsQuantizedStorage(info.dtype) && info.quant.scales.size() == 1);
}

// Whether the operator reads real values or constants alone, keeps no state and writes codes.
bool CanProbe(const OpEvidenceInput& input, const OpPair& pair) {
  const OpNode& op = input.reference->subgraph().ops[static_cast<size_t>(pair.reference_op)];
  const OpNode& twin = input.variant->subgraph().ops[static_cast<size_t>(pair.variant_op)];
  const Plan& variant = *input.variant;
  const TensorInfo& output = variant.info(twin.outputs.front());
  if (!IsQuantizedStorage(output.dtype) || output.quant.scales.size() != 1) return false;
  if (input.reference->info(op.outputs.front()).dtype != DType::kFloat32) return false;
  bool reads = false;
  for (size_t i = 0; i < twin.inputs.size(); ++i) {
    if (twin.inputs[i] < 0) continue;
    const bool constant = !variant.constant(twin.inputs[i]).empty();
    if (constant != !input.reference->constant(op.inputs[i]).empty()) return false;
    if (variant.info(twin.inputs[i]).is_variable) return false;
    if (constant) continue;
    if (!IsReal(variant, twin.inputs[i]) ||
        input.reference->info(op.inputs[i]).dtype != DType::kFloat32) {
      return false;
    }
    reads = true;
  }
  return reads;
}

class EvidenceJob {
 public:
  explicit EvidenceJob(const OpEvidenceInput& input) : input_(input) {}

  Result<OpEvidenceTable> Go() {
    const OpPairing pairing = PairOps(*input_.reference, *input_.variant,
                                      MatchTensors(*input_.reference, *input_.variant, input_.map));
    for (const OpPair& pair : pairing.pairs) {
      if (!CanProbe(input_, pair)) continue;
      // An operator that does not run alone has no evidence; what needs it says so by itself.
      auto probe = OpProbe::Make(input_, pair);
      if (probe.ok()) probes_.push_back(std::move(*probe));
    }
    OpEvidenceTable table;
    table.samples = std::min(input_.samples, input_.dataset->size());
    if (probes_.empty()) return table;
    QG_RETURN_IF_ERROR(ForEachSample(table.samples, &OpProbe::AddRange));
    QG_RETURN_IF_ERROR(ForEachSample(table.samples, &OpProbe::AddErrors));
    for (const auto& probe : probes_) table.ops.push_back(probe->Finish());
    return table;
  }

 private:
  Status ForEachSample(int64_t samples, void (OpProbe::*add)(const ReferenceRecord&)) {
    QG_ASSIGN_OR_RETURN(InputFeed feed, InputFeed::Make(*input_.reference, *input_.dataset,
                                                        input_.preprocessing, FeedMode::kQuantize));
    Interpreter interpreter(input_.reference);
    ReferenceRecord record(*input_.reference);
    for (int64_t k = 0; k < samples; ++k) {
      QG_RETURN_IF_ERROR(feed.Fill(k * input_.dataset->size() / samples, interpreter));
      interpreter.ResetState();
      QG_RETURN_IF_ERROR(interpreter.Run(&record));
      for (const auto& probe : probes_) (*probe.*add)(record);
    }
    return OkStatus();
  }

  const OpEvidenceInput& input_;
  std::vector<std::unique_ptr<OpProbe>> probes_;
};

}  // namespace

Result<OpEvidenceTable> MeasureOpEvidence(const OpEvidenceInput& input) {
  return EvidenceJob(input).Go();
}

}  // namespace quantgate
