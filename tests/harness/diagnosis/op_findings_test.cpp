// Findings about operators and answers that need evidence of their own; the rest are planted in
// real nets by tests/faults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/diagnosis/guilty_ops.h"
#include "harness/diagnosis/loss_shares.h"
#include "tests/harness/diagnosis/sample_variant.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

// Three operators that do as well as they can.
OpEvidence SoundOp(int op, const std::string& type, const std::string& tensor, int tensor_index) {
  OpEvidence row;
  row.variant_op = row.reference_op = op;
  row.op_type = type;
  row.tensor = tensor;
  row.tensor_index = tensor_index;
  row.values = 1000;
  row.own_mse = row.ideal_mse = 1e-4;
  row.signal = 1;  // 40 dB
  row.observed_min = row.narrow_min = row.representable_min = 0;
  row.observed_max = row.narrow_max = row.representable_max = 4;
  row.scale = 4.0 / 255;
  row.channel_mean_error = {0, 0};
  row.channel_rms = row.channel_variant_rms = {1, 1};
  return row;
}

struct Case {
  Evidence evidence = CleanEvidence();
  OpEvidenceTable ops;
  InputTrials trials;
  VariantResult reference;
  Attribution attribution;

  Case() {
    ModelBuilder builder;
    const QuantParams quant = PerTensor(4.0F / 255, -128);
    const int in = builder.AddInput("in", DType::kInt8, Shape{1, 2}, quant);
    const int a = builder.AddTensor("a", DType::kInt8, Shape{1, 2}, quant);
    const int b = builder.AddTensor("b", DType::kInt8, Shape{1, 2}, quant);
    const int both = builder.AddTensor("both", DType::kInt8, Shape{1, 4}, quant);
    builder.AddOp(OpCode::kRELU, {in}, {a});
    builder.AddOp(OpCode::kRELU, {in}, {b});
    builder.AddOp(OpCode::kCONCATENATION, {a, b}, {both});
    evidence.model = builder.Build({both});
    ops.ops = {SoundOp(0, "RELU", "a", a), SoundOp(1, "RELU", "b", b),
               SoundOp(2, "CONCATENATION", "both", both)};
    evidence.variant.tensors.resize(1);
    for (const OpEvidence& op : ops.ops) {
      TensorError row = evidence.variant.tensors[0];
      row.tensor = op.tensor;
      row.tensor_index = op.tensor_index;
      row.op_index = op.variant_op;
      row.op_type = op.op_type;
      row.reference_min = 0;
      row.reference_max = 4;
      row.representable_min = 0;
      row.representable_max = 4;
      evidence.variant.tensors.push_back(row);
    }
  }

  [[nodiscard]] FindingContext context() const {
    return {evidence.variant, evidence.dataset, evidence.model, nullptr, &reference, &ops,
            &trials,          &attribution};
  }
  [[nodiscard]] std::optional<Finding> Find(const std::string& id) const {
    std::vector<Finding> findings;
    FindFinding(id)->look(context(), findings);
    if (findings.empty()) return std::nullopt;
    return findings.front();
  }
};

TEST(OpFindings, SoundOperatorsHaveNone) {
  const Case sound;
  for (const FindingDef& def : AllFindings())
    EXPECT_FALSE(sound.Find(std::string(def.id))) << def.id;
  EXPECT_TRUE(RankGuilt(sound.context()).empty());
}

TEST(OpFindings, AConcatenationThatCostsBitsIsNamed) {
  Case tied;
  tied.evidence.variant.tensors[1].reference_max = 0.4;  // of 4: more than three bits
  const auto finding = tied.Find("QG026");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->op_index, 0);
  EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_THAT(finding->message, HasSubstr("CONCATENATION (op 2)"));
  EXPECT_FALSE(tied.Find("QG020"));  // the tie is to blame, not the range
  tied.evidence.variant.tensors[1].reference_max = 1.5;
  EXPECT_EQ(tied.Find("QG026")->severity, Severity::kNote);
}

TEST(OpFindings, OutliersAreNamedUnlessTheyWereCut) {
  Case outliers;
  OpEvidence& op = outliers.ops.ops[1];
  op.narrow_max = 0.4;
  ASSERT_TRUE(outliers.Find("QG021"));
  EXPECT_EQ(outliers.Find("QG021")->op_index, 1);
  op.representable_max = 0.5;
  EXPECT_FALSE(outliers.Find("QG021"));
}

TEST(OpFindings, AFixedOutputIsCostlyByItsErrorOrByPoints) {
  Case fixed;
  fixed.ops.ops[2].fixed_output = true;
  EXPECT_FALSE(fixed.Find("QG027"));
  fixed.ops.ops[2].own_mse = 0.1;  // 10 dB
  ASSERT_TRUE(fixed.Find("QG027"));
  EXPECT_EQ(fixed.Find("QG027")->severity, Severity::kNote);
  fixed.attribution.sources = {{"fixed-outputs", "", 2.0, 2.0, 2.0, {}}};
  EXPECT_EQ(fixed.Find("QG027")->severity, Severity::kWarning);
  EXPECT_THAT(fixed.Find("QG027")->message, HasSubstr("costs 2.00 points"));
}

TEST(OpFindings, ADepthwiseHotSpotIsNamed) {
  Case hot;
  hot.ops.ops[1].op_type = "DEPTHWISE_CONV_2D";
  EXPECT_FALSE(hot.Find("QG028"));
  hot.ops.ops[1].own_mse = 0.01;  // 20 dB of 40
  ASSERT_TRUE(hot.Find("QG028"));
  EXPECT_EQ(hot.Find("QG028")->op_index, 1);
}

// What helps depends on why: one weight scale, a range too narrow, or neither.
TEST(OpFindings, AHotSpotsFixIsThatOfItsCause) {
  Case hot;
  OpEvidence& op = hot.ops.ops[1];
  op.op_type = "DEPTHWISE_CONV_2D";
  op.own_mse = 0.01;
  op.weights.emplace().per_axis = false;
  EXPECT_THAT(hot.Find("QG028")->fix, HasSubstr("a scale a channel"));
  op.weights->per_axis = true;
  EXPECT_THAT(hot.Find("QG028")->fix, HasSubstr("16 bits"));
  op.clipping_mse = 0.009;
  op.observed_min = -1;
  op.observed_max = 14.6;
  EXPECT_THAT(hot.Find("QG028")->fix, HasSubstr("-1..14.6: 90 % of its error's power is clipping"));
  op.clipping_mse = 0.004;
  op.op_type = "HARD_SWISH";
  EXPECT_THAT(hot.Find("QG028")->fix, HasSubstr("ReLU6"));
}

TEST(OpFindings, AnAccumulatorThatCanOverflowIsNamed) {
  Case full;
  WeightEvidence& weights = full.ops.ops[0].weights.emplace();
  weights.accumulator_share = 0.9;
  EXPECT_FALSE(full.Find("QG029"));
  weights.accumulator_share = 1.2;
  ASSERT_TRUE(full.Find("QG029"));
  EXPECT_EQ(full.Find("QG029")->severity, Severity::kNote);
  full.ops.ops[0].excess_db = 20;
  EXPECT_EQ(full.Find("QG029")->severity, Severity::kWarning);
}

// The error of the first operator is a constant of each of its two channels.
Case Shifted() {
  Case shifted;
  OpEvidence& op = shifted.ops.ops[0];
  op.own_mse = 0.01;
  op.excess_db = 20;
  op.channel_mean_error = {0.1, -0.1};
  return shifted;
}

TEST(OpFindings, AConstantShiftOfAGuiltyOperatorIsNamed) {
  Case shifted = Shifted();
  OpEvidence& op = shifted.ops.ops[0];
  ASSERT_TRUE(shifted.Find("QG030"));
  EXPECT_THAT(shifted.Find("QG030")->message, HasSubstr("100 %"));
  op.channel_mean_error = {0.05, 0};
  EXPECT_FALSE(shifted.Find("QG030"));
}

// A channel that always lies beyond the range is shifted by what is cut off, and a bias would only
// be cut off too.
TEST(OpFindings, AShiftThatClippingMakesAsksForAnotherRange) {
  Case clipped = Shifted();
  OpEvidence& op = clipped.ops.ops[0];
  EXPECT_THAT(clipped.Find("QG007")->fix, HasSubstr("Start the search"));
  op.clipping_mse = 0.0097;
  op.observed_max = 7.65;
  EXPECT_FALSE(clipped.Find("QG030"));
  ASSERT_TRUE(clipped.Find("QG007"));
  EXPECT_THAT(clipped.Find("QG007")->fix,
              HasSubstr("0..7.65: 97 % of its error's power is clipping"));
}

TEST(OpFindings, GuiltIsRankedByPointsThenByDamage) {
  Case two;
  two.ops.ops[0].excess_db = 30;
  two.ops.ops[0].own_mse = 0.1;
  two.ops.ops[1].excess_db = 10;
  two.ops.ops[1].own_mse = 0.001;
  auto guilty = RankGuilt(two.context());
  ASSERT_EQ(guilty.size(), 2U);
  EXPECT_EQ(guilty[0].op_index, 0);
  OpLoss loss;
  loss.variant_op = 1;
  loss.own.points = 3;
  two.attribution.ops = {loss};
  EXPECT_EQ(RankGuilt(two.context())[0].op_index, 1);
}

TEST(OpFindings, LossSharesAreThoseOfTheOperatorElseOfTheSource) {
  Attribution attribution;
  attribution.total.points = 10;
  attribution.sources = {{"weights", "", 7.0, 7.0, 7.0, {}}, {"clipping", "", 3.0, 3.0, 10.0, {}}};
  OpLoss loss;
  loss.variant_op = 4;
  loss.own.points = 6.5;
  attribution.ops = {loss};
  std::vector<Finding> findings(3);
  findings[0].id = "QG004";
  findings[0].op_index = 1;
  findings[1].id = "QG034";
  findings[1].op_index = 4;
  findings[2].id = "QG009";  // about nothing in the attribution
  AddLossShares(attribution, findings);
  EXPECT_EQ(findings[0].id, "QG034");
  EXPECT_EQ(findings[0].evidence.back().value, 6.5);
  EXPECT_EQ(findings[1].evidence.back().value, 3.0);
  EXPECT_TRUE(findings[2].evidence.empty());
}

TEST(OutcomeFindings, ProfilesThatFlipAreANoteWhileFew) {
  Case drifting;
  DriftReport& drift = drifting.evidence.variant.profile_drift.emplace();
  drift.samples = 1000;
  EXPECT_FALSE(drifting.Find("QG031"));
  drift.arg_max_flips = 1;
  EXPECT_EQ(drifting.Find("QG031")->severity, Severity::kNote);
  drift.arg_max_flips = 20;
  EXPECT_EQ(drifting.Find("QG031")->severity, Severity::kWarning);
}

TEST(OutcomeFindings, AClassThatCollapsesBehindAGoodMeanIsNamed) {
  Case collapse;
  VariantResult& variant = collapse.evidence.variant;
  variant.paired->drop = 0.01;
  variant.classes = {{0, 50, 48, 48, 0, 0}, {1, 50, 45, 15, 30, 0}};
  ASSERT_TRUE(collapse.Find("QG032"));
  EXPECT_THAT(collapse.Find("QG032")->message, HasSubstr("Class 1 collapses: 15 of 50"));
  variant.paired->drop = 0.5;  // all lose
  EXPECT_FALSE(collapse.Find("QG032"));
  variant.paired->drop = 0.01;
  variant.classes[1] = {1, 10, 9, 6, 4, 1};  // may be chance
  EXPECT_FALSE(collapse.Find("QG032"));
}

TEST(DataFindings, AnotherNormalisationMustBeFarBetter) {
  Case data;
  data.trials = {200, 40, {{"normalisation", "values of -1 to 1", 200, 190}}};
  ASSERT_TRUE(data.Find("QG013"));
  EXPECT_EQ(data.Find("QG013")->severity, Severity::kError);
  EXPECT_THAT(data.Find("QG013")->message, HasSubstr("95.0 % with values of -1 to 1"));
  EXPECT_FALSE(data.Find("QG016"));
  data.trials.trials[0].correct = 55;  // 7.5 points
  EXPECT_FALSE(data.Find("QG013"));
  data.trials.trials[0].correct = 150;
  data.reference.confusion = {2, {2, 98, 97, 3}};  // other names explain more
  EXPECT_FALSE(data.Find("QG013"));
  EXPECT_TRUE(data.Find("QG019"));
}

}  // namespace
}  // namespace quantgate
