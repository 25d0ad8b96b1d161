#include "harness/inspection/lint_table.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "harness/inspection/lint_families.h"

namespace quantgate {
namespace {

constexpr std::string_view kSpecSymmetric = "quantization spec, Symmetric vs asymmetric";
constexpr std::string_view kSpecPerAxis = "quantization spec, Per-axis vs per-tensor";
constexpr std::string_view kSpecOps = "quantization spec, int8 quantized operator specifications";
constexpr std::string_view kSpecSummary = "quantization spec, Specification summary";
constexpr std::string_view kSpec16x8 = "post-training integer quantization with int16 activations";
constexpr std::string_view kLoader = "LiteRT, interpreter builder";
constexpr std::string_view kModelLoader = "LiteRT, model loader";
constexpr std::string_view kResolver = "LiteRT, builtin operator resolver";
constexpr std::string_view kKernels = "TFLite kernels";
constexpr std::string_view kFormat = "TFLite schema";
constexpr std::string_view kConverter = "tflite_convert, default_ranges_min and default_ranges_max";
constexpr std::string_view kHybrid = "post-training dynamic range quantization";

constexpr Severity kNote = Severity::kNote;
constexpr Severity kWarning = Severity::kWarning;
constexpr Severity kError = Severity::kError;

constexpr std::array kRules = {
    LintRule{"QL001", "scale-zero", kError, "a scale of 0 makes every code mean 0", kSpecSummary,
             &LintScaleZero},
    LintRule{"QL002", "scale-denormal", kWarning,
             "a denormal scale is flushed to 0 on many processors", kSpecSummary,
             &LintScaleDenormal},
    LintRule{"QL003", "scale-absurd", kWarning,
             "a scale below 2^-40 or above 2^20 comes from broken ranges", kSpecSummary,
             &LintScaleAbsurd},
    LintRule{"QL004", "zero-point-range", kError,
             "the zero point is no code of the tensor's type, so 0 has no code", kSpecSummary,
             &LintZeroPointRange},
    LintRule{"QL005", "int16-zero-point", kError,
             "kernels with 16-bit activations take zero point 0 for granted", kSpec16x8,
             &LintInt16ZeroPoint},
    LintRule{"QL006", "zero-points-missing", kError,
             "scales without as many zero points: LiteRT refuses the file", kLoader,
             &LintZeroPointsMissing},
    LintRule{"QL007", "axis-range", kError,
             "quantized_dimension names no axis of the tensor: LiteRT refuses the file, even with "
             "one scale",
             kLoader, &LintAxisRange},
    LintRule{"QL008", "axis-meaningless", kNote,
             "quantized_dimension is set, but one scale serves the whole tensor", kFormat,
             &LintAxisMeaningless},
    LintRule{"QL009", "activation-per-axis", kError,
             "activations have one scale; kernels read the first and ignore the others",
             kSpecPerAxis, &LintActivationPerAxis},
    LintRule{"QL010", "uint8-per-axis", kError, "legacy uint8 kernels read the first scale alone",
             kSpecPerAxis, &LintUint8PerAxis},
    LintRule{"QL011", "float-with-scale", kWarning,
             "a float tensor carries a scale that nothing applies", kFormat, &LintFloatWithScale},
    LintRule{"QL012", "weight-zero-point", kError,
             "signed weights are symmetric: convolutions ignore their zero point", kSpecSymmetric,
             &LintWeightZeroPoint},
    LintRule{"QL013", "weight-minus-128", kWarning,
             "int8 weights end at -127; fast kernels may overflow on -128", kSpecSummary,
             &LintWeightMinus128},
    LintRule{"QL014", "weight-per-tensor", kNote,
             "one weight scale where the spec gives each output channel its own", kSpecOps,
             &LintWeightPerTensor},
    LintRule{"QL015", "weight-axis", kError,
             "weight scales run along another axis than the output channels", kSpecOps,
             &LintWeightAxis},
    LintRule{"QL016", "dense-per-axis", kWarning,
             "FULLY_CONNECTED weights with several scales: TFLite 2.9 and older apply the first to "
             "all units",
             kSpecOps, &LintDensePerAxis},
    LintRule{"QL017", "hybrid-uint8", kWarning,
             "uint8 weights under float activations: only early runtimes read them", kHybrid,
             &LintHybridUint8},
    LintRule{"QL018", "float-weights", kError,
             "float weights under quantized activations: no kernel takes the pair", kSpecOps,
             &LintFloatWeights},
    LintRule{"QL019", "multiplier-large", kNote,
             "input scale x weight scale / output scale is 1 or more: one step of the sum is more "
             "than one of the output, and accelerators want less than 1",
             kKernels, &LintMultiplierLarge},
    LintRule{
        "QL020", "bias-type", kError,
        "biases are int32 under 8-bit activations, int32 or int64 under int16 (DEPTHWISE_CONV_2D "
        "int64), float under float",
        kSpecOps, &LintBiasType},
    LintRule{"QL021", "bias-unscaled", kWarning,
             "a bias without a scale: runtimes that check it refuse the layer", kSpecOps,
             &LintBiasUnscaled},
    LintRule{"QL022", "bias-scale", kError,
             "the bias is not in units of input scale x weight scale, which kernels add it in",
             kSpecOps, &LintBiasScale},
    LintRule{"QL023", "bias-zero-point", kError, "kernels ignore a bias's zero point", kSpecOps,
             &LintBiasZeroPoint},
    LintRule{"QL024", "bias-near-limit", kWarning,
             "a bias code beyond 3/4 of the int32 range leaves the accumulator little room",
             kSpecOps, &LintBiasNearLimit},
    LintRule{"QL025", "accumulator-overflow", kWarning,
             "inputs exist for which the int32 accumulator overflows", kSpecOps,
             &LintAccumulatorOverflow},
    LintRule{"QL026", "fixed-output", kError,
             "the output's scale and zero point are fixed by the spec; kernels refuse or ignore "
             "others",
             kSpecOps, &LintFixedOutput},
    LintRule{"QL027", "same-scale", kError,
             "codes are copied, so inputs and outputs must share scale and zero point", kSpecOps,
             &LintSameScale},
    LintRule{"QL028", "multiplier-below-one", kError,
             "the output scale is too small against the inputs': the kernel aborts", kKernels,
             &LintMultiplierBelowOne},
    LintRule{"QL029", "float-output", kError,
             "quantized in, float out: only DEQUANTIZE and hybrid layers do that", kSpecOps,
             &LintFloatOutput},
    LintRule{"QL030", "mixed-inputs", kError,
             "data inputs of different types: no kernel takes them", kSpecOps, &LintMixedInputs},
    LintRule{"QL031", "no-scale", kError, "codes that are computed with but carry no scale",
             kSpecOps, &LintNoScale},
    LintRule{"QL032", "version-unknown", kWarning,
             "today's LiteRT does not know this version of the operator", kResolver,
             &LintVersionUnknown},
    LintRule{
        "QL033", "version-old", kNote,
        "int8 under an operator version from before its int8 kernel: older runtimes accept the "
        "model and fail later",
        kResolver, &LintVersionOld},
    LintRule{"QL034", "nothing-computes", kError,
             "a tensor is read or returned that nothing computes", kFormat, &LintNothingComputes},
    LintRule{"QL035", "nothing-reads", kWarning, "an operator's results are never used", kFormat,
             &LintNothingReads},
    LintRule{"QL036", "unused-tensor", kNote, "a tensor that no operator touches", kFormat,
             &LintUnusedTensor},
    LintRule{"QL037", "duplicate-name", kWarning,
             "computed tensors share a name, so they cannot be matched with those of another model",
             kFormat, &LintDuplicateName},
    LintRule{"QL038", "mixed-ends", kNote,
             "the graph's inputs and outputs are of different real-valued types", kFormat,
             &LintMixedEnds},
    LintRule{"QL039", "ranges-alike", kWarning,
             "layers that choose their ranges share one: no data gave it", kConverter,
             &LintRangesAlike},
    LintRule{"QL040", "conv-bias", kError,
             "CONV_2D without a bias: its kernel refuses to be prepared; zeros will do", kKernels,
             &LintConvBias},
    LintRule{"QL041", "variable-tensor", kWarning,
             "an operator keeps its state in a variable tensor: LiteRT 2.5.3 loads no such model",
             kModelLoader, &LintVariableTensor},
};

LintFinding MakeFinding(const LintRule& rule, const LintView& view, LintPlace place,
                        std::string message) {
  LintFinding finding;
  finding.code = rule.code;
  finding.name = rule.name;
  finding.severity = rule.severity;
  finding.subgraph = view.subgraph();
  finding.op_index = place.op;
  if (place.op >= 0) {
    finding.op_type = view.graph().ops[static_cast<size_t>(place.op)].type_name();
  }
  finding.tensor_index = place.tensor;
  if (place.tensor >= 0) finding.tensor = view.tensor(place.tensor).name;
  finding.message = std::move(message);
  return finding;
}

}  // namespace

std::span<const LintRule> AllLintRules() { return kRules; }

const LintRule* FindLintRule(std::string_view code_or_name) {
  for (const LintRule& rule : kRules) {
    if (rule.code == code_or_name || rule.name == code_or_name) return &rule;
  }
  return nullptr;
}

std::vector<LintFinding> LintModel(const Model& model) {
  std::vector<LintFinding> findings;
  for (size_t i = 0; i < model.subgraphs.size(); ++i) {
    const LintView view(model, static_cast<int>(i));
    for (const LintRule& rule : kRules) {
      rule.look(view, [&](LintPlace place, std::string message) {
        findings.push_back(MakeFinding(rule, view, place, std::move(message)));
      });
    }
  }
  std::stable_sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) {
    return std::tuple(-static_cast<int>(a.severity), a.subgraph, a.op_index, a.tensor_index) <
           std::tuple(-static_cast<int>(b.severity), b.subgraph, b.op_index, b.tensor_index);
  });
  return findings;
}

}  // namespace quantgate
