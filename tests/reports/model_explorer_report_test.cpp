#include "reports/model_explorer_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "reports/report_table.h"
#include "tests/reports/sample_report.h"

namespace quantgate {
namespace {

using nlohmann::json;

const ReportFile* Named(const std::vector<ReportFile>& files, const std::string& name) {
  for (const ReportFile& file : files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

// What Model Explorer asks of node data (see model_explorer_report.h).
void ExpectNodeData(const json& document) {
  ASSERT_EQ(document.size(), 1U);
  const json& graph = document.at("main");
  ASSERT_FALSE(graph.at("results").empty());
  for (const auto& [name, result] : graph.at("results").items()) {
    EXPECT_TRUE(result.at("value").is_number()) << name;
  }
  const json& gradient = graph.at("gradient");
  EXPECT_EQ(gradient.front().at("stop"), 0);
  EXPECT_EQ(gradient.back().at("stop"), 1);
  for (const json& stop : gradient) {
    EXPECT_TRUE(
        std::regex_match(stop.at("bgColor").get<std::string>(), std::regex("#[0-9a-f]{6}")));
  }
}

TEST(ModelExplorer, HasAFileAVariantAndMetric) {
  const RunReport report = SampleReport();
  const std::vector<ReportFile> files = ModelExplorerFiles(report);
  const ReportFile* sqnr = Named(files, "model-explorer/int8.sqnr_db.json");
  ASSERT_NE(sqnr, nullptr);
  const json document = json::parse(sqnr->content);
  const TensorError& row = report.variants[0].tensors[4];
  EXPECT_EQ(document["main"]["results"][row.tensor]["value"], *row.sqnr_db);
  EXPECT_EQ(document["main"]["results"].size(), report.variants[0].tensors.size());
  EXPECT_EQ(FilesOf(*FindReport("model-explorer"), report).size(), files.size());
  EXPECT_EQ(json::parse(RenderModelExplorer(report)).size(), files.size());
}

TEST(ModelExplorer, EveryFileIsNodeData) {
  for (const RunReport& report : {SampleReport(), HostileReport()}) {
    for (const ReportFile& file : ModelExplorerFiles(report)) {
      SCOPED_TRACE(file.name);
      ExpectNodeData(json::parse(file.content));
    }
  }
}

TEST(ModelExplorer, HasWhatOperatorsCostWhereItWasMeasured) {
  const std::vector<ReportFile> files = ModelExplorerFiles(SampleReport());
  EXPECT_NE(Named(files, "model-explorer/uint8-dummy-ranges.own_points.json"), nullptr);
  EXPECT_EQ(Named(files, "model-explorer/int8.own_points.json"), nullptr);
}

TEST(ModelExplorer, LowIsBadWhereHigherIsBetter) {
  const std::vector<ReportFile> files = ModelExplorerFiles(SampleReport());
  const auto first = [&](const char* metric) {
    const ReportFile* file = Named(files, std::string("model-explorer/int8.") + metric + ".json");
    return json::parse(file->content)["main"]["gradient"][0]["bgColor"];
  };
  EXPECT_NE(first("sqnr_db"), first("rmse_per_scale"));
}

TEST(ModelExplorer, NamesOfVariantsNeverLeaveTheFolder) {
  RunReport report = SampleReport();
  report.variants[0].name = "../../etc/passwd";
  report.variants[1].name = "_/_/etc/passwd";  // the same once it is made harmless
  report.variants[2].name = "";
  std::set<std::string> names;
  for (const ReportFile& file : ModelExplorerFiles(report)) {
    EXPECT_TRUE(std::regex_match(file.name, std::regex("model-explorer/[A-Za-z0-9_-]+\\.[a-z_]+"
                                                       "\\.json")))
        << file.name;
    EXPECT_TRUE(names.insert(file.name).second) << file.name;
  }
}

TEST(ModelExplorer, AReportWithoutTensorsHasNoFiles) {
  EXPECT_TRUE(ModelExplorerFiles(RunReport{}).empty());
  EXPECT_EQ(RenderModelExplorer(RunReport{}), "{}\n");
}

}  // namespace
}  // namespace quantgate
