#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using CalibrateSweepTest = ProgramTest;

TEST_F(CalibrateSweepTest, ASweepHasARowForEveryEstimator) {
  const std::string command =
      std::string("calibrate ") + kModel +
      " --images datasets/mnist/calibration-images-idx3-ubyte.gz --limit 64 --std 255 --sweep";
  const Outcome text = Run(command + " --eval-images " + kImages + " --eval-labels " + kLabels +
                           " --eval-limit 32 --report " + Path("sweep"));
  EXPECT_EQ(text.code, 0);
  for (const char* name : {"minmax", "moving-average-0.95", "percentile-99.99", "entropy", "mse"}) {
    EXPECT_THAT(text.out, HasSubstr(name));
  }
  EXPECT_THAT(text.out, HasSubstr("output SQNR"));
  const auto report = nlohmann::json::parse(ReadAll(Path("sweep/report.json")));
  EXPECT_EQ(report["variants"].size(), 11U);
  EXPECT_EQ(report["calibration_check"]["samples"], 64);
  const Outcome without = Run(command);
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("--sweep needs --eval-images"));
}

}  // namespace
}  // namespace quantgate
