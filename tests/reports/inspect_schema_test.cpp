// configs/schema/inspect.schema.json describes what InspectionJson writes.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/inspection/inspect_model.h"
#include "harness/inspection/lint_table.h"
#include "reports/inspection_report.h"
#include "tests/reports/schema_checker.h"
#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

using nlohmann::json;

json Document(const Model& model, bool lint) {
  ModelInspection inspection =
      InspectModel(std::make_shared<const Model>(model), {}, "models/every corner.tflite");
  if (lint) inspection.lint = LintModel(model);
  return json::parse(InspectionJson(inspection));
}

class InspectSchema : public ::testing::Test {
 protected:
  SchemaChecker checker_{"configs/schema/inspect.schema.json"};
};

TEST_F(InspectSchema, DescribesModels) {
  for (const bool lint : {false, true}) {
    EXPECT_EQ(checker_.Violations(Document(EveryCornerModel(), lint)), "");
    EXPECT_EQ(checker_.Violations(Document(SmallFloatModel(), lint)), "");
  }
}

TEST_F(InspectSchema, TheSampleHasFindings) {
  const json lint = Document(EveryCornerModel(), true)["lint"];
  EXPECT_GT(lint["findings"].size(), 0U);
  EXPECT_EQ(lint["findings"].size(), lint["errors"].get<size_t>() + lint["warnings"].get<size_t>() +
                                         lint["notes"].get<size_t>());
}

// A file may hold bytes that are no UTF-8 wherever it holds text.
TEST_F(InspectSchema, DescribesAModelWithUnreadableNames) {
  Model model = EveryCornerModel();
  model.description = "\xff";
  model.subgraphs[0].name = "\xc3";
  model.subgraphs[0].tensors[0].name = "\x80\x01";
  EXPECT_EQ(checker_.Violations(Document(model, true)), "");
}

TEST_F(InspectSchema, RefusesWhatItDoesNotKnowAndWhatIsMissing) {
  const json document = Document(EveryCornerModel(), true);
  for (const auto& [key, value] : document.items()) {
    json less = document;
    less.erase(key);
    EXPECT_NE(checker_.Violations(less), "") << key;
  }
  for (const char* list : {"ops", "tensors"}) {
    for (const auto& [key, value] : document["subgraphs"][0][list][0].items()) {
      json less = document;
      less["subgraphs"][0][list][0].erase(key);
      EXPECT_NE(checker_.Violations(less), "") << list << " " << key;
    }
    json more = document;
    more["subgraphs"][0][list][0]["surprise"] = 1;
    EXPECT_NE(checker_.Violations(more), "") << list;
  }
}

TEST_F(InspectSchema, DescribesEveryField) { checker_.ExpectDescribed(); }

}  // namespace
}  // namespace quantgate
