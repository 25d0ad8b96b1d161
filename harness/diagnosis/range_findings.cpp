// Whether activation ranges fit what the activations do.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"
#include "harness/diagnosis/guilty_ops.h"
#include "reference/ops/ties.h"

namespace quantgate {
namespace {

// Operators whose outputs choose their own range; the others pass their input's on, or have a
// range fixed by the spec, so that equal parameters say nothing.
bool ChoosesRange(const TensorError& row) {
  static constexpr std::string_view kChoosers[] = {
      "ADD",   "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "MEAN", "MUL", "RELU",
      "RELU6", "SUB"};
  return std::find(std::begin(kChoosers), std::end(kChoosers), row.op_type) != std::end(kChoosers);
}

double Width(const TensorError& row) {
  return std::max(row.reference_max, 0.0) - std::min(row.reference_min, 0.0);
}

// Whether an operator that reads the tensor gives it the parameters of others.
bool IsTied(const Model& model, const TensorError& row) {
  return !model.subgraphs.empty() && TieOf(model.main(), row.tensor_index) >= 0;
}

// The row of the tensor whose operator chose the parameters of `row`, if it is clipped too.
const TensorError* OwnerRow(const FindingContext& context, const TensorError& row) {
  if (context.model.subgraphs.empty()) return nullptr;
  const Subgraph& graph = context.model.main();
  if (row.tensor_index < 0 || static_cast<size_t>(row.tensor_index) >= graph.tensors.size()) {
    return nullptr;
  }
  const int owner = OwnerOf(graph, row.tensor_index);
  if (owner < 0 || owner == row.op_index) return nullptr;
  const TensorError* found =
      RowOfTensor(context.variant, graph.ops[static_cast<size_t>(owner)].outputs[0]);
  return found != nullptr && ClipsBeyondRounding(*found) ? found : nullptr;
}

double Clipped(const TensorError& row) { return row.clipped_share().value_or(0); }

// Where the operator was measured by itself, the energy that its range cuts off counts: a tail cut
// by calibration stays a note.
Severity SeverityOfClipping(const FindingContext& context, const TensorError& row) {
  const OpEvidence* op = EvidenceOf(context, row.op_index);
  if (op == nullptr) return SeverityOfLayer(context.variant, Severity::kNote);
  // What four bits leave: 6.02 * 4 + 1.76 dB.
  constexpr double kFourBitsDb = 25.8;
  const bool plain = op->clipping_mse > op->signal * std::pow(10, -kFourBitsDb / 10);
  return plain ? SeverityOfLayer(context.variant, Severity::kWarning) : Severity::kNote;
}

bool NarrowerThan(const TensorError* a, const TensorError* b) { return Width(*a) < Width(*b); }

// Observed widths this far apart would not have given equal parameters if they had been used.
constexpr double kDifferentWidths = 1.25;

// A share of clipped values above which a note is worth making. Percentile calibration clips up to
// 0.01 % on purpose; ten times that is no longer a tail.
constexpr double kClippedShare = 0.001;

}  // namespace

std::vector<std::vector<const TensorError*>> DummyGroups(const FindingContext& context) {
  std::map<std::pair<double, int64_t>, std::vector<const TensorError*>> groups;
  for (const TensorError& row : context.variant.tensors) {
    if (row.scale && ChoosesRange(row) && !IsTied(context.model, row) && row.samples > 0) {
      groups[{*row.scale, *row.zero_point}].push_back(&row);
    }
  }
  std::vector<std::vector<const TensorError*>> dummies;
  for (auto& [params, rows] : groups) {
    const auto [narrow, wide] = std::minmax_element(rows.begin(), rows.end(), NarrowerThan);
    if (rows.size() < 2 || Width(**wide) < kDifferentWidths * Width(**narrow)) continue;
    dummies.push_back(std::move(rows));
  }
  return dummies;
}

bool HasDummyRange(const FindingContext& context, const TensorError& row) {
  for (const auto& group : DummyGroups(context)) {
    if (std::find(group.begin(), group.end(), &row) != group.end()) return true;
  }
  return false;
}

namespace {

const TensorError& MostClipped(const std::vector<const TensorError*>& rows) {
  return **std::max_element(
      rows.begin(), rows.end(),
      [](const TensorError* a, const TensorError* b) { return Clipped(*a) < Clipped(*b); });
}

// Measured by itself, an operator tells whatever the input is fed.
Severity SeverityOfDummyRange(const FindingContext& context, const TensorError& clipped) {
  const OpEvidence* op = EvidenceOf(context, clipped.op_index);
  return op != nullptr && op->excess_db >= kGuiltyDb
             ? SeverityByEffect(context.variant, Severity::kWarning)
             : SeverityOfLayer(context.variant, Severity::kWarning);
}

Finding DummyRangeFinding(const char* id, const FindingContext& context,
                          const TensorError& clipped) {
  Finding finding = MakeFinding(id, context);
  finding.severity = SeverityOfDummyRange(context, clipped);
  finding.tensor = clipped.tensor;
  finding.op_index = clipped.op_index;
  return finding;
}

std::string RangeText(double min, double max) { return FormatReal(min) + ".." + FormatReal(max); }

MetricValue ClippedShare(const TensorError& row) {
  return {"clipped_share", Clipped(row), "share", Direction::kLowerIsBetter,
          row.elements * row.samples};
}

bool HasFakeQuants(const Model& model) {
  const auto& ops = model.main().ops;
  return std::any_of(ops.begin(), ops.end(),
                     [](const OpNode& op) { return op.code == OpCode::kFAKE_QUANT; });
}

}  // namespace

void LookDummyRanges(const FindingContext& context, std::vector<Finding>& findings) {
  for (const auto& rows : DummyGroups(context)) {
    const TensorError& narrow = **std::min_element(rows.begin(), rows.end(), NarrowerThan);
    const TensorError& wide = **std::max_element(rows.begin(), rows.end(), NarrowerThan);
    const TensorError& clipped = MostClipped(rows);
    Finding finding = DummyRangeFinding("QG002", context, clipped);
    finding.message =
        std::to_string(rows.size()) + " activations share scale " + FormatReal(*wide.scale) +
        " and zero point " + std::to_string(*wide.zero_point) + " (range " +
        RangeText(*wide.representable_min, *wide.representable_max) +
        ") although they really range from " +
        RangeText(narrow.reference_min, narrow.reference_max) + " (" + TensorText(narrow.tensor) +
        ") to " + RangeText(wide.reference_min, wide.reference_max) + " (" +
        TensorText(wide.tensor) + "): dummy ranges. " + FormatFixed(Clipped(clipped) * 100, 1) +
        " % of the values of " + TensorText(clipped.tensor) + " are clipped.";
    finding.evidence = {
        {"tensors_sharing", static_cast<double>(rows.size()), "tensors", Direction::kLowerIsBetter,
         static_cast<int64_t>(context.variant.tensors.size())},
        {"width_ratio", Width(wide) / std::max(Width(narrow), 1e-30), "", Direction::kLowerIsBetter,
         static_cast<int64_t>(rows.size())},
        ClippedShare(clipped)};
    finding.fix =
        "Calibrate the ranges on real samples instead of default_ranges_min/max: `quantgate "
        "calibrate`, then `quantgate quantize`.";
    findings.push_back(std::move(finding));
  }
}

void LookNotQuantizationAware(const FindingContext& context, std::vector<Finding>& findings) {
  const Model* reference = context.reference_model;
  if (reference == nullptr || reference->subgraphs.empty() || HasFakeQuants(*reference)) return;
  for (const auto& rows : DummyGroups(context)) {
    const TensorError& worst = MostClipped(rows);
    if (Clipped(worst) <= kClippedShare || !ClipsBeyondRounding(worst)) continue;
    const auto beyond = std::count_if(rows.begin(), rows.end(), [](const TensorError* row) {
      return Clipped(*row) > kClippedShare && ClipsBeyondRounding(*row);
    });
    Finding finding = DummyRangeFinding("QG039", context, worst);
    finding.message =
        "The model was not trained quantization-aware: nothing keeps its values in " +
        RangeText(*worst.representable_min, *worst.representable_max) +
        ". The float model has no FAKE_QUANT operators, and values go beyond that range in " +
        std::to_string(beyond) + " of " + std::to_string(rows.size()) +
        " tensors that have it, most at " + TensorText(worst.tensor) + " (" +
        RangeText(worst.reference_min, worst.reference_max) + ", " +
        FormatFixed(Clipped(worst) * 100, 1) + " % of the values).";
    finding.evidence = {{"fake_quant_operators", 0, "operators", Direction::kNeutral,
                         static_cast<int64_t>(reference->main().ops.size())},
                        {"tensors_beyond", static_cast<double>(beyond), "tensors",
                         Direction::kLowerIsBetter, static_cast<int64_t>(rows.size())},
                        ClippedShare(worst)};
    finding.fix =
        "Take the ranges from data (`quantgate calibrate`, `quantgate quantize --ranges`), "
        "quantize the weights alone (`quantgate quantize --scheme dynamic-range`), or train with "
        "FAKE_QUANT, whose ranges `quantgate quantize` takes over.";
    findings.push_back(std::move(finding));
  }
}

void LookRangeClipped(const FindingContext& context, std::vector<Finding>& findings) {
  const TensorError* worst = nullptr;
  double worst_loss = 0;
  int64_t count = 0;
  for (const TensorError& row : context.variant.tensors) {
    if (row.op_index < 0 || Clipped(row) <= kClippedShare || !ClipsBeyondRounding(row)) continue;
    if (IsShifted(row) || HasDummyRange(context, row)) continue;
    ++count;
    // Operators that pass parameters on (pools, reshapes) clip with the range of another.
    const TensorError* owner = OwnerRow(context, row);
    const TensorError& here = owner != nullptr ? *owner : row;
    const OpEvidence* op = EvidenceOf(context, here.op_index);
    const double loss = op != nullptr && op->signal > 0 ? op->clipping_mse / op->signal : 0;
    if (worst != nullptr &&
        (loss < worst_loss || (loss == worst_loss && Clipped(here) <= Clipped(*worst)))) {
      continue;
    }
    worst = &here;
    worst_loss = loss;
  }
  if (worst == nullptr) return;
  Finding finding = MakeFinding("QG004", context);
  finding.severity = SeverityOfClipping(context, *worst);
  finding.tensor = worst->tensor;
  finding.op_index = worst->op_index;
  finding.message =
      "Values are clipped at " + std::to_string(count) + (count == 1 ? " tensor" : " tensors") +
      ", most at " + TensorText(worst->tensor) + ": " + FormatFixed(Clipped(*worst) * 100, 2) +
      " % lie outside " + FormatReal(*worst->representable_min) + ".." +
      FormatReal(*worst->representable_max) + " (observed " + FormatReal(worst->reference_min) +
      ".." + FormatReal(worst->reference_max) + ").";
  finding.evidence = {{"clipped_low_share", worst->clipped_low_share.value_or(0), "share",
                       Direction::kLowerIsBetter, worst->elements * worst->samples},
                      {"clipped_high_share", worst->clipped_high_share.value_or(0), "share",
                       Direction::kLowerIsBetter, worst->elements * worst->samples}};
  finding.fix = "Widen the range of " + TensorText(worst->tensor) + " to what is observed.";
  findings.push_back(std::move(finding));
}

}  // namespace quantgate
