#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/diagnosis/sample_variant.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

// All layers given the range 0..6, whatever they compute.
Evidence DummyRanges() {
  Evidence evidence = CleanEvidence();
  for (size_t i = 1; i < evidence.variant.tensors.size(); ++i) {
    TensorError& row = evidence.variant.tensors[i];
    row.scale = 6.0 / 255;
    row.zero_point = 0;
    row.representable_min = 0;
    row.representable_max = 6;
  }
  evidence.variant.tensors[3].clipped_low_share = 0.25;
  evidence.variant.tensors[3].clipped_high_share = 0.5;
  return evidence;
}

TEST(DummyRanges, EqualParametersOfUnequalTensorsAreNamed) {
  const auto finding = Look(DummyRanges(), "QG002");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->tensor, "fc");  // the one most clipped
  EXPECT_EQ(finding->op_index, 2);
  EXPECT_THAT(finding->message, HasSubstr("3 activations share scale"));
  EXPECT_THAT(finding->message, HasSubstr("(range 0..6)"));
  EXPECT_THAT(finding->message, HasSubstr("75.0 % of the values of 'fc' are clipped"));
}

TEST(DummyRanges, CalibratedRangesAreFine) { EXPECT_FALSE(Look(CleanEvidence(), "QG002")); }

// Tensors that really have the same range may have the same parameters.
TEST(DummyRanges, EqualParametersOfEqualTensorsAreFine) {
  Evidence evidence = DummyRanges();
  for (size_t i = 1; i < evidence.variant.tensors.size(); ++i) {
    evidence.variant.tensors[i].reference_min = 0;
    evidence.variant.tensors[i].reference_max = 6;
  }
  EXPECT_FALSE(Look(evidence, "QG002"));
}

// RESHAPE passes parameters on, SOFTMAX has them from the spec: neither chose them.
TEST(DummyRanges, ParametersNobodyChoseSayNothing) {
  Evidence evidence = DummyRanges();
  evidence.variant.tensors[1].op_type = "RESHAPE";
  evidence.variant.tensors[2].op_type = "SOFTMAX";
  EXPECT_FALSE(Look(evidence, "QG002"));
}

TEST(NotQuantizationAware, AFloatModelUnderDummyRangesIsNamed) {
  const auto finding = Look(DummyRanges(), "QG039");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->tensor, "fc");
  EXPECT_THAT(finding->message, HasSubstr("nothing keeps its values in 0..6"));
  EXPECT_THAT(finding->message, HasSubstr("no FAKE_QUANT operators"));
  // conv1 and conv2 have no clipped values in this evidence.
  EXPECT_THAT(finding->message, HasSubstr("in 1 of 3 tensors that have it, most at 'fc'"));
  EXPECT_THAT(finding->message, HasSubstr("(-10..20, 75.0 % of the values)"));
  EXPECT_THAT(finding->fix, HasSubstr("dynamic-range"));
  EXPECT_EQ(finding->severity, Look(DummyRanges(), "QG002")->severity);
}

TEST(NotQuantizationAware, CalibratedRangesSayNothing) {
  EXPECT_FALSE(Look(CleanEvidence(), "QG039"));
}

// One range for all layers is what a model trained with it may have.
TEST(NotQuantizationAware, AModelTrainedWithFakeQuantsSaysNothing) {
  Evidence evidence = DummyRanges();
  evidence.reference_model.subgraphs[0].ops[0].code = OpCode::kFAKE_QUANT;
  EXPECT_FALSE(Look(evidence, "QG039"));
}

// So is one that keeps to its range without.
TEST(NotQuantizationAware, ValuesWithinTheRangeSayNothing) {
  Evidence evidence = DummyRanges();
  evidence.variant.tensors[3].clipped_low_share = 0;
  evidence.variant.tensors[3].clipped_high_share = 0;
  EXPECT_FALSE(Look(evidence, "QG039"));
}

TEST(RangeClipped, TheWorstTensorIsNamed) {
  Evidence evidence = CleanEvidence();
  TensorError& row = evidence.variant.tensors[2];
  row.representable_max = 6;  // of 9 observed
  row.clipped_high_share = 0.125;
  const auto finding = Look(evidence, "QG004");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->tensor, "conv2");
  EXPECT_THAT(finding->message, HasSubstr("12.50 % lie outside -2..6"));
  EXPECT_EQ(finding->severity, Severity::kNote);
  LoseAccuracy(evidence.variant);
  EXPECT_EQ(Look(evidence, "QG004")->severity, Severity::kError);
}

TEST(RangeClipped, ATailCutOnPurposeIsFine) {
  Evidence evidence = CleanEvidence();
  evidence.variant.tensors[2].representable_max = 6;
  evidence.variant.tensors[2].clipped_high_share = 0.0005;
  EXPECT_FALSE(Look(evidence, "QG004"));
}

// A softmax reaches 1.0, one step above its highest code.
TEST(RangeClipped, OneStepBeyondTheEndIsFine) {
  Evidence evidence = CleanEvidence();
  TensorError& row = evidence.variant.tensors[3];
  row.reference_max = *row.representable_max + *row.scale;
  row.clipped_high_share = 0.3;
  EXPECT_FALSE(Look(evidence, "QG004"));
}

// Behind a broken input the layers' measurements say little about the layers.
TEST(RangeClipped, ABrokenInputMakesItANote) {
  Evidence evidence = CleanEvidence();
  evidence.variant.tensors[2].representable_max = 6;
  evidence.variant.tensors[2].clipped_high_share = 0.125;
  evidence.variant.tensors[0].rmse_per_scale = 80;
  LoseAccuracy(evidence.variant);
  EXPECT_EQ(Look(evidence, "QG004")->severity, Severity::kNote);
}

}  // namespace
}  // namespace quantgate
