// The judges of rule_table.cpp, a family of rules a file.
#pragma once

#include <string>

#include "harness/gate/hypotheses.h"
#include "harness/gate/rule_table.h"

namespace quantgate {

// A rule's judgement before anything is known: it fails for want of evidence.
RuleResult NotMeasured(const RuleDef& rule, const std::string& target, const Limit& limit,
                       const std::string& what);

struct Judged {
  std::string what;      // "accuracy drop"
  double observed = 0;   // in the rule's unit
  bool at_most = false;  // the limit is the largest allowed number, not the smallest
};

// Compares the number as it is.
RuleResult ComparePoint(const RuleDef& rule, const std::string& target, const Limit& limit,
                        const Judged& judged);

// The same for a limit with a confidence: `test` decides, `variance` is that of one observation of
// the number in the rule's unit.
RuleResult CompareWithConfidence(const RuleDef& rule, const std::string& target, const Limit& limit,
                                 const Judged& judged, const LimitTest& test, double variance);

// accuracy_rules.cpp: about all samples.
RuleResult JudgeMaxDrop(const RuleDef&, const std::string&, const Limit&, const VariantResult&);
RuleResult JudgeBaselineDrop(const RuleDef&, const std::string&, const Limit&,
                             const VariantResult&);
RuleResult JudgeMinTop1(const RuleDef&, const std::string&, const Limit&, const VariantResult&);
RuleResult JudgeMinRelative(const RuleDef&, const std::string&, const Limit&, const VariantResult&);
RuleResult JudgeMinAgreement(const RuleDef&, const std::string&, const Limit&,
                             const VariantResult&);
RuleResult JudgeMaxSize(const RuleDef&, const std::string&, const Limit&, const VariantResult&);

// auc_rules.cpp: about all samples of a run that looks for anomalies.
RuleResult JudgeMinAuc(const RuleDef&, const std::string&, const Limit&, const VariantResult&);
RuleResult JudgeMaxAucDrop(const RuleDef&, const std::string&, const Limit&, const VariantResult&);

// class_rules.cpp: about the samples of one class, or of the worst.
RuleResult JudgeMaxClassDrop(const RuleDef&, const std::string&, const Limit&,
                             const VariantResult&);
RuleResult JudgeMinClassRecall(const RuleDef&, const std::string&, const Limit&,
                               const VariantResult&);

// tensor_rules.cpp: about one tensor, the worst, or the worst of the outputs.
RuleResult JudgeMinSqnr(const RuleDef&, const std::string&, const Limit&, const VariantResult&);
RuleResult JudgeMinOutputSqnr(const RuleDef&, const std::string&, const Limit&,
                              const VariantResult&);
RuleResult JudgeMaxOutputError(const RuleDef&, const std::string&, const Limit&,
                               const VariantResult&);
RuleResult JudgeMaxSaturation(const RuleDef&, const std::string&, const Limit&,
                              const VariantResult&);

}  // namespace quantgate
