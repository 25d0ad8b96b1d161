#include "harness/gate/rule_table.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace quantgate {
namespace {

std::string Number(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

RuleResult Compare(std::string rule, double threshold, std::optional<double> observed,
                   std::string unit, bool at_most, const std::string& what) {
  RuleResult result{std::move(rule), threshold, observed, std::move(unit), Verdict::kPass, ""};
  if (!observed) {
    result.verdict = Verdict::kFail;
    result.explanation = what + " was not measured";
    return result;
  }
  const bool holds = at_most ? *observed <= threshold : *observed >= threshold;
  result.verdict = holds ? Verdict::kPass : Verdict::kFail;
  result.explanation = what + " " + Number(*observed, 2) + " " + result.unit +
                       (holds ? ", allowed: " : ", but allowed: ") +
                       (at_most ? "at most " : "at least ") + Number(threshold, 2);
  return result;
}

void JudgeMaxDrop(const GateRules& rules, const VariantResult& variant,
                  std::vector<RuleResult>& results) {
  if (!rules.max_drop_points) return;
  std::optional<double> drop;
  if (variant.paired && variant.accuracy.n > 0) drop = variant.paired->drop * 100.0;
  results.push_back(
      Compare("max_drop_points", *rules.max_drop_points, drop, "points", true, "accuracy drop"));
}

void JudgeMinTop1(const GateRules& rules, const VariantResult& variant,
                  std::vector<RuleResult>& results) {
  if (!rules.min_top1_percent) return;
  std::optional<double> top1;
  if (variant.accuracy.n > 0) top1 = variant.accuracy.top1 * 100.0;
  results.push_back(
      Compare("min_top1_percent", *rules.min_top1_percent, top1, "%", false, "top-1"));
}

// The lowest SQNR among the tensors `name` asks for; an error-free tensor has no finite SQNR and
// passes any threshold.
void JudgeMinSqnr(const GateRules& rules, const VariantResult& variant,
                  std::vector<RuleResult>& results) {
  for (const auto& [name, threshold] : rules.min_sqnr_db) {
    const TensorError* worst = nullptr;
    bool found = false;
    for (const TensorError& tensor : variant.tensors) {
      if (name != "*" && tensor.tensor != name && tensor.reference_tensor != name) continue;
      found = found || tensor.samples > 0;
      if (tensor.sqnr_db && (worst == nullptr || *tensor.sqnr_db < *worst->sqnr_db)) {
        worst = &tensor;
      }
    }
    const std::string rule = "min_sqnr_db";
    if (found && worst == nullptr) {
      results.push_back(
          {rule, threshold, std::nullopt, "dB", Verdict::kPass, "no error at '" + name + "'"});
      continue;
    }
    const std::string where = "SQNR at '" + (worst != nullptr ? worst->tensor : name) + "'";
    results.push_back(Compare(rule, threshold,
                              worst != nullptr ? worst->sqnr_db : std::optional<double>(), "dB",
                              false, where));
  }
}

constexpr std::array kRules = {
    RuleDef{"max_drop_points", "accuracy lost against the reference on the same samples, in points",
            &JudgeMaxDrop},
    RuleDef{"min_top1_percent", "smallest top-1 accuracy of the variant, in percent",
            &JudgeMinTop1},
    RuleDef{"min_sqnr_db", "smallest signal-to-quantization-noise ratio at a tensor (\"*\": any)",
            &JudgeMinSqnr},
};

Verdict Worst(Verdict a, Verdict b) {
  if (a == Verdict::kFail || b == Verdict::kFail) return Verdict::kFail;
  if (a == Verdict::kInconclusive || b == Verdict::kInconclusive) return Verdict::kInconclusive;
  return Verdict::kPass;
}

}  // namespace

std::span<const RuleDef> AllRules() { return kRules; }

void JudgeVariant(const GateRules& rules, VariantResult& variant) {
  variant.rules.clear();
  if (!variant.error.empty()) {
    variant.verdict = Verdict::kFail;
    return;
  }
  for (const RuleDef& rule : kRules) rule.judge(rules, variant, variant.rules);
  variant.verdict = Verdict::kPass;
  for (const RuleResult& result : variant.rules) {
    variant.verdict = Worst(variant.verdict, result.verdict);
  }
}

Verdict OverallVerdict(std::span<const VariantResult> variants) {
  Verdict verdict = Verdict::kPass;
  for (const VariantResult& variant : variants) verdict = Worst(verdict, variant.verdict);
  return verdict;
}

}  // namespace quantgate
