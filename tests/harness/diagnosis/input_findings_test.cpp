#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/harness/diagnosis/sample_variant.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

// Reals 0..1 cast to integers: two codes, off by dozens of steps.
Evidence CastInput() {
  Evidence evidence = CleanEvidence();
  TensorError& input = evidence.variant.tensors[0];
  input.rmse_per_scale = 77.3;
  input.codes_used = 2;
  input.code_min = 0;
  input.code_max = 1;
  return evidence;
}

TEST(InputNotQuantized, SaysWhichCodesWereFedAndWhichWereNeeded) {
  const auto finding = Look(CastInput(), "QG001");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->tensor, "in");
  EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_THAT(finding->message, HasSubstr("received codes 0..1 (2 different)"));
  EXPECT_THAT(finding->message, HasSubstr("need codes 0..255"));
  EXPECT_THAT(finding->message, HasSubstr("77.3 steps"));
}

// A scale of 1/128 and zero point 128 put the real 1 one code above the highest.
TEST(InputNotQuantized, NeededCodesEndWhereCodesEnd) {
  Evidence evidence = CastInput();
  TensorError& input = evidence.variant.tensors[0];
  input.scale = 1.0 / 128;
  input.zero_point = 128;
  input.representable_min = -1;
  input.representable_max = 127.0 / 128;
  const auto finding = Look(evidence, "QG001");
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->message, HasSubstr("need codes 128..255"));
  EXPECT_THAT(finding->fix, HasSubstr("round(real / 0.0078125) + 128"));
}

TEST(InputNotQuantized, IsAnErrorWhereAccuracyWasLost) {
  Evidence evidence = CastInput();
  LoseAccuracy(evidence.variant);
  EXPECT_EQ(Look(evidence, "QG001")->severity, Severity::kError);
}

TEST(InputNotQuantized, RoundingAloneIsFine) {
  EXPECT_FALSE(Look(CleanEvidence(), "QG001"));
  Evidence evidence = CleanEvidence();
  evidence.variant.tensors[0].rmse_per_scale = 0.6;  // another rule for ties
  EXPECT_FALSE(Look(evidence, "QG001"));
}

// Data in -1..1 for an input of 0..1, quantized as it should be: half of it becomes the lowest
// code, 147 steps away (RMS), and no other code would have been nearer.
TEST(InputNotQuantized, WhatNoCodeReachesIsNotAboutFeeding) {
  Evidence evidence = CleanEvidence();
  TensorError& input = evidence.variant.tensors[0];
  input.clipping_mse = 1.0 / 3 / 2;  // the mean of r^2 over half of the values
  input.rmse_per_scale = std::sqrt(*input.clipping_mse) / *input.scale;
  input.clipped_low_share = 0.499;
  EXPECT_FALSE(Look(evidence, "QG001"));
  input.rmse_per_scale = *input.rmse_per_scale * 1.01;  // off by 15 steps beside
  const auto finding = Look(evidence, "QG001");
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->message, HasSubstr("off by 14.8 steps"));
}

TEST(InputNotQuantized, FloatInputsAreNoneOfItsBusiness) {
  Evidence evidence = CastInput();
  evidence.variant.tensors[0].scale.reset();
  EXPECT_FALSE(Look(evidence, "QG001"));
}

TEST(InputNormalisation, ClippingDataIsSaidSo) {
  Evidence evidence = CleanEvidence();
  evidence.dataset.real_min = -1;  // the codes express 0..1 only
  evidence.variant.tensors[0].clipped_low_share = 0.25;
  const auto finding = Look(evidence, "QG003");
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->message, HasSubstr("wrong"));
  EXPECT_THAT(finding->message, HasSubstr("0..1"));
  EXPECT_THAT(finding->message, HasSubstr("-1..1; 25.0 % of its values are cut off"));
  LoseAccuracy(evidence.variant);
  EXPECT_EQ(Look(evidence, "QG003")->severity, Severity::kError);
}

// A second input, of 0..200: the dataset's range is that of both together.
Evidence TwoInputs() {
  Evidence evidence = CleanEvidence();
  TensorError second = evidence.variant.tensors[0];
  second.tensor = "large";
  second.scale = 200.0 / 255;
  second.reference_min = *(second.representable_min = 0);
  second.reference_max = *(second.representable_max = 200);
  evidence.variant.tensors.insert(evidence.variant.tensors.begin() + 1, second);
  evidence.dataset.real_max = 200;
  return evidence;
}

TEST(InputNormalisation, OfSeveralInputsEachIsJudgedByItsOwnData) {
  for (const char* id : {"QG001", "QG003", "QG014", "QG015"}) {
    EXPECT_FALSE(Look(TwoInputs(), id)) << id;
  }
  Evidence evidence = TwoInputs();
  evidence.variant.tensors[1].reference_max = 100;
  const auto wasteful = Look(evidence, "QG003");
  ASSERT_TRUE(wasteful);
  EXPECT_EQ(wasteful->tensor, "large");
  EXPECT_THAT(wasteful->message, HasSubstr("128 of 256 codes"));
  evidence = TwoInputs();
  evidence.variant.tensors[1].reference_max = 1;
  const auto twice = Look(evidence, "QG014");
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->tensor, "large");
  evidence = TwoInputs();
  evidence.variant.tensors[1].rmse_per_scale = 40;
  const auto cast = Look(evidence, "QG001");
  ASSERT_TRUE(cast);
  EXPECT_EQ(cast->tensor, "large");
}

TEST(InputNormalisation, WastingCodesIsSaidSo) {
  Evidence evidence = CleanEvidence();
  evidence.dataset.real_max = 0.5;
  const auto finding = Look(evidence, "QG003");
  ASSERT_TRUE(finding);
  EXPECT_THAT(finding->message, HasSubstr("wasteful"));
  EXPECT_THAT(finding->message, HasSubstr("128 of 256 codes"));
  EXPECT_EQ(finding->severity, Severity::kWarning);
}

TEST(InputNormalisation, DataThatFitsIsFine) {
  EXPECT_FALSE(Look(CleanEvidence(), "QG003"));
  Evidence evidence = CleanEvidence();
  evidence.dataset.real_max = 0.9;  // rarely reaches the end
  EXPECT_FALSE(Look(evidence, "QG003"));
  evidence.dataset.real_max = 1.0 + 1.0 / 255;  // one step beyond is rounding
  EXPECT_FALSE(Look(evidence, "QG003"));
}

}  // namespace
}  // namespace quantgate
