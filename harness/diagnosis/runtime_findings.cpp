// Whether another runtime computes what the model says: findings against the runtime, not the
// model.
#include <algorithm>

#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"

namespace quantgate {
namespace {

// Rounding rules differ by one code; a fast exponential or a reordered float sum before a rounding
// by two. An operator whose inputs are equal and whose output is further off computes something
// else.
constexpr double kLargestRoundingCodes = 2.0;

// The first operator that goes wrong by itself: equal inputs, an output too far off.
const CodeDifference* FirstMisrun(const DriftReport& drift) {
  for (const CodeDifference& row : drift.tensors) {
    const bool codes = row.dtype != DType::kFloat32 && row.dtype != DType::kFloat16;
    if (codes && row.different > 0 && row.inputs_equal && row.largest > kLargestRoundingCodes) {
      return &row;
    }
  }
  return nullptr;
}

std::string Share(const CodeDifference& row) {
  return std::to_string(row.different) + " of " + std::to_string(row.elements) + " elements";
}

std::vector<MetricValue> Evidence(const CodeDifference& row, const DriftReport& drift) {
  std::vector<MetricValue> evidence = {
      {"different_share",
       static_cast<double>(row.different) / static_cast<double>(std::max<int64_t>(row.elements, 1)),
       "share", Direction::kLowerIsBetter, row.elements},
      {"largest_difference", row.largest, "codes", Direction::kLowerIsBetter, row.elements}};
  if (drift.arg_max_flips) {
    evidence.push_back({"arg_max_flips", static_cast<double>(*drift.arg_max_flips), "samples",
                        Direction::kLowerIsBetter, drift.samples});
  }
  return evidence;
}

}  // namespace

void LookRuntimeMisruns(const FindingContext& context, std::vector<Finding>& findings) {
  if (!context.variant.drift) return;
  const DriftReport& drift = *context.variant.drift;
  const CodeDifference* row = FirstMisrun(drift);
  if (row == nullptr) return;
  Finding finding = MakeFinding("QG010", context);
  finding.severity = Severity::kError;
  finding.tensor = row->tensor;
  finding.op_index = row->op_index;
  finding.message =
      drift.second + " mis-runs " + row->op_type + " (op " + std::to_string(row->op_index) +
      "): fed the same codes, " + Share(*row) + " of " + TensorText(row->tensor) +
      " differ, by up to " + FormatFixed(row->largest, 0) + " codes; the first at sample " +
      std::to_string(row->first_sample) + ", element " + std::to_string(row->first_element) + ": " +
      FormatFixed(row->second_value, 0) + " where the model says " +
      FormatFixed(row->first_value, 0) + ". The runtime is to blame, not the model.";
  finding.evidence = Evidence(*row, drift);
  const OpNode& op = context.model.main().ops[static_cast<size_t>(row->op_index)];
  const bool per_channel_dense =
      op.code == OpCode::kFULLY_CONNECTED && op.inputs.size() > 1 && op.inputs[1] >= 0 &&
      context.model.main().tensors[static_cast<size_t>(op.inputs[1])].quant.per_axis();
  finding.fix =
      per_channel_dense
          ? "Quantize the dense weights per tensor, or use a newer runtime: this one reads "
            "the first scale of per-channel dense weights for every channel."
          : "Use another version of the runtime, or keep this operator in float.";
  findings.push_back(std::move(finding));
}

void LookRuntimeDiffers(const FindingContext& context, std::vector<Finding>& findings) {
  if (!context.variant.drift || FirstMisrun(*context.variant.drift) != nullptr) return;
  const DriftReport& drift = *context.variant.drift;
  const CodeDifference* first = drift.First();
  if (first == nullptr) return;
  const CodeDifference& worst =
      *std::max_element(drift.tensors.begin(), drift.tensors.end(),
                        [](const auto& a, const auto& b) { return a.largest < b.largest; });
  const bool is_float = first->dtype == DType::kFloat32;
  Finding finding = MakeFinding("QG011", context);
  finding.severity = drift.arg_max_flips.value_or(0) > 0 ? Severity::kWarning : Severity::kNote;
  finding.tensor = first->tensor;
  finding.op_index = first->op_index;
  finding.message = drift.first + " and " + drift.second + " first differ at " +
                    TensorText(first->tensor) + " (op " + std::to_string(first->op_index) + ", " +
                    first->op_type + "): " + Share(*first) + ", by up to " +
                    FormatReal(first->largest) + (is_float ? "" : " codes") +
                    "; the largest difference, " + FormatReal(worst.largest) + ", is at " +
                    TensorText(worst.tensor) + ".";
  if (drift.arg_max_flips) {
    finding.message += " " + std::to_string(*drift.arg_max_flips) + " of " +
                       std::to_string(drift.samples) + " predictions flip.";
  }
  finding.evidence = Evidence(*first, drift);
  finding.fix = "Judge the model under the runtime it will be shipped with.";
  findings.push_back(std::move(finding));
}

}  // namespace quantgate
