#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/diagnosis/sample_variant.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

TEST(ConstantPrediction, OneAnswerForAllIsFound) {
  Evidence evidence = CleanEvidence();
  evidence.variant.confusion.counts = {1, 49, 2, 48};
  const auto finding = Look(evidence, "QG006");
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->message, HasSubstr("class 1 for 97.0 %"));
}

TEST(ConstantPrediction, MixedAnswersAreFine) { EXPECT_FALSE(Look(CleanEvidence(), "QG006")); }

// When the data holds one class only, one answer is right.
TEST(ConstantPrediction, DataOfOneClassIsFine) {
  Evidence evidence = CleanEvidence();
  evidence.variant.confusion.counts = {0, 3, 1, 96};
  EXPECT_FALSE(Look(evidence, "QG006"));
  evidence.variant.confusion = {};
  EXPECT_FALSE(Look(evidence, "QG006"));
}

TEST(WorstLayer, TheSteepestFallIsNamed) {
  Evidence evidence = CleanEvidence();
  LoseAccuracy(evidence.variant);
  evidence.variant.tensors[2].sqnr_db = 15;  // 45 before
  evidence.variant.tensors[3].sqnr_db = 10;
  const auto finding = Look(evidence, "QG007");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->tensor, "conv2");
  EXPECT_EQ(finding->op_index, 1);
  EXPECT_THAT(finding->message, HasSubstr("falls by 30.0 dB to 15.0 dB"));
}

TEST(WorstLayer, TheInputItselfCanBeTheWorst) {
  Evidence evidence = CleanEvidence();
  LoseAccuracy(evidence.variant);
  for (TensorError& row : evidence.variant.tensors) row.sqnr_db = 5;
  const auto finding = Look(evidence, "QG007");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->op_index, -1);
  EXPECT_THAT(finding->message, HasSubstr("the graph's input"));
}

// An input that was not quantized computes nothing that could exceed anything: what is left of it
// is told, and what to do is about feeding.
TEST(WorstLayer, ABrokenInputIsToldAsOne) {
  Evidence evidence = CleanEvidence();
  LoseAccuracy(evidence.variant);
  TensorError& input = evidence.variant.tensors[0];
  input.scale = 1.0 / 255;
  input.rmse_per_scale = 86;
  input.sqnr_db = 0.04;
  const auto finding = Look(evidence, "QG007");
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->message, HasSubstr("lost before the first operator"));
  EXPECT_EQ(finding->evidence[0].name, "sqnr_db");
  EXPECT_EQ(finding->evidence[0].value, 0.04);
  EXPECT_THAT(finding->fix, HasSubstr("what the model is fed"));
}

TEST(WorstLayer, WithoutALossThereIsNothingToLookFor) {
  Evidence evidence = CleanEvidence();
  evidence.variant.tensors[2].sqnr_db = 15;
  EXPECT_FALSE(Look(evidence, "QG007"));
}

TEST(NonFinite, TheFirstTensorIsNamed) {
  Evidence evidence = CleanEvidence();
  evidence.variant.tensors[1].non_finite = 7;
  evidence.variant.tensors[2].non_finite = 900;
  const auto finding = Look(evidence, "QG008");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->tensor, "conv1");
  EXPECT_EQ(finding->severity, Severity::kError);
  EXPECT_FALSE(Look(CleanEvidence(), "QG008"));
}

TEST(Unmatched, BothSidesAreCounted) {
  Evidence evidence = CleanEvidence();
  evidence.variant.unmatched_tensors = {"a", "b", "c", "d"};
  evidence.variant.unmatched_reference_tensors = {"e"};
  const auto finding = Look(evidence, "QG009");
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->message, HasSubstr("4 tensors of the variant ('a', 'b', 'c', ...)"));
  EXPECT_THAT(finding->message, HasSubstr("1 of the reference ('e')"));
  EXPECT_FALSE(Look(CleanEvidence(), "QG009"));
}

}  // namespace
}  // namespace quantgate
