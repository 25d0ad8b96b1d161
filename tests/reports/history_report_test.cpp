#include "reports/history_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/json_report.h"
#include "tests/reports/sample_report.h"

namespace quantgate {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

NamedReport RunOf(const std::string& file, const std::string& started, double top1) {
  NamedReport named{file, SampleReport()};
  named.report.environment.started_utc = started;
  named.report.variants[0].accuracy.top1 = top1;
  return named;
}

std::vector<NamedReport> ThreeRuns() {
  std::vector<NamedReport> runs = {RunOf("c.json", "", 0.5),
                                   RunOf("b.json", "2024-03-02T00:00:00Z", 0.98),
                                   RunOf("a.json", "2024-03-01T00:00:00Z", 0.97)};
  SortByTime(runs);
  return runs;
}

TEST(History, RunsComeByTimeAndThoseWithoutOneLast) {
  std::vector<std::string> files;
  for (const NamedReport& run : ThreeRuns()) files.push_back(run.file);
  EXPECT_THAT(files, ::testing::ElementsAre("a.json", "b.json", "c.json"));
}

TEST(History, ATextRowTellsAccuracySizeAndWorstLayer) {
  const std::string text = HistoryText(ThreeRuns());
  EXPECT_THAT(text, HasSubstr("2024-03-01 00:00"));
  EXPECT_THAT(text, ::testing::ContainsRegex("a\\.json +int8 +97\\.00 % .* dB +pass"));
  EXPECT_THAT(text, Not(HasSubstr("did not use the same samples")));
}

// A detector of anomalies, and a filter without any answer to judge.
TEST(History, WithoutTop1ItTellsTheAucAndTheOutputs) {
  std::vector<NamedReport> runs = ThreeRuns();
  runs.resize(1);
  runs[0].report.variants.resize(2);
  VariantResult& detector = runs[0].report.variants[0];
  VariantResult& filter = runs[0].report.variants[1];
  detector.accuracy = filter.accuracy = {};
  detector.auc = Auc{10, 10, 0.9321, 0.01, {}};
  filter.name = "filter";
  filter.tensors.resize(2);
  filter.tensors[1].sqnr_db = 27.64;
  filter.tensors[1].non_finite = 0;
  filter.graph.outputs = {filter.tensors[1].tensor_index};
  const std::string text = HistoryText(runs);
  EXPECT_THAT(text, ::testing::ContainsRegex("int8 +AUC 93\\.21 %"));
  EXPECT_THAT(text, ::testing::ContainsRegex("filter +- +27\\.6 dB"));
  const auto document = nlohmann::json::parse(HistoryJson(runs));
  EXPECT_EQ(document["runs"][0]["variants"][0]["auc"], 0.9321);
  EXPECT_EQ(document["runs"][0]["variants"][1]["output_sqnr_db"], 27.64);
  EXPECT_TRUE(document["runs"][0]["variants"][1]["top1"].is_null());
  runs.push_back(runs[0]);
  const RunReport kept = WithHistory(runs);
  EXPECT_EQ(kept.history[0].variants[0].auc, 0.9321);
  EXPECT_EQ(kept.history[0].variants[1].output_sqnr_db, 27.64);
  auto older = nlohmann::json::parse(RenderJson(kept));
  for (auto& variant : older["history"][0]["variants"]) {
    variant.erase("auc");
    variant.erase("output_sqnr_db");
  }
  EXPECT_TRUE(ParseJsonReport(older.dump()).ok());
}

TEST(History, OtherSamplesAreSaid) {
  std::vector<NamedReport> runs = ThreeRuns();
  runs[1].report.dataset.sha256 = "other";
  EXPECT_THAT(HistoryText(runs), HasSubstr("did not use the same samples"));
}

TEST(History, JsonHasTheSameRows) {
  const auto document = nlohmann::json::parse(HistoryJson(ThreeRuns()));
  ASSERT_EQ(document["runs"].size(), 3U);
  const auto& variant = document["runs"][0]["variants"][0];
  EXPECT_EQ(variant["top1"], 0.97);
  EXPECT_TRUE(variant["worst_sqnr_db"].is_number());
}

TEST(History, TheLastReportKeepsTheOthersBesideIt) {
  const RunReport report = WithHistory(ThreeRuns());
  EXPECT_EQ(report.variants[0].accuracy.top1, 0.5);
  ASSERT_EQ(report.history.size(), 2U);
  EXPECT_EQ(report.history[0].file, "a.json");
  EXPECT_EQ(*report.history[0].variants[0].top1, 0.97);
  EXPECT_EQ(report.history[0].variants[0].tensors.size(), 15U);
  const auto parsed = ParseJsonReport(RenderJson(report));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(RenderJson(*parsed), RenderJson(report));
}

TEST(History, HostileNamesStayText) {
  const std::vector<NamedReport> runs = {{"\x1b[31m.json", HostileReport()}};
  EXPECT_THAT(HistoryText(runs), Not(HasSubstr("\x1b")));
  EXPECT_FALSE(nlohmann::json::parse(HistoryJson(runs), nullptr, false).is_discarded());
}

}  // namespace
}  // namespace quantgate
