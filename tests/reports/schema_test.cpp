// configs/schema/report.schema.json describes what RenderJson writes.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/json_report.h"
#include "tests/reports/sample_report.h"
#include "tests/reports/schema_checker.h"

namespace quantgate {
namespace {

using nlohmann::json;

class ReportSchema : public ::testing::Test {
 protected:
  std::string Violations(const json& document) { return checker_.Violations(document); }

  SchemaChecker checker_{"configs/schema/report.schema.json"};
};

TEST_F(ReportSchema, DescribesTheSampleReport) {
  EXPECT_EQ(Violations(json::parse(RenderJson(SampleReport()))), "");
}

TEST_F(ReportSchema, DescribesAReportWithoutEnvironment) {
  EXPECT_EQ(Violations(json::parse(RenderJsonForComparison(SampleReport()))), "");
}

TEST_F(ReportSchema, DescribesReportsWithEverythingMissing) {
  EXPECT_EQ(Violations(json::parse(RenderJson(HostileReport()))), "");
  EXPECT_EQ(Violations(json::parse(RenderJson(RunReport{}))), "");
}

TEST_F(ReportSchema, RefusesWhatItDoesNotKnow) {
  json document = json::parse(RenderJson(SampleReport()));
  document["variants"][0]["tensors"][0]["surprise"] = 1;
  EXPECT_NE(Violations(document), "");
}

TEST_F(ReportSchema, RefusesEachMissingMemberOfAVariant) {
  const json document = json::parse(RenderJson(SampleReport()));
  for (const auto& [key, value] : document["variants"][0].items()) {
    json less = document;
    less["variants"][0].erase(key);
    EXPECT_NE(Violations(less), "") << key;
  }
}

TEST_F(ReportSchema, RefusesAnUnknownVerdict) {
  json document = json::parse(RenderJson(SampleReport()));
  document["verdict"] = "maybe";
  EXPECT_NE(Violations(document), "");
}

TEST_F(ReportSchema, DescribesEveryField) { checker_.ExpectDescribed(); }

}  // namespace
}  // namespace quantgate
