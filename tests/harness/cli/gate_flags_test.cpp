#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using GateFlagsTest = ProgramTest;

TEST_F(GateFlagsTest, EveryRuleHasAFlag) {
  const Outcome help = Run("compare --help");
  const auto listed = nlohmann::json::parse(Run("list rules --json").out)["rules"];
  EXPECT_GE(listed.size(), 12U);
  for (const auto& [rule, summary] : listed.items()) {
    std::string flag = "--" + rule;
    std::replace(flag.begin(), flag.end(), '_', '-');
    EXPECT_THAT(help.out, HasSubstr(flag + " X"));
  }
}

// A model of 425 kB, judged for every class and tensor by one number.
TEST_F(GateFlagsTest, ARuleByFlagIsJudgedAsInAConfig) {
  const Outcome outcome =
      Run(std::string("compare ") + kModel + " " + kModel + " --images " + kImages + " --labels " +
          kLabels + " --std 255 --limit 50 --out " + Path("out") +
          " --max-size-bytes 1000 --min-class-recall-percent 90 --json --quiet");
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  const auto rules = nlohmann::json::parse(outcome.out)["variants"][0]["rules"];
  ASSERT_EQ(rules.size(), 2U);
  for (const auto& rule : rules) {
    EXPECT_EQ(rule["verdict"], rule["rule"] == "max_size_bytes" ? "fail" : "pass");
  }
}

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
