#include "harness/gate/rule_table.h"

#include <gtest/gtest.h>

namespace quantgate {
namespace {

VariantResult Measured(double top1, double drop) {
  VariantResult variant;
  variant.accuracy.n = 1000;
  variant.accuracy.top1 = top1;
  variant.paired = PairedResult{};
  variant.paired->n = 1000;
  variant.paired->drop = drop;
  return variant;
}

TensorError Row(const std::string& name, std::optional<double> sqnr_db) {
  TensorError row;
  row.tensor = name;
  row.reference_tensor = name + "_float";
  row.samples = 10;
  row.sqnr_db = sqnr_db;
  return row;
}

// The one result that these rules give.
RuleResult Only(const GateRules& rules, VariantResult variant) {
  JudgeVariant(rules, variant);
  EXPECT_EQ(variant.rules.size(), 1U);
  EXPECT_EQ(variant.verdict, variant.rules.at(0).verdict);
  return variant.rules.at(0);
}

GateRules MaxDrop(double points) {
  GateRules rules;
  rules.max_drop_points = points;
  return rules;
}

GateRules MinTop1(double percent) {
  GateRules rules;
  rules.min_top1_percent = percent;
  return rules;
}

GateRules MinSqnr(const std::string& tensor, double db) {
  GateRules rules;
  rules.min_sqnr_db[tensor] = db;
  return rules;
}

TEST(Gate, MaxDropPassesUpToItsThreshold) {
  EXPECT_EQ(Only(MaxDrop(1.0), Measured(0.9, 0.01)).verdict, Verdict::kPass);
  EXPECT_EQ(Only(MaxDrop(1.0), Measured(0.9, -0.02)).verdict, Verdict::kPass);
  const RuleResult failed = Only(MaxDrop(1.0), Measured(0.9, 0.032));
  EXPECT_EQ(failed.verdict, Verdict::kFail);
  EXPECT_NEAR(*failed.observed, 3.2, 1e-12);
  EXPECT_EQ(failed.explanation, "accuracy drop 3.20 points, but allowed: at most 1.00");
}

TEST(Gate, MinTop1PassesFromItsThreshold) {
  EXPECT_EQ(Only(MinTop1(90), Measured(0.9, 0)).verdict, Verdict::kPass);
  const RuleResult failed = Only(MinTop1(90), Measured(0.8999, 0));
  EXPECT_EQ(failed.verdict, Verdict::kFail);
  EXPECT_EQ(failed.explanation, "top-1 89.99 %, but allowed: at least 90.00");
}

TEST(Gate, MissingEvidenceFails) {
  const VariantResult nothing;
  for (const GateRules& rules : {MaxDrop(1.0), MinTop1(1.0), MinSqnr("conv", 1.0)}) {
    const RuleResult result = Only(rules, nothing);
    EXPECT_EQ(result.verdict, Verdict::kFail);
    EXPECT_FALSE(result.observed);
    EXPECT_NE(result.explanation.find("was not measured"), std::string::npos) << result.explanation;
  }
}

TEST(Gate, SqnrOfANamedTensor) {
  VariantResult variant;
  variant.tensors = {Row("conv", 30.0), Row("fc", 12.0)};
  EXPECT_EQ(Only(MinSqnr("conv", 20), variant).verdict, Verdict::kPass);
  EXPECT_EQ(Only(MinSqnr("conv_float", 20), variant).verdict, Verdict::kPass);
  EXPECT_EQ(Only(MinSqnr("fc", 20), variant).verdict, Verdict::kFail);
  EXPECT_EQ(Only(MinSqnr("gone", 0), variant).verdict, Verdict::kFail);
}

TEST(Gate, SqnrOfAnyTensorIsThatOfTheWorst) {
  VariantResult variant;
  variant.tensors = {Row("conv", 30.0), Row("fc", 12.0), Row("exact", {})};
  const RuleResult result = Only(MinSqnr("*", 20), variant);
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_EQ(*result.observed, 12.0);
  EXPECT_NE(result.explanation.find("'fc'"), std::string::npos) << result.explanation;
}

TEST(Gate, ATensorWithoutErrorPassesAnySqnr) {
  VariantResult variant;
  variant.tensors = {Row("exact", {})};
  EXPECT_EQ(Only(MinSqnr("exact", 1000), variant).verdict, Verdict::kPass);
}

TEST(Gate, NoRulesPass) {
  VariantResult variant = Measured(0.1, 0.9);
  JudgeVariant({}, variant);
  EXPECT_TRUE(variant.rules.empty());
  EXPECT_EQ(variant.verdict, Verdict::kPass);
}

TEST(Gate, OneFailedRuleFailsTheVariant) {
  GateRules rules = MaxDrop(1.0);
  rules.min_top1_percent = 95;
  VariantResult variant = Measured(0.9, 0.0);
  JudgeVariant(rules, variant);
  EXPECT_EQ(variant.rules.size(), 2U);
  EXPECT_EQ(variant.verdict, Verdict::kFail);
  JudgeVariant(rules, variant);  // judging again replaces
  EXPECT_EQ(variant.rules.size(), 2U);
}

TEST(Gate, AVariantThatCouldNotRunFails) {
  VariantResult variant;
  variant.error = "unsupported error: WHILE";
  JudgeVariant({}, variant);
  EXPECT_EQ(variant.verdict, Verdict::kFail);
}

TEST(Gate, TheWorstVariantDecides) {
  std::vector<VariantResult> variants(3);
  EXPECT_EQ(OverallVerdict(variants), Verdict::kPass);
  variants[1].verdict = Verdict::kInconclusive;
  EXPECT_EQ(OverallVerdict(variants), Verdict::kInconclusive);
  variants[2].verdict = Verdict::kFail;
  EXPECT_EQ(OverallVerdict(variants), Verdict::kFail);
}

TEST(Gate, EveryRuleHasANameAndASummary) {
  for (const RuleDef& rule : AllRules()) {
    EXPECT_FALSE(rule.name.empty());
    EXPECT_FALSE(rule.summary.empty());
  }
}

}  // namespace
}  // namespace quantgate
