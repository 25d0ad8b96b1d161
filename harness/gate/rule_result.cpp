// How a rule's result follows from a number and its limit, for every rule.
#include <array>
#include <cmath>
#include <cstdio>

#include "harness/gate/rule_families.h"

namespace quantgate {
namespace {

// A number without a unit may be of any size.
std::string Number(double value, const RuleDef& rule) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), rule.unit.empty() ? "%.4g" : "%.2f", value);
  return text.data();
}

std::string Percent(double share) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.4g %%", share * 100);
  return text.data();
}

RuleResult Start(const RuleDef& rule, const std::string& target, const Limit& limit) {
  RuleResult result;
  result.rule = rule.name;
  result.target = target;
  result.threshold = limit.value;
  result.unit = rule.unit;
  return result;
}

std::string Sentence(const RuleDef& rule, const Limit& limit, const Judged& judged, bool holds) {
  return judged.what + " " + Number(judged.observed, rule) + (rule.unit.empty() ? "" : " ") +
         std::string(rule.unit) + (holds ? ", allowed: " : ", but allowed: ") +
         (judged.at_most ? "at most " : "at least ") + Number(limit.value, rule);
}

}  // namespace

RuleResult NotMeasured(const RuleDef& rule, const std::string& target, const Limit& limit,
                       const std::string& what) {
  RuleResult result = Start(rule, target, limit);
  result.verdict = Verdict::kFail;
  result.explanation = what + " was not measured";
  return result;
}

RuleResult ComparePoint(const RuleDef& rule, const std::string& target, const Limit& limit,
                        const Judged& judged) {
  RuleResult result = Start(rule, target, limit);
  result.observed = judged.observed;
  const bool holds =
      judged.at_most ? judged.observed <= limit.value : judged.observed >= limit.value;
  result.verdict = holds ? Verdict::kPass : Verdict::kFail;
  result.explanation = Sentence(rule, limit, judged, holds);
  return result;
}

RuleResult CompareWithConfidence(const RuleDef& rule, const std::string& target, const Limit& limit,
                                 const Judged& judged, const LimitTest& test, double variance) {
  if (!limit.confidence) return ComparePoint(rule, target, limit, judged);
  RuleResult result = ComparePoint(rule, target, limit, judged);
  const double alpha = 1 - *limit.confidence;
  result.confidence = limit.confidence;
  result.p_kept = test.p_kept;
  result.p_broken = test.p_broken;
  const std::string sure = " with " + Percent(*limit.confidence) + " confidence";
  if (test.p_broken <= alpha) {
    result.verdict = Verdict::kPass;
    result.explanation += ", shown" + sure;
  } else if (test.p_kept <= alpha) {
    result.verdict = Verdict::kFail;
    result.explanation += ", broken" + sure;
  } else {
    result.verdict = Verdict::kInconclusive;
    result.samples_needed =
        SamplesToDecide(std::abs(judged.observed - limit.value), variance, *limit.confidence);
    result.explanation +=
        ", undecided" + sure +
        (result.samples_needed ? ": about " + std::to_string(*result.samples_needed) +
                                     " samples would decide, were this the true number"
                               : ": the number is too close to its limit for any dataset");
  }
  return result;
}

}  // namespace quantgate
