#include "harness/gate/baseline.h"

#include <gtest/gtest.h>

#include <random>

namespace quantgate {
namespace {

RunReport Report(const std::vector<uint8_t>& right) {
  RunReport report;
  report.dataset.name = "digits";
  report.dataset.sha256 = std::string(64, 'a');
  report.dataset.preprocessing = "real = raw";
  VariantResult variant;
  variant.name = "int8";
  variant.model.sha256 = "m1";
  variant.model.size_bytes = 1234;
  variant.right = right;
  report.variants.push_back(variant);
  return report;
}

TEST(Baseline, WhatIsWrittenIsRead) {
  std::mt19937_64 engine(11);
  for (int round = 0; round < 50; ++round) {
    std::vector<uint8_t> right(engine() % 300);
    for (uint8_t& answer : right) answer = engine() % 4 != 0;
    const Baseline written = BaselineOf(Report(right), "new images");
    const std::string text = BaselineToJson(written);
    const auto read = BaselineFromJson(text, "b.json");
    ASSERT_TRUE(read.ok()) << read.error().ToString();
    EXPECT_EQ(read->variants.at("int8").right, right) << "seed 11, round " << round;
    EXPECT_EQ(read->variants.at("int8").reason, "new images");
    EXPECT_EQ(BaselineToJson(*read), text);
  }
}

TEST(Baseline, RunsOfWrongSamplesAreRanges) {
  const std::string text = BaselineToJson(BaselineOf(Report({0, 1, 0, 0, 0, 1, 0}), ""));
  EXPECT_NE(text.find("\"wrong_samples\": \"0 2-4 6\""), std::string::npos) << text;
  EXPECT_EQ(text.find("reason"), std::string::npos);
}

TEST(Baseline, TheSameSamplesArePaired) {
  const Baseline before = BaselineOf(Report({1, 1, 1, 0, 0}), "");
  RunReport now = Report({1, 0, 0, 0, 1});
  CompareWithBaseline(before, "b.json", now);
  const BaselineComparison& comparison = *now.variants[0].baseline;
  EXPECT_TRUE(comparison.same_model);
  ASSERT_TRUE(comparison.paired);
  EXPECT_EQ(comparison.paired->lost, 2);
  EXPECT_EQ(comparison.paired->gained, 1);
  EXPECT_EQ(comparison.paired->both_correct, 1);
  EXPECT_EQ(comparison.paired->both_wrong, 1);
  EXPECT_NEAR(comparison.paired->drop, 0.2, 1e-12);
}

// Nothing accepted earlier is lost by writing the file again: not the reason of a variant that has
// not changed, not one that was left out today or could not run.
TEST(Baseline, WritingAgainKeepsWhatStillHolds) {
  Baseline before = BaselineOf(Report({1, 1, 0}), "accepted in May");
  before.variants["other"] = before.variants["int8"];
  const Baseline same = BaselineOf(Report({1, 1, 0}), "", before, /*keep_others=*/true);
  EXPECT_EQ(same.variants.at("int8").reason, "accepted in May");
  EXPECT_TRUE(same.variants.contains("other"));
  EXPECT_FALSE(BaselineOf(Report({1, 1, 0}), "", before).variants.contains("other"));
  const Baseline changed = BaselineOf(Report({1, 0, 0}), "new ranges", before);
  EXPECT_EQ(changed.variants.at("int8").reason, "new ranges");
  RunReport broken = Report({});
  broken.variants[0].error = "unsupported";
  EXPECT_EQ(BaselineOf(broken, "", before).variants.at("int8").right,
            before.variants.at("int8").right);
  RunReport other_data = Report({1, 1, 0});
  other_data.dataset.sha256 = std::string(64, 'b');
  const Baseline fresh = BaselineOf(other_data, "", before, /*keep_others=*/true);
  EXPECT_EQ(fresh.variants.size(), 1U) << "answers on other samples are no baseline for these";
  EXPECT_EQ(fresh.variants.at("int8").reason, "");
}

TEST(Baseline, WhatDiffersIsSaidAndNeverCompared) {
  const Baseline before = BaselineOf(Report({1, 1, 1}), "");
  RunReport other_data = Report({1, 1, 1});
  other_data.dataset.sha256 = std::string(64, 'b');
  CompareWithBaseline(before, "b.json", other_data);
  EXPECT_FALSE(other_data.variants[0].baseline->paired);
  EXPECT_NE(other_data.variants[0].baseline->incomparable.find("dataset"), std::string::npos);
  RunReport other_variant = Report({1, 1, 1});
  other_variant.variants[0].name = "int4";
  CompareWithBaseline(before, "b.json", other_variant);
  EXPECT_NE(other_variant.variants[0].baseline->incomparable.find("int4"), std::string::npos);
  RunReport other_model = Report({1, 1, 0});
  other_model.variants[0].model.sha256 = "m2";
  CompareWithBaseline(before, "b.json", other_model);
  EXPECT_FALSE(other_model.variants[0].baseline->same_model);
  EXPECT_TRUE(other_model.variants[0].baseline->paired);
}

TEST(Baseline, BrokenFilesAreNamed) {
  const std::string good = BaselineToJson(BaselineOf(Report({1, 0, 1}), ""));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  for (const std::string& text :
       {std::string("[]"), std::string("{"), with("\"schema_version\": 1", "\"schema_version\": 9"),
        with("\"wrong_samples\": \"1\"", "\"wrong_samples\": \"3\""),
        with("\"wrong_samples\": \"1\"", "\"wrong_samples\": \"1,2\""),
        with("\"wrong_samples\": \"1\"", "\"wrong_samples\": \"2-1\""),
        with("\"samples\": 3", "\"samples\": -3"), with("\"model_sha256\"", "\"model\""),
        with("\"samples\": 3", "\"samples\": 4000000000"),
        with("\"size_bytes\": 1234", "\"size_bytes\": -9223372036854775808")}) {
    const auto read = BaselineFromJson(text, "b.json");
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kConfig);
    EXPECT_EQ(read.error().file, "b.json");
  }
}

TEST(Baseline, TheChangeIsShownLineByLine) {
  Baseline before = BaselineOf(Report({1, 1}), "");
  before.variants["gone"] = before.variants["int8"];
  Baseline after = BaselineOf(Report({1, 0}), "");
  EXPECT_EQ(DescribeChange(before, after),
            "int8: top-1 100.00 %, 1234 bytes -> top-1 50.00 %, 1234 bytes\n"
            "gone: top-1 100.00 %, 1234 bytes -> gone\n");
}

}  // namespace
}  // namespace quantgate
