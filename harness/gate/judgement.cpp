#include "harness/gate/judgement.h"

#include "harness/gate/hypotheses.h"
#include "harness/gate/rule_table.h"

namespace quantgate {
namespace {

Verdict Worst(Verdict a, Verdict b) {
  if (a == Verdict::kFail || b == Verdict::kFail) return Verdict::kFail;
  if (a == Verdict::kInconclusive || b == Verdict::kInconclusive) return Verdict::kInconclusive;
  return Verdict::kPass;
}

void JudgeRules(const GateRules& rules, VariantResult& variant) {
  variant.rules.clear();
  if (!variant.error.empty()) return;
  for (const RuleDef& rule : AllRules()) {
    const auto limits = rules.limits.find(std::string(rule.name));
    if (limits == rules.limits.end()) continue;
    for (const auto& [target, limit] : limits->second) {
      variant.rules.push_back(rule.judge(rule, target, limit, variant));
    }
  }
}

void AdjustFailures(std::span<VariantResult> variants) {
  std::vector<RuleResult*> family;
  std::vector<double> p_values;
  for (VariantResult& variant : variants) {
    for (RuleResult& rule : variant.rules) {
      if (!rule.p_kept) continue;
      family.push_back(&rule);
      p_values.push_back(*rule.p_kept);
    }
  }
  const std::vector<double> adjusted = HolmAdjusted(p_values);
  for (size_t i = 0; i < family.size(); ++i) {
    RuleResult& rule = *family[i];
    rule.p_kept = adjusted[i];
    if (rule.verdict != Verdict::kFail || adjusted[i] <= 1 - *rule.confidence) continue;
    rule.verdict = Verdict::kInconclusive;
    rule.explanation +=
        " alone, but not among the " + std::to_string(family.size()) + " rules judged together";
  }
}

}  // namespace

void JudgeVariants(std::span<const GateRules> rules, std::span<VariantResult> variants) {
  for (size_t v = 0; v < variants.size(); ++v) JudgeRules(rules[v], variants[v]);
  AdjustFailures(variants);
  for (size_t v = 0; v < variants.size(); ++v) {
    VariantResult& variant = variants[v];
    variant.verdict = variant.error.empty() ? Verdict::kPass : Verdict::kFail;
    for (const RuleResult& rule : variant.rules) {
      variant.verdict = Worst(variant.verdict, rule.verdict);
    }
  }
}

Verdict OverallVerdict(std::span<const VariantResult> variants) {
  Verdict verdict = Verdict::kPass;
  for (const VariantResult& variant : variants) verdict = Worst(verdict, variant.verdict);
  return verdict;
}

bool GatePasses(std::span<const GateRules> rules, std::span<const VariantResult> variants) {
  for (size_t v = 0; v < variants.size(); ++v) {
    if (variants[v].verdict == Verdict::kFail) return false;
    if (variants[v].verdict == Verdict::kInconclusive && rules[v].inconclusive_fails) return false;
  }
  return true;
}

}  // namespace quantgate
