#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using ReportFilesTest = ProgramTest;

TEST_F(ReportFilesTest, DiagnoseAndRepairLeaveReports) {
  ASSERT_EQ(Run("run configs/mnist/mnist.json --variant uint8-dummy-ranges --limit 20 --quiet "
                "--save-models --format json --out " +
                Path("out"))
                .code,
            1);
  const std::string models = std::string(kModel) + " " + Path("out/uint8-dummy-ranges.tflite");
  const Outcome diagnosed =
      Run("diagnose " + models + " --images " + kImages + " --labels " + kLabels +
          " --std 255 --limit 20 --quiet --json --report " + Path("why"));
  ASSERT_EQ(diagnosed.code, 0) << diagnosed.err;
  EXPECT_TRUE(nlohmann::json::parse(diagnosed.out).contains("sources"));
  const auto why = nlohmann::json::parse(ReadAll(Path("why/report.json")));
  EXPECT_GT(why["variants"][0]["attribution"]["ops"].size(), 3U);
  EXPECT_THAT(diagnosed.err, HasSubstr("why/report.html"));
  const Outcome repaired =
      Run("repair " + models + " --images datasets/mnist/calibration-images-idx3-ubyte.gz" +
          " --limit 40 --eval-images " + kImages + " --eval-labels " + kLabels +
          " --eval-limit 50 --std 255 --quiet --min-sqnr-db 10 --report " + Path("fixed"));
  EXPECT_LE(repaired.code, 1) << repaired.err;
  const auto fixed = nlohmann::json::parse(ReadAll(Path("fixed/report.json")));
  EXPECT_EQ(fixed["repair"]["steps"].size(), fixed["variants"].size());
  EXPECT_GE(fixed["repair"]["best"], 0);
}

}  // namespace
}  // namespace quantgate
