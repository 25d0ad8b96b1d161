// From rules and results to verdicts.
#pragma once

#include <span>
#include <vector>

#include "harness/gate/gate_rules.h"
#include "harness/results/run_report.h"

namespace quantgate {

// Judges every rule of every variant (`rules[v]` for `variants[v]`): fills their `rules` and
// `verdict`. A variant that could not be run fails. Missing evidence fails the rule that needs it.
// The rules judged with a confidence are one family: a failure counts when it holds after Holm's
// adjustment over all of them, so that many rules do not make false alarms likelier.
void JudgeVariants(std::span<const GateRules> rules, std::span<VariantResult> variants);

// Fail if any variant fails, else inconclusive if any is, else pass.
Verdict OverallVerdict(std::span<const VariantResult> variants);

// Whether the program ends with 0: no variant failed, and an inconclusive one is only warned about.
bool GatePasses(std::span<const GateRules> rules, std::span<const VariantResult> variants);

}  // namespace quantgate
