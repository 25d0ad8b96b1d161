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

}  // namespace
}  // namespace quantgate
