// Whether the codes of an activation are spent where its values are.
#include <algorithm>
#include <cmath>

#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"
#include "reference/ops/ties.h"

namespace quantgate {
namespace {

// Two of eight bits wasted. Calibration and test data differ by less than a factor of two.
constexpr double kTooWide = 4.0;
// A tie that wastes one bit is worth a word, three are a defect.
constexpr double kTieWide = 2.0;
constexpr double kTieCostly = 8.0;
// 0.1 % of the values take seven eighths of the codes.
constexpr double kOutliers = 8.0;

double ObservedWidth(const TensorError& row) {
  return std::max(row.reference_max, 0.0) - std::min(row.reference_min, 0.0);
}

double Excess(const TensorError& row) {
  const double observed = ObservedWidth(row);
  if (!row.representable_min || !row.representable_max || !(observed > 0)) return 0;
  return (*row.representable_max - *row.representable_min) / observed;
}

// The row of a tensor whose parameters its own operator decides; null for others, and for dummy
// ranges, which are a finding of their own.
const TensorError* OwnRow(const FindingContext& context, const OpEvidence& op) {
  if (op.fixed_output || OwnerOf(context.model.main(), op.tensor_index) != op.variant_op) {
    return nullptr;
  }
  const TensorError* row = RowOfTensor(context.variant, op.tensor_index);
  return row != nullptr && HasDummyRange(context, *row) ? nullptr : row;
}

std::string RangesOf(const TensorError& row) {
  return "its codes express " + FormatReal(*row.representable_min) + ".." +
         FormatReal(*row.representable_max) + ", it takes " + FormatReal(row.reference_min) + ".." +
         FormatReal(row.reference_max);
}

Finding Describe(std::string_view id, const FindingContext& context, const OpEvidence& op,
                 const TensorError& row) {
  Finding finding = MakeFinding(id, context);
  finding.tensor = row.tensor;
  finding.op_index = op.variant_op;
  finding.evidence = {
      {"width_ratio", Excess(row), "", Direction::kLowerIsBetter, row.elements * row.samples},
      {"excess_db", op.excess_db, "dB", Direction::kLowerIsBetter, op.values}};
  return finding;
}

}  // namespace

void LookRangeTooWide(const FindingContext& context, std::vector<Finding>& findings) {
  if (context.ops == nullptr) return;
  for (const OpEvidence& op : context.ops->ops) {
    const TensorError* row = OwnRow(context, op);
    if (row == nullptr || Excess(*row) < kTooWide) continue;
    if (TieOf(context.model.main(), op.tensor_index) >= 0) continue;
    Finding finding = Describe("QG020", context, op, *row);
    finding.severity = SeverityOfDefect(context, op);
    finding.message = "The range of " + TensorText(row->tensor) + " (" + PlaceOf(op) + ") is " +
                      FormatFixed(Excess(*row), 1) + " times too wide: " + RangesOf(*row) + "; " +
                      FormatFixed(std::log2(Excess(*row)), 1) + " bits are wasted.";
    finding.fix = "Calibrate the range of " + TensorText(row->tensor) + " on real samples.";
    findings.push_back(std::move(finding));
  }
}

bool IsShifted(const TensorError& row) {
  // The width fits and the place does not: as much is missing on one side as is spare on the other.
  constexpr double kMisplaced = 0.05;
  constexpr double kNarrowest = 0.6;
  if (!row.representable_min || !row.representable_max) return false;
  const double width = *row.representable_max - *row.representable_min;
  const double observed = ObservedWidth(row);
  if (!(width > 0) || observed > width / kNarrowest) return false;
  const double below = *row.representable_min - std::min(row.reference_min, 0.0);
  const double above = std::max(row.reference_max, 0.0) - *row.representable_max;
  const double missing = std::max(below, above);
  const double spare = -std::min(below, above);
  return missing > kMisplaced * width && spare > kMisplaced * width && width - observed < spare;
}

void LookZeroPointWrong(const FindingContext& context, std::vector<Finding>& findings) {
  if (context.ops == nullptr) return;
  for (const OpEvidence& op : context.ops->ops) {
    const TensorError* row = OwnRow(context, op);
    if (row == nullptr || !IsShifted(*row)) continue;
    Finding finding = Describe("QG022", context, op, *row);
    finding.severity = SeverityOfDefect(context, op);
    finding.message = "The zero point of " + TensorText(row->tensor) + " (" + PlaceOf(op) + "), " +
                      std::to_string(row->zero_point.value_or(0)) +
                      ", is wrong: " + RangesOf(*row) + ": wide enough, in the wrong place.";
    finding.fix = "Set it to round(code_min - min / scale), min being the lowest value observed.";
    findings.push_back(std::move(finding));
  }
}

void LookOutliers(const FindingContext& context, std::vector<Finding>& findings) {
  if (context.ops == nullptr) return;
  for (const OpEvidence& op : context.ops->ops) {
    const TensorError* row = OwnRow(context, op);
    const double narrow = op.narrow_max - op.narrow_min;
    const double full = op.observed_max - op.observed_min;
    if (row == nullptr || !(narrow > 0) || full < kOutliers * narrow) continue;
    if (op.representable_max - op.representable_min < full / 2) continue;  // they were cut already
    Finding finding = Describe("QG021", context, op, *row);
    finding.severity = SeverityOfLayer(context.variant, Severity::kNote);
    finding.message = "Outliers set the range of " + TensorText(row->tensor) + " (" + PlaceOf(op) +
                      "): 99.9 % of its values lie in " + FormatReal(op.narrow_min) + ".." +
                      FormatReal(op.narrow_max) + ", its codes reach " +
                      FormatReal(op.representable_min) + ".." + FormatReal(op.representable_max) +
                      ".";
    finding.evidence.push_back(
        {"outlier_ratio", full / narrow, "", Direction::kLowerIsBetter, op.values});
    finding.fix = "Calibrate this tensor with a percentile or mean-square-error estimator.";
    findings.push_back(std::move(finding));
  }
}

void LookSameScale(const FindingContext& context, std::vector<Finding>& findings) {
  if (context.ops == nullptr) return;
  const Subgraph& graph = context.model.main();
  for (const OpEvidence& op : context.ops->ops) {
    const TensorError* row = OwnRow(context, op);
    if (row == nullptr || Excess(*row) < kTieWide) continue;
    const int tie = TieOf(graph, op.tensor_index);
    if (tie < 0) continue;
    Finding finding = Describe("QG026", context, op, *row);
    finding.severity = Excess(*row) < kTieCostly
                           ? Severity::kNote
                           : SeverityOfLayer(context.variant, Severity::kWarning);
    finding.message = graph.ops[static_cast<size_t>(tie)].type_name() + " (op " +
                      std::to_string(tie) + ") forces one scale on its inputs, and " +
                      TensorText(row->tensor) + " (" + PlaceOf(op) + ") loses " +
                      FormatFixed(std::log2(Excess(*row)), 1) + " bits to it: " + RangesOf(*row) +
                      ".";
    finding.fix =
        "Bring the inputs to similar ranges, requantize them before the operator, or keep "
        "it at 16 bits.";
    findings.push_back(std::move(finding));
  }
}

void LookFixedOutput(const FindingContext& context, std::vector<Finding>& findings) {
  constexpr double kPoorDb = 15.0;
  constexpr double kPoints = 0.5;
  if (context.ops == nullptr) return;
  double points = 0;
  if (context.attribution != nullptr) {
    for (const LossSource& source : context.attribution->sources) {
      if (source.name == "fixed-outputs") points = source.points;
    }
  }
  for (const OpEvidence& op : context.ops->ops) {
    if (!op.fixed_output || !(op.signal > 0)) continue;
    const double sqnr_db = 10 * std::log10(op.signal / std::max(op.own_mse, 1e-30));
    if (sqnr_db >= kPoorDb && points < kPoints) continue;
    Finding finding = MakeFinding("QG027", context);
    finding.severity =
        points >= kPoints ? SeverityOfLayer(context.variant, Severity::kWarning) : Severity::kNote;
    finding.tensor = op.tensor;
    finding.op_index = op.variant_op;
    finding.message =
        "The spec fixes the output of " + op.op_type + " at steps of " + FormatReal(op.scale) +
        "; of " + TensorText(op.tensor) + ", with a root mean square of " +
        FormatReal(std::sqrt(op.signal)) + ", " + FormatFixed(sqnr_db, 1) + " dB are left" +
        (points >= kPoints ? ", which costs " + FormatFixed(points, 2) + " points" : "") + ".";
    finding.evidence = {{"own_sqnr_db", sqnr_db, "dB", Direction::kHigherIsBetter, op.values},
                        {"points", points, "points", Direction::kLowerIsBetter, op.values}};
    finding.fix = "Rank by the logits before it, or keep the operator in float.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace quantgate
