#include "harness/driver/run.h"

#include <gtest/gtest.h>

#include "harness/driver/config_file.h"
#include "reference/accelerated/simd.h"
#include "reports/json_report.h"

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

}  // namespace
}  // namespace quantgate
