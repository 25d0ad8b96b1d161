#include <algorithm>
#include <cmath>

#include "harness/gate/rule_families.h"
#include "harness/results/tensor_rows.h"

namespace quantgate {
namespace {

bool IsAbout(const std::string& target, const TensorError& tensor) {
  return target == "*" || tensor.tensor == target || tensor.reference_tensor == target;
}

// What was measured, but is no finite number; `observed` is infinite.
RuleResult Decided(RuleResult result, double observed, Verdict verdict, std::string explanation) {
  result.observed = observed;
  result.verdict = verdict;
  result.explanation = std::move(explanation);
  return result;
}

std::string NotFinite(const TensorError& row) {
  return std::to_string(row.non_finite) + " values of '" + row.tensor + "' are NaN or infinite";
}

// A tensor without error passes any limit; without a signal, or with values that are not finite, it
// passes none.
RuleResult JudgeSqnr(const RuleDef& rule, const std::string& target, const Limit& limit,
                     const TensorError& row) {
  const double sqnr_db = JudgedSqnrDb(row);
  const std::string at = "'" + row.tensor + "'";
  if (std::isfinite(sqnr_db)) {
    return ComparePoint(rule, target, limit, {"SQNR at " + at, sqnr_db, false});
  }
  const RuleResult result = NotMeasured(rule, target, limit, "SQNR at " + at);
  if (sqnr_db > 0) return Decided(result, sqnr_db, Verdict::kPass, "no error at " + at);
  return Decided(result, sqnr_db, Verdict::kFail,
                 row.non_finite > 0 ? NotFinite(row)
                                    : at + " is not 0 as in the reference: no signal, all error");
}

}  // namespace

RuleResult JudgeMinSqnr(const RuleDef& rule, const std::string& target, const Limit& limit,
                        const VariantResult& variant) {
  const TensorError* worst = nullptr;
  for (const TensorError& row : variant.tensors) {
    if (!IsAbout(target, row) || row.samples == 0) continue;
    if (worst == nullptr || JudgedSqnrDb(row) < JudgedSqnrDb(*worst)) worst = &row;
  }
  if (worst == nullptr) return NotMeasured(rule, target, limit, "SQNR at '" + target + "'");
  return JudgeSqnr(rule, target, limit, *worst);
}

RuleResult JudgeMinOutputSqnr(const RuleDef& rule, const std::string& target, const Limit& limit,
                              const VariantResult& variant) {
  const TensorError* const worst = WorstOutput(variant);
  if (worst == nullptr) return NotMeasured(rule, target, limit, "SQNR at the outputs");
  return JudgeSqnr(rule, target, limit, *worst);
}

RuleResult JudgeMaxOutputError(const RuleDef& rule, const std::string& target, const Limit& limit,
                               const VariantResult& variant) {
  const TensorError* const worst = OutputOfLargestError(variant);
  RuleResult missing = NotMeasured(rule, target, limit, "the error of the outputs");
  if (worst == nullptr) return missing;
  if (worst->non_finite > 0)
    return Decided(std::move(missing), JudgedMaxError(*worst), Verdict::kFail, NotFinite(*worst));
  return ComparePoint(rule, target, limit,
                      {"error at '" + worst->tensor + "' up to", worst->max_abs_error, true});
}

RuleResult JudgeMaxSaturation(const RuleDef& rule, const std::string& target, const Limit& limit,
                              const VariantResult& variant) {
  const TensorError* worst = nullptr;
  double worst_percent = 0;
  for (const TensorError& tensor : variant.tensors) {
    if (!IsAbout(target, tensor) || tensor.samples == 0 || !tensor.clipped_share()) continue;
    const double percent = *tensor.clipped_share() * 100;
    if (worst != nullptr && percent <= worst_percent) continue;
    worst = &tensor;
    worst_percent = percent;
  }
  if (worst == nullptr) {
    return NotMeasured(rule, target, limit, "the share of clipped values at '" + target + "'");
  }
  return ComparePoint(rule, target, limit,
                      {"values clipped at '" + worst->tensor + "':", worst_percent, true});
}

}  // namespace quantgate
