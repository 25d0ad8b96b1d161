// What the results as a whole tell.
#include <algorithm>

#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"
#include "harness/diagnosis/guilty_ops.h"

namespace quantgate {
namespace {

constexpr double kConstantShare = 0.9;

std::string JoinFirst(const std::vector<std::string>& names, size_t limit) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), limit); ++i) {
    text += (i == 0 ? "" : ", ") + TensorText(names[i]);
  }
  if (names.size() > limit) text += ", ...";
  return text;
}

// Where to look for the cause of what happens at an operator, or at the graph's input.
std::string WhereToLook(int op_index) {
  return op_index >= 0 ? "Start the search for a cause at this operator."
                       : "Look at what the model is fed: the input's type, scale and zero point, "
                         "and the preprocessing.";
}

// How much is lost at the first of them; of the input, which computes nothing, how much is left.
MetricValue LossAt(const FindingContext& context, const GuiltyOp& first) {
  const TensorError* input = first.op_index < 0 ? InputRow(context.variant) : nullptr;
  if (input != nullptr && input->sqnr_db) {
    return {"sqnr_db", *input->sqnr_db, "dB", Direction::kHigherIsBetter,
            input->elements * input->samples};
  }
  const OpEvidence* const op = EvidenceOf(context, first.op_index);
  return {"excess_db", first.excess_db, "dB", Direction::kLowerIsBetter,
          op != nullptr ? op->values : 0};
}

// The operators whose own error is beyond what quantization has to cost.
void ReportGuilty(const FindingContext& context, const std::vector<GuiltyOp>& guilty,
                  std::vector<Finding>& findings) {
  const GuiltyOp& first = guilty.front();
  Finding finding = MakeFinding("QG007", context);
  finding.severity = Severity::kNote;
  finding.tensor = first.tensor;
  finding.op_index = first.op_index;
  if (first.op_index < 0) {
    finding.message =
        "The signal is lost before the first operator: at the input " + TensorText(first.tensor);
  } else {
    finding.message = "Most to blame is op " + std::to_string(first.op_index) + ", " +
                      first.op_type + " " + TensorText(first.tensor) +
                      ": fed what it should be fed, its error is " +
                      FormatFixed(first.excess_db, 1) + " dB above what rounding costs";
  }
  for (size_t i = 1; i < std::min<size_t>(guilty.size(), 3); ++i) {
    finding.message += (i == 1 ? "; then op " : ", op ") + std::to_string(guilty[i].op_index) +
                       ", " + guilty[i].op_type + " (" + FormatFixed(guilty[i].excess_db, 1) +
                       " dB)";
  }
  finding.message += ".";
  finding.evidence = {
      LossAt(context, first),
      {"guilty_operators", static_cast<double>(guilty.size()), "operators",
       Direction::kLowerIsBetter, static_cast<int64_t>(context.variant.tensors.size())}};
  const OpEvidence* const op = EvidenceOf(context, first.op_index);
  finding.fix =
      op != nullptr && ErrsByClipping(*op) ? ClippingFix(*op) : WhereToLook(finding.op_index);
  findings.push_back(std::move(finding));
}

}  // namespace

void LookConstantPrediction(const FindingContext& context, std::vector<Finding>& findings) {
  const Confusion& confusion = context.variant.confusion;
  if (confusion.classes < 2) return;
  const auto side = static_cast<size_t>(confusion.classes);
  std::vector<int64_t> predicted(side, 0);
  std::vector<int64_t> labelled(side, 0);
  int64_t total = 0;
  for (size_t i = 0; i < confusion.counts.size(); ++i) {
    predicted[i % side] += confusion.counts[i];
    labelled[i / side] += confusion.counts[i];
    total += confusion.counts[i];
  }
  const auto top = std::max_element(predicted.begin(), predicted.end());
  const auto label_top = std::max_element(labelled.begin(), labelled.end());
  const auto share = [&](int64_t count) {
    return total > 0 ? static_cast<double>(count) / static_cast<double>(total) : 0.0;
  };
  if (share(*top) < kConstantShare || share(*label_top) >= kConstantShare) return;
  Finding finding = MakeFinding("QG006", context);
  finding.severity = SeverityByEffect(context.variant, Severity::kWarning);
  const auto answer = std::to_string(top - predicted.begin());
  finding.message = "The answer is class " + answer + " for " + FormatFixed(share(*top) * 100, 1) +
                    " % of the samples, whatever the input.";
  finding.evidence = {
      {"most_frequent_answer", share(*top), "share", Direction::kLowerIsBetter, total}};
  finding.fix = "Look at the input contract first, then at the layer where the signal is lost.";
  findings.push_back(std::move(finding));
}

void LookWorstLayer(const FindingContext& context, std::vector<Finding>& findings) {
  const std::vector<GuiltyOp> guilty = RankGuilt(context);
  if (!guilty.empty()) return ReportGuilty(context, guilty, findings);
  if (!LostAccuracy(context.variant)) return;
  const TensorError* worst = nullptr;
  double worst_fall = 0;
  // A perfectly quantized 8-bit signal has about 50 dB; what is above cannot be lost in a way that
  // matters.
  constexpr double kBestDb = 50.0;
  double before = kBestDb;
  for (const TensorError& row : context.variant.tensors) {
    if (!row.sqnr_db) continue;
    const double fall = before - std::min(*row.sqnr_db, kBestDb);
    if (fall > worst_fall) {
      worst_fall = fall;
      worst = &row;
    }
    before = std::min(*row.sqnr_db, kBestDb);
  }
  if (worst == nullptr) return;
  Finding finding = MakeFinding("QG007", context);
  finding.severity = Severity::kNote;
  finding.tensor = worst->tensor;
  finding.op_index = worst->op_index;
  const std::string where = worst->op_index < 0
                                ? "the graph's input"
                                : "op " + std::to_string(worst->op_index) + ", " + worst->op_type;
  finding.message = "The signal loses most at " + TensorText(worst->tensor) + " (" + where +
                    "): SQNR falls by " + FormatFixed(worst_fall, 1) + " dB to " +
                    FormatFixed(*worst->sqnr_db, 1) + " dB there.";
  finding.evidence = {{"sqnr_db", *worst->sqnr_db, "dB", Direction::kHigherIsBetter,
                       worst->elements * worst->samples},
                      {"sqnr_fall_db", worst_fall, "dB", Direction::kLowerIsBetter,
                       worst->elements * worst->samples}};
  finding.fix = WhereToLook(finding.op_index);
  findings.push_back(std::move(finding));
}

void LookNonFinite(const FindingContext& context, std::vector<Finding>& findings) {
  for (const TensorError& row : context.variant.tensors) {
    if (row.non_finite == 0) continue;
    Finding finding = MakeFinding("QG008", context);
    finding.severity = Severity::kError;
    finding.tensor = row.tensor;
    finding.op_index = row.op_index;
    finding.message =
        std::to_string(row.non_finite) + " values of " + TensorText(row.tensor) +
        " are NaN or infinite, here or in the reference; it is the first such tensor.";
    finding.evidence = {{"non_finite", static_cast<double>(row.non_finite), "values",
                         Direction::kLowerIsBetter, row.elements * row.samples}};
    finding.fix = "Look at the operator that makes this tensor and at the data it is fed.";
    findings.push_back(std::move(finding));
    return;
  }
}

void LookUnmatched(const FindingContext& context, std::vector<Finding>& findings) {
  const VariantResult& variant = context.variant;
  if (variant.unmatched_tensors.empty() && variant.unmatched_reference_tensors.empty()) return;
  Finding finding = MakeFinding("QG009", context);
  finding.severity = Severity::kNote;
  finding.message = std::to_string(variant.unmatched_tensors.size()) + " tensors of the variant (" +
                    JoinFirst(variant.unmatched_tensors, 3) + ") and " +
                    std::to_string(variant.unmatched_reference_tensors.size()) +
                    " of the reference (" + JoinFirst(variant.unmatched_reference_tensors, 3) +
                    ") have no partner and were not compared.";
  finding.evidence = {
      {"unmatched", static_cast<double>(variant.unmatched_tensors.size()), "tensors",
       Direction::kLowerIsBetter,
       static_cast<int64_t>(variant.tensors.size() + variant.unmatched_tensors.size())}};
  finding.fix = "Keep tensor names through conversion.";
  findings.push_back(std::move(finding));
}

}  // namespace quantgate
