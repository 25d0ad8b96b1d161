// configs/schema/report.schema.json describes what RenderJson writes.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "reports/json_report.h"
#include "tests/reports/sample_report.h"

namespace quantgate {
namespace {

using nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

class ReportSchema : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file("configs/schema/report.schema.json");
    const json document = json::parse(file, nullptr, /*allow_exceptions=*/false);
    ASSERT_FALSE(document.is_discarded());
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(NlohmannJsonAdapter(document), schema_);
  }

  // The violations, one a line; empty when the document fits.
  std::string Violations(const json& document) {
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema_, NlohmannJsonAdapter(document), &results)) return "";
    std::ostringstream text;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const std::string& step : error.context) text << step;
      text << ": " << error.description << "\n";
    }
    return text.str();
  }

  valijson::Schema schema_;
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

// Every property says what it is, or refers to a definition that does.
void ExpectDescribed(const json& node, const std::string& path) {
  if (!node.is_object()) return;
  for (const char* group : {"properties", "definitions"}) {
    if (!node.contains(group)) continue;
    for (const auto& [key, value] : node[group].items()) {
      EXPECT_TRUE(value.contains("description") || value.contains("$ref")) << path << "." << key;
      ExpectDescribed(value, path + "." + key);
    }
  }
}

TEST(ReportSchemaText, DescribesEveryField) {
  std::ifstream file("configs/schema/report.schema.json");
  ExpectDescribed(json::parse(file), "report");
}

}  // namespace
}  // namespace quantgate
