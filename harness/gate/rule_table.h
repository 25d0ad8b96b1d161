// What a gate can demand of a variant. One row a rule.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/gate/gate_rules.h"
#include "harness/results/run_report.h"

namespace quantgate {

// What a rule's limits are about.
enum class RuleTarget { kVariant, kTensor, kClass };

struct RuleDef {
  std::string_view name;
  std::string_view summary;
  std::string_view unit;
  RuleTarget target;
  bool takes_confidence;
  // Judges one limit. `target` as in GateRules.
  RuleResult (*judge)(const RuleDef& rule, const std::string& target, const Limit& limit,
                      const VariantResult& variant);
};

std::span<const RuleDef> AllRules();
const RuleDef* FindRule(std::string_view name);

}  // namespace quantgate
