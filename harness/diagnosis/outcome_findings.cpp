// What the answers, class by class and profile by profile, and the model's name tell.
#include <algorithm>
#include <cctype>
#include <cmath>

#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"
#include "harness/diagnosis/guilty_ops.h"

namespace quantgate {
namespace {

// P(X >= lost) for X of Binomial(lost + gained, 1/2): how likely chance loses so many.
double SignTest(int64_t lost, int64_t gained) {
  const int64_t n = lost + gained;
  double tail = 0;
  for (int64_t k = lost; k <= n; ++k) {
    tail += std::exp(
        std::lgamma(static_cast<double>(n + 1)) - std::lgamma(static_cast<double>(k + 1)) -
        std::lgamma(static_cast<double>(n - k + 1)) - static_cast<double>(n) * std::log(2.0));
  }
  return std::min(1.0, tail);
}

double SqnrDb(const OpEvidence& op) {
  return 10 * std::log10(std::max(op.signal, 1e-30) / std::max(op.own_mse, 1e-30));
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool Says(const std::string& name, std::string_view word) {
  return name.find(word) != std::string::npos;
}

struct Census {
  int64_t integer = 0;
  int64_t floating = 0;
  int64_t hybrid = 0;  // float activations, integer weights
};

// Of the operators that compute with weights.
Census TakeCensus(const Model& model) {
  Census census;
  const Subgraph& graph = model.main();
  for (const OpNode& op : graph.ops) {
    if (op.inputs.size() < 2 || op.inputs[1] < 0 || op.outputs.empty()) continue;
    const TensorInfo& weights = graph.tensors[static_cast<size_t>(op.inputs[1])];
    const DType out = graph.tensors[static_cast<size_t>(op.outputs[0])].dtype;
    if (model.Constant(weights).empty()) continue;
    const bool codes = IsQuantizedStorage(weights.dtype) && weights.quant.quantized();
    if (!codes && weights.dtype != DType::kFloat32 && weights.dtype != DType::kFloat16) continue;
    if (IsQuantizedStorage(out)) ++census.integer;
    if (out == DType::kFloat32) ++(codes ? census.hybrid : census.floating);
  }
  return census;
}

std::string HotSpotFix(const OpEvidence& op) {
  if (ErrsByClipping(op)) return ClippingFix(op);
  if (op.op_type == "HARD_SWISH") return "Keep it at 16 bits or in float, or train with ReLU6.";
  return op.weights && !op.weights->per_axis ? "Give its weights a scale a channel."
                                             : "Keep it at 16 bits or in float.";
}

std::string BaseName(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

void LookHotSpot(const FindingContext& context, std::vector<Finding>& findings) {
  constexpr double kWorseDb = 10.0;
  if (context.ops == nullptr || context.ops->ops.size() < 3) return;
  std::vector<double> all;
  for (const OpEvidence& op : context.ops->ops) all.push_back(SqnrDb(op));
  std::nth_element(all.begin(), all.begin() + static_cast<long>(all.size() / 2), all.end());
  const double median = all[all.size() / 2];
  for (const OpEvidence& op : context.ops->ops) {
    if (op.op_type != "DEPTHWISE_CONV_2D" && op.op_type != "HARD_SWISH") continue;
    if (SqnrDb(op) > median - kWorseDb) continue;
    Finding finding = MakeFinding("QG028", context);
    finding.severity = LostAccuracy(context.variant) && !InputIsBroken(context.variant)
                           ? Severity::kWarning
                           : Severity::kNote;
    finding.tensor = op.tensor;
    finding.op_index = op.variant_op;
    finding.message = op.op_type + " " + TensorText(op.tensor) + " (op " +
                      std::to_string(op.variant_op) + ") is a hot spot: by itself it leaves " +
                      FormatFixed(SqnrDb(op), 1) + " dB, half of the operators leave " +
                      FormatFixed(median, 1) + " dB and more.";
    finding.evidence = {{"own_sqnr_db", SqnrDb(op), "dB", Direction::kHigherIsBetter, op.values},
                        {"median_sqnr_db", median, "dB", Direction::kHigherIsBetter, op.values}};
    finding.fix = HotSpotFix(op);
    findings.push_back(std::move(finding));
  }
}

void LookMeanShift(const FindingContext& context, std::vector<Finding>& findings) {
  constexpr double kShare = 0.5;
  if (context.ops == nullptr) return;
  for (const OpEvidence& op : context.ops->ops) {
    if (op.excess_db < kGuiltyDb || op.channel_mean_error.empty()) continue;
    if (ErrsByClipping(op)) continue;  // no bias reaches beyond the range
    double shift = 0;
    size_t worst = 0;
    for (size_t c = 0; c < op.channel_mean_error.size(); ++c) {
      shift += op.channel_mean_error[c] * op.channel_mean_error[c];
      if (std::abs(op.channel_mean_error[c]) > std::abs(op.channel_mean_error[worst])) worst = c;
    }
    shift /= static_cast<double>(op.channel_mean_error.size());
    if (shift < kShare * op.own_mse) continue;
    Finding finding = MakeFinding("QG030", context);
    finding.severity = LostAccuracy(context.variant) && !InputIsBroken(context.variant)
                           ? Severity::kWarning
                           : Severity::kNote;
    finding.tensor = op.tensor;
    finding.op_index = op.variant_op;
    finding.message = FormatFixed(100 * shift / op.own_mse, 0) + " % of the error that " +
                      TensorText(op.tensor) + " (" + PlaceOf(op) +
                      ") makes by itself is a constant shift of its channels; " +
                      "most in channel " + std::to_string(worst) + ", by " +
                      FormatReal(op.channel_mean_error[worst]) + ".";
    finding.evidence = {
        {"shift_share", shift / op.own_mse, "share", Direction::kLowerIsBetter, op.values},
        {"largest_shift", op.channel_mean_error[worst], "", Direction::kNeutral,
         static_cast<int64_t>(op.channel_mean_error.size())}};
    finding.fix = "Correct the bias by the shift, channel by channel.";
    findings.push_back(std::move(finding));
  }
}

void LookProfilesFlip(const FindingContext& context, std::vector<Finding>& findings) {
  constexpr double kShare = 0.005;  // what is a material drop elsewhere (evidence.cpp)
  if (!context.variant.profile_drift) return;
  const DriftReport& drift = *context.variant.profile_drift;
  const int64_t flips = drift.arg_max_flips.value_or(0);
  if (flips == 0 || drift.samples == 0) return;
  const double share = static_cast<double>(flips) / static_cast<double>(drift.samples);
  Finding finding = MakeFinding("QG031", context);
  finding.severity = share >= kShare ? Severity::kWarning : Severity::kNote;
  finding.message = std::to_string(flips) + " of " + std::to_string(drift.samples) +
                    " predictions depend on the numerics profile: " + drift.first + " and " +
                    drift.second + " answer differently.";
  if (const CodeDifference* first = drift.First()) {
    finding.tensor = first->tensor;
    finding.op_index = first->op_index;
  }
  finding.evidence = {{"flip_share", share, "share", Direction::kLowerIsBetter, drift.samples}};
  finding.fix = "Judge the model under the profile of the runtime it will be shipped with.";
  findings.push_back(std::move(finding));
}

void LookClassCollapse(const FindingContext& context, std::vector<Finding>& findings) {
  constexpr int64_t kFewest = 10;
  constexpr double kCollapse = 0.2;
  constexpr double kChance = 0.001;  // over all classes
  const std::vector<ClassResult>& classes = context.variant.classes;
  const ClassResult* worst = nullptr;
  double worst_drop = 0;
  for (const ClassResult& row : classes) {
    if (row.n < kFewest) continue;
    const double drop =
        static_cast<double>(row.reference_correct - row.correct) / static_cast<double>(row.n);
    if (drop > worst_drop) {
      worst = &row;
      worst_drop = drop;
    }
  }
  if (worst == nullptr || worst_drop < kCollapse) return;
  const double mean = context.variant.paired ? context.variant.paired->drop : 0;
  const double chance = SignTest(worst->lost, worst->gained) * static_cast<double>(classes.size());
  if (worst_drop < 2 * mean || chance > kChance) return;  // all lose, or it may be chance
  Finding finding = MakeFinding("QG032", context);
  finding.severity = SeverityByEffect(context.variant, Severity::kWarning);
  finding.message = "Class " + std::to_string(worst->label) +
                    " collapses: " + std::to_string(worst->correct) + " of " +
                    std::to_string(worst->n) + " right, the reference " +
                    std::to_string(worst->reference_correct) + "; over all classes the drop is " +
                    FormatFixed(100 * mean, 2) + " points.";
  finding.evidence = {
      {"class_drop", worst_drop, "share", Direction::kLowerIsBetter, worst->n},
      {"mean_drop", mean, "share", Direction::kLowerIsBetter, context.variant.accuracy.n},
      {"p_chance", std::min(1.0, chance), "", Direction::kNeutral, worst->n}};
  finding.fix = "Look at this class's flipped samples; gate it with max_class_drop_points.";
  findings.push_back(std::move(finding));
}

void LookNotAsNamed(const FindingContext& context, std::vector<Finding>& findings) {
  const std::string name = Lower(context.variant.name + " " + BaseName(context.variant.model.path));
  const bool integer =
      Says(name, "int8") || Says(name, "int16") || Says(name, "full_int") || Says(name, "full-int");
  const bool other = Says(name, "dynamic") || Says(name, "hybrid") || Says(name, "weight") ||
                     Says(name, "mixed") || Says(name, "float");
  if (!integer || other) return;
  const Census census = TakeCensus(context.model);
  if (census.hybrid + census.floating <= census.integer) return;
  Finding finding = MakeFinding("QG033", context);
  finding.severity = Severity::kWarning;
  finding.message = "'" + context.variant.name + "' is not what its name says: of its layers " +
                    std::to_string(census.integer) + " compute with integers, " +
                    std::to_string(census.hybrid) + " with float activations and integer weights " +
                    "(dynamic range), " + std::to_string(census.floating) + " in float.";
  const int64_t layers = census.integer + census.hybrid + census.floating;
  finding.evidence = {{"integer_layers", static_cast<double>(census.integer), "layers",
                       Direction::kHigherIsBetter, layers}};
  finding.fix = "Convert with a representative dataset, and with integer inputs and outputs.";
  findings.push_back(std::move(finding));
}

}  // namespace quantgate
