#include "harness/quantization/corrected_quantization.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/calibration/calibrate.h"
#include "harness/quantization/adaptive_rounding.h"
#include "harness/quantization/bias_correction.h"
#include "harness/quantization/equalization.h"
#include "harness/quantization/fake_quant_folding.h"
#include "harness/quantization/range_refinement.h"

namespace quantgate {
namespace {

template <class Names>
std::string Join(const Names& skipped) {
  std::string text;
  for (const std::string& each : skipped) text += (text.empty() ? "; left alone: " : ", ") + each;
  return text;
}

class Job {
 public:
  Job(std::shared_ptr<const Model> model, const Ranges* ranges, QuantizeOptions options,
      const Corrections& corrections, const CorrectionData* data)
      : model_(std::move(model)),
        ranges_(ranges),
        options_(std::move(options)),
        corrections_(corrections),
        data_(data) {}

  Result<CorrectedQuantization> Run() {
    options_.widen_for_bias = corrections_.bias_overflow;
    options_.clip_weights = corrections_.weight_clipping;
    if (corrections_.equalization) QG_RETURN_IF_ERROR(Equalize());
    if (corrections_.range_refinement) QG_RETURN_IF_ERROR(Refine());
    if (corrections_.adaptive_rounding) QG_RETURN_IF_ERROR(PrepareRounding());
    QG_ASSIGN_OR_RETURN(done_.result, QuantizeModel(*model_, ranges_, options_));
    for (const int rule : done_.result.unused_rules) {
      const RecipeRule& unused = options_.recipe[static_cast<size_t>(rule)];
      Note("rule " + std::to_string(rule + 1) + " of the recipe" +
           (unused.op.empty() ? "" : ", " + unused.op) +
           (unused.tensor.empty() ? "" : ", '" + unused.tensor + "'") +
           ", decides no operator: look at its spelling, and at the rules before it");
    }
    if (done_.result.widened_scales > 0) {
      Note("bias-overflow: " + std::to_string(done_.result.widened_scales) +
           " weight scales widened");
    }
    if (corrections_.weight_clipping) {
      Note("weight-clipping: " + std::to_string(done_.result.clipped_scales) +
           " weight scales narrowed");
    }
    if (corrections_.adaptive_rounding) {
      Note("adaptive-rounding: " + std::to_string(rounded_.size()) + " layers" +
           Join(not_rounded_));
    }
    if (corrections_.bias_correction) QG_RETURN_IF_ERROR(CorrectTheBiases());
    return std::move(done_);
  }

 private:
  void Note(std::string text) { done_.notes.push_back(std::move(text)); }
  [[nodiscard]] bool IsTrainedForIt() const {
    const auto& ops = model_->main().ops;
    return std::any_of(ops.begin(), ops.end(),
                       [](const OpNode& op) { return op.code == OpCode::kFAKE_QUANT; });
  }

  Status Equalize() {
    if (IsTrainedForIt()) {
      Note("equalization: left out, the model has FAKE_QUANT ranges of its own");
      return OkStatus();
    }
    QG_ASSIGN_OR_RETURN(const Equalization equalized, EqualizeLayers(*model_, ranges_));
    Note("equalization: " + std::to_string(equalized.pairs) + " pairs of layers, " +
         std::to_string(equalized.relu6_replaced) + " RELU6 became RELU" + Join(equalized.skipped));
    model_ = equalized.model;
    if (ranges_ == nullptr) return OkStatus();
    // Channels between the layers have other sizes now.
    ObservationInput input;
    QG_ASSIGN_OR_RETURN(input.plan, Plan::Make(model_));
    input.model_sha256 = ranges_->model_sha256;
    input.dataset = data_->dataset;
    input.dataset_name = data_->dataset_name;
    input.preprocessing = data_->preprocessing;
    input.threads = data_->threads;
    QG_ASSIGN_OR_RETURN(const Observation observation, Observe(input));
    QG_ASSIGN_OR_RETURN(new_ranges_, EstimateRanges(observation, data_->estimator));
    ranges_ = &new_ranges_;
    return OkStatus();
  }

  Status Refine() {
    const DType activation = options_.scheme->activation;
    if (ranges_ == nullptr || IsTrainedForIt() ||
        (activation != DType::kInt8 && activation != DType::kUInt8)) {
      Note("range-refinement: left out, it is for calibrated ranges of 8-bit activations");
      return OkStatus();
    }
    QG_ASSIGN_OR_RETURN(RangeRefinement refined,
                        RefineRanges(model_, *ranges_, activation, *data_));
    Note("range-refinement: " + std::to_string(refined.narrowed) + " of " +
         std::to_string(refined.looked_at) + " ranges narrowed" + Join(refined.skipped));
    new_ranges_ = std::move(refined.ranges);
    ranges_ = &new_ranges_;
    return OkStatus();
  }

  Status PrepareRounding() {
    LayerInputsRequest request;
    request.products = true;
    const auto& ops = model_->main().ops;
    for (size_t i = 0; i < ops.size(); ++i) {
      if (LayerShapeOf(*model_, ops[i])) request.ops.push_back(static_cast<int>(i));
    }
    QG_ASSIGN_OR_RETURN(const auto plan, Plan::Make(model_));
    QG_ASSIGN_OR_RETURN(const std::vector<LayerInputs> inputs,
                        CollectLayerInputs(plan, request, *data_));
    QG_ASSIGN_OR_RETURN(const FoldedModel folded, FoldFakeQuants(*model_));
    for (size_t i = 0; i < inputs.size(); ++i) layer_inputs_[request.ops[i]] = inputs[i];
    options_.rounding = [this, sources = folded.op_sources](int op, std::span<const float> weights,
                                                            const Shape&, const QuantParams& quant,
                                                            CodeRange codes) {
      return Round(sources[static_cast<size_t>(op)], weights, quant, codes);
    };
    return OkStatus();
  }

  std::vector<int32_t> Round(int op, std::span<const float> weights, const QuantParams& quant,
                             CodeRange codes) {
    const OpNode& node = model_->main().ops[static_cast<size_t>(op)];
    const auto inputs = layer_inputs_.find(op);
    std::vector<int32_t> rounded;
    if (inputs != layer_inputs_.end()) {
      rounded =
          RoundAdaptively(weights, *LayerShapeOf(*model_, node), inputs->second, quant, codes);
    }
    const std::string& name = model_->main().tensors[static_cast<size_t>(node.outputs[0])].name;
    if (rounded.empty()) {
      not_rounded_.insert(name + ": not a layer of at most " + std::to_string(kMaxPatch) +
                          " inputs");
    } else {
      rounded_.insert(name);
    }
    return rounded;
  }

  Status CorrectTheBiases() {
    std::vector<int> places;
    for (const QuantizedOp& op : done_.result.ops) places.push_back(op.place);
    QG_ASSIGN_OR_RETURN(const BiasCorrection corrected,
                        CorrectBiases(model_, done_.result.model, places, *data_));
    done_.result.model = corrected.model;
    Note("bias-correction: " + std::to_string(corrected.layers) + " layers" +
         Join(corrected.skipped));
    return OkStatus();
  }

  std::shared_ptr<const Model> model_;
  const Ranges* ranges_;
  Ranges new_ranges_;
  QuantizeOptions options_;
  Corrections corrections_;
  const CorrectionData* data_;
  std::map<int, LayerInputs> layer_inputs_;  // by operator
  std::set<std::string> rounded_;
  std::set<std::string> not_rounded_;
  CorrectedQuantization done_;
};

}  // namespace

Result<CorrectedQuantization> QuantizeWithCorrections(const std::shared_ptr<const Model>& model,
                                                      const Ranges* ranges,
                                                      const QuantizeOptions& options,
                                                      const Corrections& corrections,
                                                      const CorrectionData* data) {
  if (NeedsData(corrections) && data == nullptr) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "all corrections but bias-overflow and weight-clipping need samples",
                 .hint = "give a calibration dataset"};
  }
  return Job(model, ranges, options, corrections, data).Run();
}

}  // namespace quantgate
