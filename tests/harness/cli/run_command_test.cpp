#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using RunCommandTest = ProgramTest;

TEST_F(RunCommandTest, AnUnknownConfigKeySuggestsTheClosest) {
  const Outcome outcome = Run("run " + Config("\"gate\"", "\"gates\""));
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("'gates'"), HasSubstr("did you mean 'gate'?")));
}

TEST_F(RunCommandTest, AnUnknownSchemeNamesThePathOfTheKey) {
  const Outcome outcome = Run("run " + Config("\"scheme\": \"int8\"", "\"scheme\": \"int9\""));
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("variants[0].quantize.scheme"), HasSubstr("int8")));
}

TEST_F(RunCommandTest, AnUnknownReportFormatIsAConfigError) {
  const Outcome outcome = Run("run configs/mnist/mnist.json --format jsno");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'json'?"));
}

TEST_F(RunCommandTest, AConfigThatIsNoJsonSaysWhere) {
  const Outcome outcome = Run("run " + Write("config.json", "{\"dataset\": ]"));
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("line 1, column 13"));
}

TEST_F(RunCommandTest, OneVariantThatCannotRunLeavesTheOthersStanding) {
  const std::string config = Config("{\"name\": \"int8\", \"quantize\": {\"scheme\": \"int8\"}}",
                                    "{\"name\": \"int8\", \"model\": \"nowhere.tflite\"}");
  const Outcome outcome =
      Run("run " + config + " --limit 32 --variant int8 --variant uint8-calibrated --json --out " +
          Path("out") + " --format json");
  EXPECT_EQ(outcome.code, 1);
  const auto report = nlohmann::json::parse(outcome.out);
  EXPECT_THAT(report["variants"][0]["error"].get<std::string>(), HasSubstr("nowhere.tflite"));
  EXPECT_EQ(report["variants"][0]["verdict"], "fail");
  EXPECT_EQ(report["variants"][1]["accuracy"]["n"], 32);
}

TEST_F(RunCommandTest, NoVariantAtAllIsAnErrorNotAPass) {
  const std::string config = Config("{\"name\": \"int8\", \"quantize\": {\"scheme\": \"int8\"}}",
                                    "{\"name\": \"int8\", \"model\": \"nowhere.tflite\"}");
  const Outcome outcome = Run("run " + config + " --variant int8 --out " + Path("out"));
  EXPECT_EQ(outcome.code, 3);
  EXPECT_FALSE(fs::exists(Path("out")));
}

TEST_F(RunCommandTest, JsonStandsAloneOnStandardOutput) {
  const Outcome outcome =
      Run("run configs/mnist/mnist.json --variant int8 --limit 32 --json --format json --out " +
          Path("out"));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["schema_version"], 1);
  EXPECT_THAT(outcome.err, HasSubstr("variant"));
  EXPECT_EQ(ReadAll(Path("out/report.json")), outcome.out);
}

TEST_F(RunCommandTest, TheDemosBadVariantsFailAndAreExplained) {
  const Outcome outcome =
      Run("run configs/mnist/mnist.json --limit 500 --format json --json --out " + Path("out"));
  EXPECT_EQ(outcome.code, 1);
  const auto report = nlohmann::json::parse(outcome.out);
  std::map<std::string, std::string> verdicts;
  for (const auto& variant : report["variants"]) verdicts[variant["name"]] = variant["verdict"];
  EXPECT_EQ(verdicts["int8"], "pass");
  EXPECT_EQ(verdicts["int8-per-tensor"], "pass");
  EXPECT_EQ(verdicts["uint8-calibrated"], "pass");
  EXPECT_EQ(verdicts["uint8-dummy-ranges"], "fail");
  EXPECT_EQ(verdicts["uint8-input-not-quantized"], "fail");
  std::set<std::string> found;
  for (const auto& finding : report["findings"]) {
    found.insert(finding["variant"].get<std::string>() + " " + finding["name"].get<std::string>());
  }
  EXPECT_TRUE(found.contains("uint8-dummy-ranges dummy-ranges"));
  EXPECT_TRUE(found.contains("uint8-dummy-ranges input-normalisation"));
  EXPECT_TRUE(found.contains("uint8-input-not-quantized input-not-quantized"));
}

TEST_F(RunCommandTest, ReportsDoNotDependOnThreads) {
  std::vector<nlohmann::json> reports;
  for (const char* threads : {"1", "2", "3"}) {
    const Outcome outcome =
        Run("run configs/mnist/mnist.json --limit 200 --json --format json --out " + Path("out") +
            " --threads " + threads);
    reports.push_back(nlohmann::json::parse(outcome.out));
    reports.back().erase("environment");
    reports.back()["context"].erase("command");
  }
  EXPECT_EQ(reports[0].dump(), reports[1].dump());
  EXPECT_EQ(reports[0].dump(), reports[2].dump());
}

TEST_F(RunCommandTest, ModelExplorerHasAFileAMetric) {
  ASSERT_EQ(Run("run configs/mnist/mnist.json --variant int8 --limit 20 --quiet "
                "--format model-explorer --out " +
                Path("out"))
                .code,
            0);
  const auto data = nlohmann::json::parse(ReadAll(Path("out/model-explorer/int8.sqnr_db.json")));
  EXPECT_TRUE(data["main"]["results"].contains("conv1"));
}

}  // namespace
}  // namespace quantgate
