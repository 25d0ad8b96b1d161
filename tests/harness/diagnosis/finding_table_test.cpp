#include "harness/diagnosis/finding_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "harness/diagnosis/evidence.h"
#include "tests/harness/diagnosis/sample_variant.h"

namespace quantgate {
namespace {

TEST(FindingTable, IdsAndNamesAreUniqueAndFound) {
  std::set<std::string_view> seen;
  for (const FindingDef& finding : AllFindings()) {
    EXPECT_EQ(FindFinding(finding.id), &finding);
    EXPECT_EQ(FindFinding(finding.name), &finding);
    EXPECT_TRUE(seen.insert(finding.id).second);
    EXPECT_TRUE(seen.insert(finding.name).second);
    EXPECT_FALSE(finding.summary.empty());
  }
  EXPECT_EQ(FindFinding("QG999"), nullptr);
}

// `quantgate list findings` and the page agree: a section for each, in its order, and no other.
TEST(FindingTable, ThePageHasASectionForEach) {
  std::ifstream page("harness/diagnosis/findings.md");
  ASSERT_TRUE(page.is_open());
  std::vector<std::string> sections;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("## QG", 0) == 0) sections.push_back(line.substr(3));
  }
  std::vector<std::string> findings;
  for (const FindingDef& finding : AllFindings()) {
    findings.push_back(std::string(finding.id) + " " + std::string(finding.name));
  }
  EXPECT_EQ(sections, findings);
  EXPECT_GE(findings.size(), 20U);
}

TEST(Diagnose, ACleanVariantHasNoFindings) {
  const Evidence clean = CleanEvidence();
  for (const Finding& finding : Diagnose({clean.variant, clean.dataset, clean.model})) {
    ADD_FAILURE() << finding.id << ": " << finding.message;
  }
}

TEST(Diagnose, AnEmptyVariantHasNoFindingsAndDoesNotCrash) {
  Evidence empty = CleanEvidence();
  empty.variant = {};
  EXPECT_TRUE(Diagnose({empty.variant, empty.dataset, empty.model}).empty());
}

TEST(Diagnose, AVariantThatCouldNotRunIsNotDiagnosed) {
  Evidence evidence = CleanEvidence();
  evidence.variant.unmatched_tensors = {"x"};
  evidence.variant.error = "unsupported";
  EXPECT_TRUE(Diagnose({evidence.variant, evidence.dataset, evidence.model}).empty());
}

TEST(Diagnose, TheMostSevereComesFirst) {
  Evidence evidence = CleanEvidence();
  evidence.variant.unmatched_tensors = {"x"};  // a note
  evidence.variant.tensors[3].non_finite = 1;  // an error
  evidence.dataset.real_max = 0.5;             // a warning: half of the codes are never reached
  const auto findings = Diagnose({evidence.variant, evidence.dataset, evidence.model});
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].severity, Severity::kError);
  EXPECT_EQ(findings[1].severity, Severity::kWarning);
  EXPECT_EQ(findings[2].severity, Severity::kNote);
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.variant, "int8");
    EXPECT_FALSE(finding.message.empty());
    EXPECT_FALSE(finding.evidence.empty());
    EXPECT_FALSE(finding.fix.empty());
  }
}

TEST(Evidence, AccuracyIsLostOnlyBeyondTheInterval) {
  VariantResult variant = CleanEvidence().variant;
  EXPECT_FALSE(LostAccuracy(variant));
  variant.paired->drop = 0.10;
  variant.paired->drop95 = {-0.01, 0.2};
  EXPECT_FALSE(LostAccuracy(variant));
  LoseAccuracy(variant);
  EXPECT_TRUE(LostAccuracy(variant));
  variant.paired.reset();
  EXPECT_FALSE(LostAccuracy(variant));
}

// A drop that is certain and tiny is what quantization costs, unless a gate objects.
TEST(Evidence, ATinyDropCountsWhenTheGateObjects) {
  VariantResult variant = CleanEvidence().variant;
  variant.paired->drop = 0.002;
  variant.paired->drop95 = {0.001, 0.003};
  EXPECT_FALSE(LostAccuracy(variant));
  variant.verdict = Verdict::kFail;
  EXPECT_TRUE(LostAccuracy(variant));
}

}  // namespace
}  // namespace quantgate
