// Runs of task "anomaly": a model that lets pass what is positive and loses the rest, so that its
// reconstruction error tells samples with negative values.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "harness/driver/config_file.h"
#include "harness/driver/run.h"
#include "reference/core/file.h"
#include "reference/model/tflite_writer.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

constexpr int kSamples = 80;
constexpr int kValues = 8;

class AnomalyRun : public ::testing::Test {
 protected:
  void SetUp() override {
    ModelBuilder builder;
    const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 2, 4, 1});
    const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 2, 4, 1});
    builder.AddOp(OpCode::kRELU, {in}, {out});
    ASSERT_TRUE(WriteFile(folder_.File("relu.tflite"), WriteModel(*builder.Finish({out}))).ok());
    WriteImages();
    WriteLabels(1);
  }

  // Every other sample has one value below zero among those from -0.2 on.
  void WriteImages() {
    std::string bytes = {0, 0, 8, 3, 0, 0, 0, kSamples, 0, 0, 0, 2, 0, 0, 0, 4};
    Random random(20250191U);
    for (int i = 0; i < kSamples; ++i) {
      for (const float value : random.Floats(kValues, 120, 250)) {
        bytes += static_cast<char>(static_cast<uint8_t>(value));
      }
      if (i % 2 == 1) bytes.back() = static_cast<char>(50 + i);
    }
    ASSERT_TRUE(WriteFile(folder_.File("images"), bytes).ok());
  }
  void WriteLabels(int anomalous) {
    std::string bytes = {0, 0, 8, 1, 0, 0, 0, kSamples};
    for (int i = 0; i < kSamples; ++i) bytes += static_cast<char>(i % 2 * anomalous);
    ASSERT_TRUE(WriteFile(folder_.File("labels"), bytes).ok());
  }

  Result<RunOutcome> RunWith(const std::string& gate) {
    const std::string data =
        R"({"kind": "idx", "images": "images", "labels": "labels", "name": "x"})";
    const std::string text = R"({"task": "anomaly", "dataset": )" + data +
                             R"(, "preprocessing": {"mean": 128, "std": 64}, "calibration": )" +
                             R"({"dataset": )" + data +
                             R"(}, "reference": {"model": "relu.tflite"},)" +
                             R"( "variants": [{"name": "int8", "quantize": {"scheme": "int8"}}],)" +
                             R"( "gate": )" + gate + "}";
    QG_RETURN_IF_ERROR(WriteFile(folder_.File("run.json"), text));
    QG_ASSIGN_OR_RETURN(const RunConfig config, ReadRunConfig(folder_.File("run.json")));
    return quantgate::Run(config, {});
  }

  TempFolder folder_;
};

TEST_F(AnomalyRun, TellsAnomaliesByTheReconstruction) {
  const auto outcome = RunWith(R"({"preset": "mlperf-tiny-ad", "max_auc_drop_points": 1})");
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  const RunReport& report = outcome->report;
  ASSERT_TRUE(report.reference.auc);
  EXPECT_EQ(report.reference.auc->normal, kSamples / 2);
  EXPECT_EQ(report.reference.auc->anomalous, kSamples / 2);
  EXPECT_GT(report.reference.auc->value, 0.9);
  EXPECT_FALSE(report.reference.auc_drop);
  const VariantResult& variant = report.variants.at(0);
  ASSERT_TRUE(variant.error.empty()) << variant.error;
  ASSERT_TRUE(variant.auc && variant.auc_drop);
  EXPECT_NEAR(variant.auc_drop->value, report.reference.auc->value - variant.auc->value, 1e-12);
  EXPECT_EQ(variant.accuracy.n, 0);  // an arg-max would mean nothing
  EXPECT_FALSE(variant.paired);
  ASSERT_EQ(variant.rules.size(), 2U);
  EXPECT_EQ(variant.verdict, Verdict::kPass);
}

TEST_F(AnomalyRun, NeedsLabelsOfTwoKinds) {
  WriteLabels(7);
  const auto outcome = RunWith("{}");
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().message.find("labels 0 (normal) and 1 (anomalous), not 7"),
            std::string::npos)
      << outcome.error().message;
}

TEST_F(AnomalyRun, OneKindOfSamplesHasNoArea) {
  WriteLabels(0);
  const auto outcome = RunWith(R"({"min_auc_percent": 85})");
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->report.variants.at(0).auc);
  EXPECT_EQ(outcome->report.variants.at(0).verdict, Verdict::kFail);
}

TEST_F(AnomalyRun, NeedsAnOutputLikeTheInput) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 2, 4, 1});
  const int sum = builder.AddTensor("sum", DType::kFloat32, Shape{1, 2, 4, 1});
  const int axes = builder.AddConstant<int32_t>("axes", Shape{2}, {1, 2});
  const int mean = builder.AddTensor("mean", DType::kFloat32, Shape{1, 1});
  builder.AddOp(OpCode::kRELU, {in}, {sum});
  builder.AddOp(OpCode::kMEAN, {sum, axes}, {mean});
  ASSERT_TRUE(WriteFile(folder_.File("relu.tflite"), WriteModel(*builder.Finish({mean}))).ok());
  const auto outcome = RunWith("{}");
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().message.find("1 elements instead of 8"), std::string::npos)
      << outcome.error().message;
}

}  // namespace
}  // namespace quantgate
