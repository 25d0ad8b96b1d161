#include <algorithm>
#include <functional>

#include "harness/gate/rule_families.h"

namespace quantgate {
namespace {

double Share(int64_t count, int64_t n) {
  return static_cast<double>(count) / static_cast<double>(n);
}

// Judges the class that `target` names, or, for "*", every class that has samples; the result is
// that of the class which breaks the limit most clearly. Its p-values count all classes: broken
// must hold after Bonferroni's correction, kept must hold for each.
RuleResult JudgeClasses(
    const RuleDef& rule, const std::string& target, const Limit& limit,
    const VariantResult& variant, const std::string& what,
    const std::function<RuleResult(const ClassResult&, const Limit&, const std::string&)>& judge) {
  std::vector<const ClassResult*> rows;
  for (const ClassResult& row : variant.classes) {
    if (row.n > 0 && (target == "*" || target == std::to_string(row.label))) rows.push_back(&row);
  }
  if (rows.empty()) return NotMeasured(rule, target, limit, what + " of class " + target);
  Limit strict = limit;
  const auto count = static_cast<double>(rows.size());
  if (limit.confidence) strict.confidence = 1 - (1 - *limit.confidence) / count;
  const auto weight = [](Verdict verdict) {
    return verdict == Verdict::kFail ? 2 : verdict == Verdict::kInconclusive ? 1 : 0;
  };
  const double sign = rule.name.starts_with("max") ? 1 : -1;
  const auto breach = [&](const RuleResult& result) { return sign * *result.observed; };
  std::optional<RuleResult> worst;
  double p_broken = 0;
  for (const ClassResult* row : rows) {
    const std::string name = what + " of class " + std::to_string(row->label);
    RuleResult result = judge(*row, limit, name);
    p_broken = std::max(p_broken, result.p_broken.value_or(0));
    if (limit.confidence && result.verdict == Verdict::kFail) result = judge(*row, strict, name);
    const bool worse =
        !worst || weight(result.verdict) > weight(worst->verdict) ||
        (weight(result.verdict) == weight(worst->verdict) &&
         (result.p_kept ? *result.p_kept < *worst->p_kept : breach(result) > breach(*worst)));
    if (worse) worst = std::move(result);
  }
  worst->target = target;
  if (limit.confidence) {
    worst->confidence = limit.confidence;
    worst->p_kept = std::min(1.0, *worst->p_kept * count);
    worst->p_broken = p_broken;
  }
  return *worst;
}

}  // namespace

RuleResult JudgeMaxClassDrop(const RuleDef& rule, const std::string& target, const Limit& limit,
                             const VariantResult& variant) {
  return JudgeClasses(
      rule, target, limit, variant, "accuracy drop",
      [&](const ClassResult& row, const Limit& asked, const std::string& what) {
        const double drop = Share(row.lost - row.gained, row.n);
        const double variance = (Share(row.lost + row.gained, row.n) - drop * drop) * 1e4;
        return CompareWithConfidence(rule, target, asked, {what, drop * 100, true},
                                     TestDropAtMost(row.lost, row.gained, row.n, asked.value / 100),
                                     variance);
      });
}

RuleResult JudgeMinClassRecall(const RuleDef& rule, const std::string& target, const Limit& limit,
                               const VariantResult& variant) {
  return JudgeClasses(rule, target, limit, variant, "recall",
                      [&](const ClassResult& row, const Limit& asked, const std::string& what) {
                        const double recall = Share(row.correct, row.n);
                        return CompareWithConfidence(
                            rule, target, asked, {what, recall * 100, false},
                            TestShareAtLeast(row.correct, row.n, asked.value / 100),
                            recall * (1 - recall) * 1e4);
                      });
}

}  // namespace quantgate
