#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using GateFlagsTest = ProgramTest;

// 20 samples on which nothing is lost: enough as a number, too few to show anything.
TEST_F(GateFlagsTest, APresetIsShownWithTheConfidenceAskedFor) {
  const std::string command = std::string("compare ") + kModel + " " + kModel + " --images " +
                              kImages + " --labels " + kLabels + " --std 255 --limit 20 --out " +
                              Path("out") + " --preset mlperf-99 --json --quiet";
  const Outcome number = Run(command);
  EXPECT_EQ(number.code, 0) << number.err;
  const Outcome shown = Run(command + " --confidence 0.95");
  EXPECT_EQ(shown.code, 1) << shown.err;
  const auto rule = nlohmann::json::parse(shown.out)["variants"][0]["rules"][0];
  EXPECT_EQ(rule["rule"], "min_relative_percent");
  EXPECT_EQ(rule["confidence"], 0.95);
  EXPECT_EQ(rule["verdict"], "inconclusive");
}

TEST_F(GateFlagsTest, AnUnknownPresetSuggestsTheClosest) {
  const Outcome outcome = Run(std::string("compare ") + kModel + " " + kModel + " --images " +
                              kImages + " --preset mlperf-9");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'mlperf-99'?"));
}

}  // namespace
}  // namespace quantgate
