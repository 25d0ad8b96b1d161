#include "harness/gate/rule_families.h"

namespace quantgate {
namespace {

bool IsAbout(const std::string& target, const TensorError& tensor) {
  return target == "*" || tensor.tensor == target || tensor.reference_tensor == target;
}

}  // namespace

// An error-free tensor has no finite SQNR and passes any threshold.
RuleResult JudgeMinSqnr(const RuleDef& rule, const std::string& target, const Limit& limit,
                        const VariantResult& variant) {
  const TensorError* worst = nullptr;
  bool found = false;
  for (const TensorError& tensor : variant.tensors) {
    if (!IsAbout(target, tensor)) continue;
    found = found || tensor.samples > 0;
    if (tensor.sqnr_db && (worst == nullptr || *tensor.sqnr_db < *worst->sqnr_db)) worst = &tensor;
  }
  if (worst != nullptr) {
    return ComparePoint(rule, target, limit,
                        {"SQNR at '" + worst->tensor + "'", *worst->sqnr_db, false});
  }
  RuleResult result = NotMeasured(rule, target, limit, "SQNR at '" + target + "'");
  if (found) {
    result.verdict = Verdict::kPass;
    result.explanation = "no error at '" + target + "'";
  }
  return result;
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
