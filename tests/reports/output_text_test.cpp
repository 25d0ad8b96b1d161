// Reports of runs that are no classification.
#include "reports/output_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/console_report.h"
#include "reports/html_plain.h"
#include "reports/markdown_report.h"
#include "reports/metrics_report.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using testing::Not;

// An autoencoder and a variant with two outputs: SQNR 27.6 and 31 dB, errors 0.25 and 3.97.
RunReport Reconstruction() {
  RunReport report;
  report.context.task_reason = "the first output, [1,640], has as many values as the input";
  report.reference.name = "reference";
  report.reference.model.quantization = "float32";
  report.variants.resize(1);
  VariantResult& variant = report.variants.front();
  variant.name = "int8";
  variant.graph.outputs = {4, 6};
  for (const auto& [index, sqnr_db, error] :
       {std::tuple{4, 27.63, 0.25}, std::tuple{5, 3.0, 100.0}, std::tuple{6, 31.0, 3.9704}}) {
    TensorError row;
    row.tensor = "t" + std::to_string(index);
    row.tensor_index = index;
    row.samples = 5;
    row.sqnr_db = sqnr_db;
    row.mse = 1;
    row.max_abs_error = error;
    variant.tensors.push_back(row);
  }
  return report;
}

TEST(OutputText, EveryTableShowsTheOutputsInPlaceOfAnswers) {
  const RunReport report = Reconstruction();
  for (const std::string& text :
       {RenderConsole(report, {}), RenderMarkdown(report), RenderHtmlPlain(report)}) {
    EXPECT_THAT(text, HasSubstr("27.6 dB"));
    EXPECT_THAT(text, HasSubstr("3.97"));
    EXPECT_THAT(text, HasSubstr("utput SQNR"));
    EXPECT_THAT(text, HasSubstr("Not judged as a classification: the first output"));
    EXPECT_THAT(text, Not(HasSubstr("op-1")));
    EXPECT_THAT(text, Not(HasSubstr("lips")));
  }
  const auto metrics = nlohmann::json::parse(RenderMetrics(report));
  EXPECT_DOUBLE_EQ(metrics["int8.output_sqnr_db"], 27.63);
  EXPECT_DOUBLE_EQ(metrics["int8.output_max_abs_error"], 3.9704);
  EXPECT_DOUBLE_EQ(metrics["int8.worst_sqnr_db"], 3.0);
}

TEST(OutputText, AnswersAreShownWhereTheyAreJudged) {
  RunReport report = Reconstruction();
  report.reference.auc.emplace();
  EXPECT_FALSE(ShowsOutputErrors(report)) << "anomaly detection has answers";
  report = Reconstruction();
  report.context.task_reason.clear();
  EXPECT_FALSE(ShowsOutputErrors(report));
  EXPECT_THAT(RenderConsole(report, {}), HasSubstr("top-1"));
}

TEST(OutputText, SaysWhatNoNumberSays) {
  RunReport report = Reconstruction();
  VariantResult& variant = report.variants.front();
  for (TensorError& row : variant.tensors) {
    row.sqnr_db.reset();
    row.mse = row.max_abs_error = 0;
  }
  EXPECT_EQ(OutputSqnrText(variant), "exact");
  EXPECT_EQ(OutputErrorText(variant), "0");
  variant.tensors.back().non_finite = 3;
  EXPECT_EQ(OutputSqnrText(variant), "none");
  EXPECT_EQ(OutputErrorText(variant), "not finite");
  variant.tensors.clear();
  EXPECT_EQ(OutputSqnrText(variant), "");
  EXPECT_EQ(OutputErrorText(variant), "");
  EXPECT_THAT(RenderMarkdown(report), HasSubstr("| int8 | – | – |"));
}

}  // namespace
}  // namespace quantgate
