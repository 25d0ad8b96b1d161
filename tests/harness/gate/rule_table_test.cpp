#include "harness/gate/rule_table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/gate/judgement.h"

namespace quantgate {
namespace {

// Of 10,000 samples; what the variant loses, it loses without gaining anything.
VariantResult Measured(double top1, double drop) {
  VariantResult variant;
  variant.accuracy.n = 10000;
  variant.accuracy.correct = std::llround(top1 * 10000);
  variant.accuracy.top1 = top1;
  PairedResult paired;
  paired.n = 10000;
  (drop > 0 ? paired.lost : paired.gained) = std::llround(std::abs(drop) * 10000);
  paired.both_correct = variant.accuracy.correct - paired.gained;
  paired.flips = paired.lost + paired.gained;
  paired.drop = drop;
  variant.paired = paired;
  return variant;
}

void Judge(const GateRules& rules, VariantResult& variant) {
  JudgeVariants({&rules, 1}, {&variant, 1});
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
  Judge(rules, variant);
  EXPECT_EQ(variant.rules.size(), 1U);
  EXPECT_EQ(variant.verdict, variant.rules.at(0).verdict);
  return variant.rules.at(0);
}

GateRules MaxDrop(double points) {
  GateRules rules;
  rules.limits["max_drop_points"][""] = {points, std::nullopt};
  return rules;
}

GateRules MinTop1(double percent) {
  GateRules rules;
  rules.limits["min_top1_percent"][""] = {percent, std::nullopt};
  return rules;
}

GateRules MinSqnr(const std::string& tensor, double db) {
  GateRules rules;
  rules.limits["min_sqnr_db"][tensor] = {db, std::nullopt};
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

VariantResult Detecting(double auc, double drop, double standard_error) {
  VariantResult variant;
  variant.auc = Auc{500, 500, auc, standard_error, {}};
  variant.auc_drop = AucDrop{drop, standard_error, {}};
  return variant;
}

GateRules AucRule(const char* rule, double limit, std::optional<double> confidence = {}) {
  GateRules rules;
  rules.limits[rule][""] = {limit, confidence};
  return rules;
}

TEST(Gate, MinAucPassesFromItsThreshold) {
  EXPECT_EQ(Only(AucRule("min_auc_percent", 85), Detecting(0.85, 0, 0.01)).verdict, Verdict::kPass);
  const RuleResult failed = Only(AucRule("min_auc_percent", 85), Detecting(0.8499, 0, 0.01));
  EXPECT_EQ(failed.verdict, Verdict::kFail);
  EXPECT_EQ(failed.explanation, "AUC 84.99 %, but allowed: at least 85.00");
  EXPECT_EQ(Only(AucRule("min_auc_percent", 85), Measured(0.9, 0)).verdict, Verdict::kFail)
      << "evidence that is missing fails";
}

// 1.645 standard errors are shown at 95 %, 1.6 are not.
TEST(Gate, AucIsShownByItsStandardError) {
  const GateRules min = AucRule("min_auc_percent", 85, 0.95);
  EXPECT_EQ(Only(min, Detecting(0.85 + 0.0165, 0, 0.01)).verdict, Verdict::kPass);
  EXPECT_EQ(Only(min, Detecting(0.85 + 0.0160, 0, 0.01)).verdict, Verdict::kInconclusive);
  EXPECT_EQ(Only(min, Detecting(0.85 - 0.0165, 0, 0.01)).verdict, Verdict::kFail);
  const GateRules drop = AucRule("max_auc_drop_points", 1, 0.95);
  EXPECT_EQ(Only(drop, Detecting(0.9, 0.01 - 0.0165, 0.01)).verdict, Verdict::kPass);
  EXPECT_EQ(Only(drop, Detecting(0.9, 0.01 + 0.0165, 0.01)).verdict, Verdict::kFail);
  const RuleResult near = Only(drop, Detecting(0.9, 0.012, 0.01));
  EXPECT_EQ(near.verdict, Verdict::kInconclusive);
  EXPECT_GT(near.samples_needed.value_or(0), 1000);
  EXPECT_EQ(Only(drop, Detecting(1, 0, 0)).verdict, Verdict::kInconclusive)
      << "nothing is shown without a standard error";
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

// What has no SQNR because the reference is silent, or because of NaN, is not without error.
TEST(Gate, NeitherNoiseWithoutSignalNorNanPassesAnySqnr) {
  VariantResult variant;
  variant.tensors = {Row("fine", 60.0), Row("silent", {})};
  variant.tensors[1].mse = 0.25;
  for (const char* target : {"silent", "*"}) {
    const RuleResult noise = Only(MinSqnr(target, 1), variant);
    EXPECT_EQ(noise.verdict, Verdict::kFail);
    EXPECT_NE(noise.explanation.find("'silent' is not 0"), std::string::npos) << noise.explanation;
  }
  variant.tensors[1] = Row("broken", 60.0);
  variant.tensors[1].non_finite = 3;
  const RuleResult broken = Only(MinSqnr("*", 1), variant);
  EXPECT_EQ(broken.verdict, Verdict::kFail);
  EXPECT_EQ(broken.explanation, "3 values of 'broken' are NaN or infinite");
}

GateRules OutputRule(const char* rule, double limit) {
  GateRules rules;
  rules.limits[rule][""] = {limit, std::nullopt};
  return rules;
}

// Two outputs, and a tensor inside that is worse than both.
VariantResult WithOutputs() {
  VariantResult variant;
  variant.graph.outputs = {2, 3};
  variant.tensors = {Row("inside", 5.0), Row("boxes", 30.0), Row("scores", 21.0)};
  for (int i = 0; i < 3; ++i) variant.tensors[static_cast<size_t>(i)].tensor_index = i + 1;
  variant.tensors[0].max_abs_error = 9;
  variant.tensors[1].max_abs_error = 0.0125;
  variant.tensors[2].max_abs_error = 0.004;
  return variant;
}

TEST(Gate, OutputsAreJudgedByTheirWorst) {
  VariantResult variant = WithOutputs();
  EXPECT_EQ(Only(OutputRule("min_output_sqnr_db", 21), variant).verdict, Verdict::kPass);
  EXPECT_EQ(Only(OutputRule("min_output_sqnr_db", 22), variant).explanation,
            "SQNR at 'scores' 21.00 dB, but allowed: at least 22.00");
  EXPECT_EQ(Only(OutputRule("max_output_abs_error", 0.0125), variant).verdict, Verdict::kPass);
  const RuleResult failed = Only(OutputRule("max_output_abs_error", 0.01), variant);
  EXPECT_EQ(failed.verdict, Verdict::kFail);
  EXPECT_EQ(failed.explanation, "error at 'boxes' up to 0.0125, but allowed: at most 0.01");
}

TEST(Gate, AnOutputThatWasNotComparedOrIsNotFiniteFails) {
  for (const char* rule : {"min_output_sqnr_db", "max_output_abs_error"}) {
    const GateRules rules = OutputRule(rule, rule[1] == 'i' ? 1 : 100);
    VariantResult variant = WithOutputs();
    EXPECT_EQ(Only(rules, variant).verdict, Verdict::kPass);
    variant.tensors[1].non_finite = 2;
    EXPECT_EQ(Only(rules, variant).explanation, "2 values of 'boxes' are NaN or infinite");
    EXPECT_EQ(Only(rules, variant).verdict, Verdict::kFail);
    variant.tensors.pop_back();
    EXPECT_NE(Only(rules, variant).explanation.find("not measured"), std::string::npos);
    EXPECT_EQ(Only(rules, variant).verdict, Verdict::kFail);
  }
}

TEST(Gate, NoRulesPass) {
  VariantResult variant = Measured(0.1, 0.9);
  Judge({}, variant);
  EXPECT_TRUE(variant.rules.empty());
  EXPECT_EQ(variant.verdict, Verdict::kPass);
}

TEST(Gate, OneFailedRuleFailsTheVariant) {
  GateRules rules = MaxDrop(1.0);
  rules.limits["min_top1_percent"][""] = {95, std::nullopt};
  VariantResult variant = Measured(0.9, 0.0);
  Judge(rules, variant);
  EXPECT_EQ(variant.rules.size(), 2U);
  EXPECT_EQ(variant.verdict, Verdict::kFail);
  Judge(rules, variant);  // judging again replaces
  EXPECT_EQ(variant.rules.size(), 2U);
}

TEST(Gate, AVariantThatCouldNotRunFails) {
  VariantResult variant;
  variant.error = "unsupported error: WHILE";
  Judge({}, variant);
  EXPECT_EQ(variant.verdict, Verdict::kFail);
}

TEST(Gate, EveryRuleHasANameAndASummary) {
  for (const RuleDef& rule : AllRules()) {
    EXPECT_FALSE(rule.name.empty());
    EXPECT_FALSE(rule.summary.empty());
    EXPECT_EQ(FindRule(rule.name), &rule);
  }
  EXPECT_EQ(FindRule("max_drop"), nullptr);
}

GateRules Sure(const std::string& rule, const std::string& target, double limit) {
  GateRules rules;
  rules.limits[rule][target] = {limit, 0.95};
  return rules;
}

TEST(Gate, AConfidentRulePassesFailsOrSaysHowManySamplesItNeeds) {
  EXPECT_EQ(Only(Sure("max_drop_points", "", 1.0), Measured(0.9, 0.001)).verdict, Verdict::kPass);
  EXPECT_EQ(Only(Sure("max_drop_points", "", 1.0), Measured(0.9, 0.05)).verdict, Verdict::kFail);
  const RuleResult open = Only(Sure("max_drop_points", "", 1.0), Measured(0.9, 0.0105));
  EXPECT_EQ(open.verdict, Verdict::kInconclusive);
  ASSERT_TRUE(open.samples_needed);
  EXPECT_GT(*open.samples_needed, 10000);
  EXPECT_NE(open.explanation.find(std::to_string(*open.samples_needed)), std::string::npos);
}

// As many samples as the rule asks for, with the same shares, decide.
TEST(Gate, TheSamplesNeededDecide) {
  const VariantResult small = Measured(0.9, 0.011);
  const RuleResult open = Only(Sure("max_drop_points", "", 1.0), small);
  ASSERT_TRUE(open.samples_needed);
  VariantResult large = small;
  const double factor = static_cast<double>(*open.samples_needed) / 10000;
  large.paired->n = *open.samples_needed;
  large.paired->lost = std::llround(static_cast<double>(small.paired->lost) * factor);
  large.accuracy.n = large.paired->n;
  EXPECT_EQ(Only(Sure("max_drop_points", "", 1.0), large).verdict, Verdict::kFail);
}

TEST(Gate, AccuracyRelativeToTheReference) {
  VariantResult variant = Measured(0.9, 0.009);  // 90 % after 90.9 %: 99.01 %
  GateRules rules;
  rules.limits["min_relative_percent"][""] = {99, std::nullopt};
  const RuleResult result = Only(rules, variant);
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_NEAR(*result.observed, 100 * 0.9 / 0.909, 1e-9);
  EXPECT_EQ(Only(Sure("min_relative_percent", "", 95), variant).verdict, Verdict::kPass);
  EXPECT_EQ(Only(Sure("min_relative_percent", "", 99), variant).verdict, Verdict::kInconclusive);
  EXPECT_EQ(Only(Sure("min_relative_percent", "", 99.9), variant).verdict, Verdict::kFail);
}

TEST(Gate, AgreementCountsFlips) {
  const RuleResult result = Only(Sure("min_agreement_percent", "", 99), Measured(0.9, 0.002));
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_NEAR(*result.observed, 99.8, 1e-9);
}

VariantResult WithClasses() {
  VariantResult variant = Measured(0.9, 0.001);
  for (int label = 0; label < 10; ++label) {
    variant.classes.push_back({label, 1000, 990, 989, 2, 1});
  }
  return variant;
}

TEST(Gate, AClassCanCollapseBehindAGoodMean) {
  VariantResult variant = WithClasses();
  variant.classes[7] = {7, 1000, 990, 700, 290, 0};
  const RuleResult any = Only(Sure("max_class_drop_points", "*", 5), variant);
  EXPECT_EQ(any.verdict, Verdict::kFail);
  EXPECT_NE(any.explanation.find("class 7"), std::string::npos) << any.explanation;
  EXPECT_EQ(Only(Sure("max_class_drop_points", "7", 5), variant).verdict, Verdict::kFail);
  EXPECT_EQ(Only(Sure("max_class_drop_points", "3", 5), variant).verdict, Verdict::kPass);
  EXPECT_EQ(Only(Sure("min_class_recall_percent", "*", 90), variant).verdict, Verdict::kFail);
  EXPECT_EQ(Only(Sure("max_class_drop_points", "*", 5), WithClasses()).verdict, Verdict::kPass);
  EXPECT_EQ(Only(Sure("max_class_drop_points", "11", 5), variant).verdict, Verdict::kFail)
      << "no such class: no evidence";
}

TEST(Gate, PointRulesNameTheWorstClass) {
  VariantResult variant = WithClasses();
  variant.classes[4] = {4, 1000, 990, 980, 10, 0};
  GateRules rules;
  rules.limits["max_class_drop_points"]["*"] = {5, std::nullopt};
  EXPECT_NEAR(*Only(rules, variant).observed, 1.0, 1e-9);
  rules.limits = {{"min_class_recall_percent", {{"*", {50, std::nullopt}}}}};
  EXPECT_NEAR(*Only(rules, variant).observed, 98.0, 1e-9);
}

TEST(Gate, SaturationIsThatOfBothSides) {
  VariantResult variant;
  variant.tensors = {Row("conv", 30.0), Row("fc", 12.0)};
  variant.tensors[1].clipped_low_share = 0.01;
  variant.tensors[1].clipped_high_share = 0.03;
  GateRules rules;
  rules.limits["max_saturation_percent"]["*"] = {1, std::nullopt};
  const RuleResult result = Only(rules, variant);
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_NEAR(*result.observed, 4.0, 1e-9);
}

TEST(Gate, SizeHasALimit) {
  VariantResult variant;
  variant.model.size_bytes = 1001;
  GateRules rules;
  rules.limits["max_size_bytes"][""] = {1000, std::nullopt};
  EXPECT_EQ(Only(rules, variant).verdict, Verdict::kFail);
}

TEST(Gate, ABaselineThatDoesNotFitFailsAndSaysWhy) {
  VariantResult variant = Measured(0.9, 0);
  GateRules rules;
  rules.limits["max_baseline_drop_points"][""] = {1, std::nullopt};
  EXPECT_EQ(Only(rules, variant).verdict, Verdict::kFail);
  variant.baseline = BaselineComparison{};
  variant.baseline->incomparable = "the dataset is another";
  const RuleResult result = Only(rules, variant);
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_NE(result.explanation.find("the dataset is another"), std::string::npos);
  variant.baseline->incomparable = "";
  variant.baseline->paired = variant.paired;
  EXPECT_EQ(Only(rules, variant).verdict, Verdict::kPass);
}

}  // namespace
}  // namespace quantgate
