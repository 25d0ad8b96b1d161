#include "harness/driver/run.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/calibration/calibrate.h"
#include "harness/calibration/ranges_file.h"
#include "harness/driver/config_file.h"
#include "harness/driver/variant.h"
#include "reference/accelerated/simd.h"
#include "reference/core/file.h"
#include "reference/core/sha256.h"
#include "reports/json_report.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

RunReport RunDemo(bool plain, int threads) {
  auto config = ReadRunConfig("configs/mnist/mnist.json");
  EXPECT_TRUE(config.ok());
  config->dataset.spec.limit = 70;  // two chunks and a part of one
  config->calibration->dataset.spec.limit = 40;
  RunOptions options;
  options.plain = plain;
  options.threads = threads;
  auto outcome = Run(*config, options);
  EXPECT_TRUE(outcome.ok()) << outcome.error().ToString();
  return outcome->report;
}

// Float reference, int8 and uint8 variants, every layer's errors: no byte depends on which kernels
// ran, nor on the number of threads.
TEST(Run, ReportsAreTheSameWithAndWithoutAcceleration) {
  const RunReport fast = RunDemo(false, 1);
  const RunReport plain = RunDemo(true, 2);
  EXPECT_EQ(RenderJsonForComparison(fast), RenderJsonForComparison(plain));
  EXPECT_EQ(plain.environment.instruction_set, "plain");
  EXPECT_EQ(plain.environment.rechecked_samples, 0);
  if (accelerated::BestSimd() != nullptr) {
    EXPECT_EQ(fast.environment.instruction_set, accelerated::BestSimd()->name);
    EXPECT_EQ(fast.environment.rechecked_samples, 4);
  }
}

// The first 40 samples, one variant, with two profiles compared and the oracle asked.
VariantResult RunWithDrift(std::string_view first, std::string_view second, int threads) {
  auto config = ReadRunConfig("configs/mnist/mnist.json");
  EXPECT_TRUE(config.ok());
  config->dataset.spec.limit = 40;
  config->calibration->dataset.spec.limit = 40;
  config->variants.resize(1);
  config->variants[0].drift_first = FindProfile(first);
  config->variants[0].drift_second = FindProfile(second);
  config->oracle = true;
  RunOptions options;
  options.threads = threads;
  auto outcome = Run(*config, options);
  EXPECT_TRUE(outcome.ok()) << outcome.error().ToString();
  return outcome->report.variants.at(0);
}

TEST(Run, TellsWhereTwoProfilesPart) {
  const VariantResult variant = RunWithDrift("tflite", "xnnpack", 1);
  ASSERT_TRUE(variant.profile_drift.has_value());
  const DriftReport& drift = *variant.profile_drift;
  EXPECT_EQ(drift.first, "profile tflite");
  EXPECT_EQ(drift.second, "profile xnnpack");
  EXPECT_EQ(drift.samples, 40);
  const CodeDifference* first = drift.First();
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(first->inputs_equal);
  EXPECT_EQ(first->largest, 1);  // one operator on equal inputs rounds otherwise, no more
}

TEST(Run, DriftDoesNotDependOnTheThreads) {
  const auto one = RunWithDrift("tflite", "xnnpack", 1);
  const auto two = RunWithDrift("tflite", "xnnpack", 2);
  ASSERT_EQ(one.profile_drift->tensors.size(), two.profile_drift->tensors.size());
  for (size_t i = 0; i < one.profile_drift->tensors.size(); ++i) {
    EXPECT_EQ(one.profile_drift->tensors[i].different, two.profile_drift->tensors[i].different);
    EXPECT_EQ(one.profile_drift->tensors[i].first_sample,
              two.profile_drift->tensors[i].first_sample);
  }
}

TEST(Run, AProfileDoesNotDriftFromItself) {
  const VariantResult variant = RunWithDrift("xnnpack", "xnnpack", 0);
  ASSERT_TRUE(variant.profile_drift.has_value());
  EXPECT_EQ(variant.profile_drift->First(), nullptr);
  EXPECT_EQ(variant.profile_drift->arg_max_flips, 0);
}

TEST(Run, EveryQuantizedLayerOfTheDemoIsWithinOneCodeOfTheOracle) {
  int measured = 0;
  for (const TensorError& row : RunWithDrift("tflite", "xnnpack", 0).tensors) {
    if (!row.oracle_max_lsb) continue;
    ++measured;
    EXPECT_LE(*row.oracle_max_lsb, 1) << row.tensor;
    EXPECT_LE(*row.oracle_mean_lsb, *row.oracle_max_lsb) << row.tensor;
  }
  EXPECT_GE(measured, 5);
}

TEST(RunCalibration, TheCalibrationSamplesAreJudged) {
  const RunReport report = RunDemo(false, 2);
  ASSERT_TRUE(report.calibration_check);
  EXPECT_EQ(report.calibration_check->samples, 40);
  EXPECT_EQ(report.calibration_check->held_out_samples, 70);
  EXPECT_EQ(report.calibration_check->shared_samples, 0);
  ASSERT_FALSE(report.calibration_check->tensors.empty());
  EXPECT_EQ(report.calibration_check->tensors[0].tensor, "image");
  EXPECT_EQ(report.calibration_check->tensors[0].max, 1);
}

// Calibrating on the very samples that are evaluated is found, and said once.
TEST(RunCalibration, SharedSamplesAreAFinding) {
  auto config = ReadRunConfig("configs/mnist/mnist.json");
  ASSERT_TRUE(config.ok());
  config->dataset.spec.limit = 50;
  config->calibration->dataset.spec = config->dataset.spec;
  config->calibration->dataset.spec.first = 30;
  const auto outcome = quantgate::Run(*config, {});
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  EXPECT_EQ(outcome->report.calibration_check->shared_samples, 20);
  EXPECT_EQ(outcome->report.calibration_check->first_shared_sample, 30);
  const auto& findings = outcome->report.findings;
  EXPECT_EQ(std::count_if(findings.begin(), findings.end(),
                          [](const Finding& finding) { return finding.id == "QG012"; }),
            1);
}

TEST(RunCalibration, EachVariantHasTheRangesOfItsEstimator) {
  auto config = ReadRunConfig("configs/mnist/mnist.json");
  ASSERT_TRUE(config.ok());
  config->dataset.spec.limit = 20;
  config->calibration->dataset.spec.limit = 40;
  config->variants.resize(1);
  config->variants.push_back(config->variants[0]);
  config->variants[1].name = "median";
  config->variants[1].quantize->estimator = *ParseEstimator("median");
  const auto outcome = quantgate::Run(*config, {});
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  const auto& variants = outcome->report.variants;
  EXPECT_NE(variants[0].description.find("minmax ranges"), std::string::npos);
  EXPECT_NE(variants[1].description.find("median ranges"), std::string::npos);
  EXPECT_NE(variants[0].model.sha256, variants[1].model.sha256);
}

// A ranges file says how its samples were preprocessed; a run that does otherwise refuses it.
TEST(RunCalibration, RangesOfOtherPreprocessingAreRefused) {
  const TempFolder folder;
  auto config = ReadRunConfig("configs/mnist/mnist.json");
  ASSERT_TRUE(config.ok());
  config->dataset.spec.limit = 5;
  const auto model = LoadModel(config->reference_model, DefaultProfile());
  const auto dataset = OpenDataset(config->dataset.spec);
  ASSERT_TRUE(model.ok() && dataset.ok());
  const auto observation = Observe({.plan = model->plan,
                                    .model_sha256 = Sha256Hex(model->bytes.view()),
                                    .dataset = dataset->get(),
                                    .dataset_name = "x",
                                    .preprocessing = {{0}, {1}}});
  const auto ranges = EstimateRanges(*observation, {FindEstimator("minmax")});
  const std::string path = folder.File("ranges.json");
  ASSERT_TRUE(WriteFile(path, RangesToJson(*ranges)).ok());
  EXPECT_TRUE(LoadRangesFor(path, *model, nullptr).ok());
  const auto refused = LoadRangesFor(path, *model, &config->preprocessing);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "these ranges were calibrated with other preprocessing ('real = (raw - 0) / 1', here "
            "'real = (raw - 0) / 255')");
  Ranges renamed = *ranges;
  renamed.tensors[1].name = "other";
  ASSERT_TRUE(WriteFile(path, RangesToJson(renamed)).ok());
  EXPECT_EQ(LoadRangesFor(path, *model, nullptr).error().tensor, "other");
}

}  // namespace
}  // namespace quantgate
