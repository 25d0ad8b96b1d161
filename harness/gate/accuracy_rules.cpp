#include "harness/gate/rule_families.h"

namespace quantgate {
namespace {

double Share(int64_t count, int64_t n) {
  return static_cast<double>(count) / static_cast<double>(n);
}

// Of one observation, in points: x is 1, 0 or -1.
double DropVariance(const PairedResult& paired) {
  const double discordant = Share(paired.lost + paired.gained, paired.n);
  return (discordant - paired.drop * paired.drop) * 1e4;
}

RuleResult JudgeDrop(const RuleDef& rule, const Limit& limit, const PairedResult& paired,
                     const std::string& what) {
  const LimitTest test = TestDropAtMost(paired.lost, paired.gained, paired.n, limit.value / 100);
  return CompareWithConfidence(rule, "", limit, {what, paired.drop * 100, true}, test,
                               DropVariance(paired));
}

RuleResult JudgeShare(const RuleDef& rule, const Limit& limit, int64_t count, int64_t n,
                      const std::string& what) {
  const double share = Share(count, n);
  return CompareWithConfidence(rule, "", limit, {what, share * 100, false},
                               TestShareAtLeast(count, n, limit.value / 100),
                               share * (1 - share) * 1e4);
}

}  // namespace

RuleResult JudgeMaxDrop(const RuleDef& rule, const std::string& target, const Limit& limit,
                        const VariantResult& variant) {
  if (!variant.paired || variant.accuracy.n == 0) {
    return NotMeasured(rule, target, limit, "accuracy drop");
  }
  return JudgeDrop(rule, limit, *variant.paired, "accuracy drop");
}

RuleResult JudgeBaselineDrop(const RuleDef& rule, const std::string& target, const Limit& limit,
                             const VariantResult& variant) {
  if (!variant.baseline) {
    return NotMeasured(rule, target, limit, "the drop against a baseline, none being given,");
  }
  if (!variant.baseline->paired) {
    RuleResult result = NotMeasured(rule, target, limit, "the drop against the baseline");
    result.explanation += ": " + variant.baseline->incomparable;
    return result;
  }
  return JudgeDrop(rule, limit, *variant.baseline->paired, "accuracy drop against the baseline");
}

RuleResult JudgeMinTop1(const RuleDef& rule, const std::string& target, const Limit& limit,
                        const VariantResult& variant) {
  const Accuracy& accuracy = variant.accuracy;
  if (accuracy.n == 0) return NotMeasured(rule, target, limit, "top-1");
  return JudgeShare(rule, limit, accuracy.correct, accuracy.n, "top-1");
}

RuleResult JudgeMinRelative(const RuleDef& rule, const std::string& target, const Limit& limit,
                            const VariantResult& variant) {
  const char* const kWhat = "accuracy relative to the reference";
  if (!variant.paired || variant.accuracy.n == 0) return NotMeasured(rule, target, limit, kWhat);
  const PairedResult& paired = *variant.paired;
  const int64_t reference_right = paired.both_correct + paired.lost;
  if (reference_right == 0) {
    RuleResult result = NotMeasured(rule, target, limit, kWhat);
    result.explanation += ": the reference is never right";
    return result;
  }
  const double ratio = Share(paired.both_correct + paired.gained, reference_right);
  // To first order the ratio varies as the difference does, over the reference's accuracy.
  const double scale = Share(reference_right, paired.n);
  return CompareWithConfidence(rule, "", limit, {kWhat, ratio * 100, false},
                               TestRatioAtLeast(paired.both_correct, paired.lost, paired.gained,
                                                paired.n, limit.value / 100),
                               DropVariance(paired) / (scale * scale));
}

RuleResult JudgeMinAgreement(const RuleDef& rule, const std::string& target, const Limit& limit,
                             const VariantResult& variant) {
  const char* const kWhat = "predictions equal to the reference's:";
  if (!variant.paired) return NotMeasured(rule, target, limit, "agreement with the reference");
  const PairedResult& paired = *variant.paired;
  const int64_t n = paired.n > 0 ? paired.n : 0;
  if (n == 0) return NotMeasured(rule, target, limit, "agreement with the reference");
  return JudgeShare(rule, limit, n - paired.flips, n, kWhat);
}

RuleResult JudgeMaxSize(const RuleDef& rule, const std::string& target, const Limit& limit,
                        const VariantResult& variant) {
  if (variant.model.size_bytes <= 0) return NotMeasured(rule, target, limit, "the model's size");
  return ComparePoint(rule, target, limit,
                      {"the model's size", static_cast<double>(variant.model.size_bytes), true});
}

}  // namespace quantgate
