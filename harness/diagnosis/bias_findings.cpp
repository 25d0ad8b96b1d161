// Whether the variant's biases are the reference's, in the units kernels add them in.
#include <algorithm>
#include <cmath>

#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"

namespace quantgate {
namespace {

// A bias is off when it differs by more than this share of an output step: rounding it, or adding a
// correction of the mean, costs less or is worth it.
constexpr double kStepsOff = 0.5;
constexpr double kCodesOff = 2.0;
constexpr double kShareOff = 0.05;
constexpr double kTwoTo32 = 4294967296.0;

struct BiasVerdict {
  std::vector<size_t> off;  // channels
  size_t worst = 0;
  double worst_steps = 0;
  int64_t wrapped = 0;
  double ratio = 0;  // sum(v r) / sum(r^2) over the channels
  bool is_ratio = false;
};

BiasVerdict Judge(const OpEvidence& op) {
  const BiasEvidence& bias = *op.bias;
  BiasVerdict verdict;
  double vr = 0;
  double rr = 0;
  double vv = 0;
  for (size_t c = 0; c < bias.reference.size(); ++c) {
    const double r = bias.reference[c];
    const double v = bias.variant[c];
    vr += v * r;
    rr += r * r;
    vv += v * v;
    const double off = std::abs(v - r);
    if (off <= kCodesOff * bias.unit[c] || off <= kStepsOff * op.scale ||
        off <= kShareOff * std::abs(r)) {
      continue;
    }
    verdict.off.push_back(c);
    const double turns = off / bias.unit[c] / kTwoTo32;
    if (std::round(turns) >= 1 && std::abs(turns - std::round(turns)) < 1e-3) ++verdict.wrapped;
    if (off / op.scale > verdict.worst_steps) {
      verdict.worst_steps = off / op.scale;
      verdict.worst = c;
    }
  }
  if (rr > 0 && vv > 0) {
    verdict.ratio = vr / rr;
    verdict.is_ratio = vr * vr / (rr * vv) > 0.999;
  }
  return verdict;
}

Finding Describe(const FindingContext& context, const OpEvidence& op, const BiasVerdict& verdict,
                 std::string_view id) {
  const BiasEvidence& bias = *op.bias;
  Finding finding = MakeFinding(id, context);
  finding.severity = SeverityOfDefect(context, op);
  finding.tensor = bias.name;
  finding.op_index = op.variant_op;
  finding.message = "The bias " + TensorText(bias.name) + " (" + PlaceOf(op) + ") is off in " +
                    std::to_string(verdict.off.size()) + " of " +
                    std::to_string(bias.reference.size()) + " channels; most in channel " +
                    std::to_string(verdict.worst) + ": " + FormatReal(bias.variant[verdict.worst]) +
                    " where the reference has " + FormatReal(bias.reference[verdict.worst]) + ", " +
                    FormatFixed(verdict.worst_steps, 1) + " steps of the output";
  const auto channels = static_cast<int64_t>(bias.reference.size());
  finding.evidence = {
      {"channels_off", static_cast<double>(verdict.off.size()), "channels",
       Direction::kLowerIsBetter, channels},
      {"largest_error", verdict.worst_steps, "output steps", Direction::kLowerIsBetter, channels},
      {"excess_db", op.excess_db, "dB", Direction::kLowerIsBetter, op.values}};
  return finding;
}

bool IsJudged(const OpEvidence& op) {
  return op.bias && (!op.weights || WeightsAreSound(*op.weights));
}

}  // namespace

void LookBiasWrong(const FindingContext& context, std::vector<Finding>& findings) {
  if (context.ops == nullptr) return;
  for (const OpEvidence& op : context.ops->ops) {
    if (!IsJudged(op)) continue;
    const BiasVerdict verdict = Judge(op);
    if (verdict.off.empty() || op.bias->saturated > 0 || verdict.wrapped > 0) continue;
    Finding finding = Describe(context, op, verdict, "QG024");
    const bool scaled = verdict.is_ratio && std::abs(verdict.ratio - 1) > kShareOff;
    if (scaled) {
      finding.message +=
          ". All are " + FormatReal(verdict.ratio) + " times the reference's: the scale is wrong";
    }
    finding.message += ".";
    finding.fix = "Quantize the bias with input scale x weight scale, channel by channel.";
    findings.push_back(std::move(finding));
  }
}

void LookBiasOverflow(const FindingContext& context, std::vector<Finding>& findings) {
  if (context.ops == nullptr) return;
  for (const OpEvidence& op : context.ops->ops) {
    if (!IsJudged(op)) continue;
    const BiasVerdict verdict = Judge(op);
    const int64_t bad = op.bias->saturated + verdict.wrapped;
    if (verdict.off.empty() || bad == 0) continue;
    Finding finding = Describe(context, op, verdict, "QG025");
    finding.message += "; " + std::to_string(bad) + " did not fit int32 and " +
                       (verdict.wrapped > 0 ? "wrapped around." : "stopped at its end.");
    finding.fix = "Widen the weight scale of these channels until the bias fits in half of int32.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace quantgate
