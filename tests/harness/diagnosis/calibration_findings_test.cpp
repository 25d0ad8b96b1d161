#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/diagnosis/sample_variant.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

std::vector<Finding> Look(const Evidence& evidence, const CalibrationCheck* check) {
  std::vector<Finding> findings;
  FindFinding("QG012")->look({evidence.variant, evidence.dataset, evidence.model, check}, findings);
  return findings;
}

TEST(SharedSamples, AreCountedAndTheFirstIsNamed) {
  CalibrationCheck check;
  check.held_out_samples = 200;
  check.shared_samples = 25;
  check.first_shared_sample = 7;
  const auto findings = Look(CleanEvidence(), &check);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::kWarning);
  EXPECT_THAT(findings[0].message, HasSubstr("25 of the 200 samples of the dataset (12.5 %)"));
  EXPECT_THAT(findings[0].message, HasSubstr("index 7"));
}

TEST(SharedSamples, NoneAreFine) {
  CalibrationCheck check;
  check.held_out_samples = 200;
  EXPECT_TRUE(Look(CleanEvidence(), &check).empty());
}

TEST(SharedSamples, NothingIsSaidOfAVariantThatWasNotCalibratedHere) {
  EXPECT_TRUE(Look(CleanEvidence(), nullptr).empty());
}

}  // namespace
}  // namespace quantgate
