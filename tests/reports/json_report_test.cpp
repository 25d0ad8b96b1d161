#include "reports/json_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/reports/sample_report.h"

namespace quantgate {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(JsonReport, ComesBackTheSame) {
  const std::string text = RenderJson(SampleReport());
  const Result<RunReport> parsed = ParseJsonReport(text);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(RenderJson(*parsed), text);
}

TEST(JsonReport, ComesBackTheSameWithEverythingMissing) {
  for (const RunReport& report : {RunReport{}, HostileReport()}) {
    const std::string text = RenderJson(report);
    const Result<RunReport> parsed = ParseJsonReport(text);
    ASSERT_TRUE(parsed.ok()) << parsed.error().message;
    EXPECT_EQ(RenderJson(*parsed), text);
  }
}

TEST(JsonReport, WritesTheSameBytesTwice) {
  EXPECT_EQ(RenderJson(SampleReport()), RenderJson(SampleReport()));
}

TEST(JsonReport, NumbersThatJsonLacksAreNull) {
  RunReport report = SampleReport();
  report.reference.accuracy.top1 = std::numeric_limits<double>::quiet_NaN();
  report.dataset.real_max = std::numeric_limits<double>::infinity();
  const json document = json::parse(RenderJson(report));
  EXPECT_TRUE(document["reference"]["accuracy"]["top1"].is_null());
  EXPECT_TRUE(document["dataset"]["real_max"].is_null());
  const Result<RunReport> parsed = ParseJsonReport(RenderJson(report));
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(std::isnan(parsed->reference.accuracy.top1));
}

TEST(JsonReport, ComparisonLeavesOutTheMachine) {
  RunReport other = SampleReport();
  other.environment.cpu = "another machine";
  other.environment.seconds_total = 1;
  EXPECT_EQ(RenderJsonForComparison(other), RenderJsonForComparison(SampleReport()));
  EXPECT_NE(RenderJson(other), RenderJson(SampleReport()));
}

TEST(JsonReport, CompactIsOneLineOfTheSameDocument) {
  const std::string compact = RenderJsonCompact(SampleReport());
  EXPECT_EQ(compact.find('\n'), std::string::npos);
  EXPECT_EQ(json::parse(compact), json::parse(RenderJson(SampleReport())));
}

TEST(JsonReport, NamesAFieldThatIsMissing) {
  json document = json::parse(RenderJson(SampleReport()));
  document["variants"][1]["accuracy"].erase("top1");
  const Result<RunReport> parsed = ParseJsonReport(document.dump());
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(parsed.error().message, HasSubstr("variants[1].accuracy"));
  EXPECT_THAT(parsed.error().message, HasSubstr("top1"));
}

// Reports written before these fields were added are read all the same.
TEST(JsonReport, ReadsAReportWithoutWhatWasAddedLater) {
  json document = json::parse(RenderJson(SampleReport()));
  for (const char* key : {"repair", "history"}) document.erase(key);
  for (json& variant : document["variants"]) {
    for (const char* key : {"attribution", "auc", "auc_drop"}) variant.erase(key);
    for (json& tensor : variant["tensors"]) {
      for (const char* key : {"clipping_mse", "histogram", "channels", "weights"}) {
        tensor.erase(key);
      }
    }
  }
  document["context"].erase("task_reason");
  document["calibration_check"].erase("estimators");
  for (json& tensor : document["calibration_check"]["tensors"]) tensor.erase("estimates");
  const Result<RunReport> parsed = ParseJsonReport(document.dump());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_FALSE(parsed->variants[0].tensors[0].histogram);
  EXPECT_FALSE(parsed->repair);
}

TEST(JsonReport, RefusesAnotherSchemaVersion) {
  json document = json::parse(RenderJson(SampleReport()));
  document["schema_version"] = 99;
  const Result<RunReport> parsed = ParseJsonReport(document.dump());
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(parsed.error().message, HasSubstr("99"));
}

TEST(JsonReport, RefusesTextThatIsNoReport) {
  for (const std::string text : {"", "{", "[]", "null", "{}", "\xff", "{\"schema_version\": 1}"}) {
    EXPECT_FALSE(ParseJsonReport(text).ok()) << text;
  }
  EXPECT_FALSE(ParseJsonReport(std::string(100'000, '[')).ok());
}

// Any cut leaves no valid document; none may crash or be taken for a report.
TEST(JsonReport, RefusesEveryPrefix) {
  const std::string text = RenderJsonCompact(HostileReport());
  for (size_t length = 0; length < text.size(); length += 97) {
    EXPECT_FALSE(ParseJsonReport(text.substr(0, length)).ok()) << length;
  }
}

TEST(JsonReport, RefusesPixelsThatDoNotFillThePicture) {
  json document = json::parse(RenderJson(SampleReport()));
  document["pictures"][0]["height"] = 27;
  EXPECT_FALSE(ParseJsonReport(document.dump()).ok());
}

}  // namespace
}  // namespace quantgate
