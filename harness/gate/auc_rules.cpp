#include "harness/gate/rule_families.h"

namespace quantgate {
namespace {

constexpr double kPercent = 100;

// Of one sample's part in a number with this standard error over `n` samples, in percent squared.
double VarianceOfOne(double standard_error, int64_t n) {
  const double percent = standard_error * kPercent;
  return percent * percent * static_cast<double>(n);
}

}  // namespace

RuleResult JudgeMinAuc(const RuleDef& rule, const std::string& target, const Limit& limit,
                       const VariantResult& variant) {
  if (!variant.auc) return NotMeasured(rule, target, limit, "AUC");
  const Auc& auc = *variant.auc;
  // That the limit is kept speaks for a small limit - AUC.
  const LimitTest test = TestNormalAtMost(limit.value / kPercent - auc.value, auc.standard_error);
  return CompareWithConfidence(rule, target, limit, {"AUC", auc.value * kPercent, false}, test,
                               VarianceOfOne(auc.standard_error, auc.normal + auc.anomalous));
}

RuleResult JudgeMaxAucDrop(const RuleDef& rule, const std::string& target, const Limit& limit,
                           const VariantResult& variant) {
  if (!variant.auc || !variant.auc_drop) return NotMeasured(rule, target, limit, "AUC drop");
  const AucDrop& drop = *variant.auc_drop;
  const LimitTest test = TestNormalAtMost(drop.value - limit.value / kPercent, drop.standard_error);
  return CompareWithConfidence(
      rule, target, limit, {"AUC drop", drop.value * kPercent, true}, test,
      VarianceOfOne(drop.standard_error, variant.auc->normal + variant.auc->anomalous));
}

}  // namespace quantgate
