// What a gate can demand of a variant. One row a rule.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/results/run_report.h"

namespace quantgate {

// The rules of a run or of one variant; what is absent is not asked.
struct GateRules {
  std::optional<double> max_drop_points;      // accuracy lost against the reference, in points
  std::optional<double> min_top1_percent;     // accuracy of the variant
  std::map<std::string, double> min_sqnr_db;  // by tensor name; "*" is every quantized tensor
};

struct RuleDef {
  std::string_view name;
  std::string_view summary;
  // Appends a result for everything this rule is asked to judge.
  void (*judge)(const GateRules& rules, const VariantResult& variant,
                std::vector<RuleResult>& results);
};

std::span<const RuleDef> AllRules();

// Judges every rule: fills variant.rules and variant.verdict. A variant that could not be run
// fails. Missing evidence fails the rule that needs it.
void JudgeVariant(const GateRules& rules, VariantResult& variant);

// Fail if any variant fails, else inconclusive if any is, else pass.
Verdict OverallVerdict(std::span<const VariantResult> variants);

}  // namespace quantgate
