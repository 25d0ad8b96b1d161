#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using DriftCommandTest = ProgramTest;

// A float model computes the same under every profile.
TEST_F(DriftCommandTest, DriftPrintsATableOrJson) {
  const std::string command =
      std::string("drift ") + kModel + " --images " + kImages + " --std 255 --samples 3 --quiet";
  const Outcome table = Run(command);
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("computed the same in every tensor of 3 samples"));
  const Outcome document = Run(command + " --json --profiles tflite,tflite-reference");
  EXPECT_EQ(document.code, 0) << document.err;
  const auto drift = nlohmann::json::parse(document.out)["drift"];
  EXPECT_EQ(drift["second"], "profile tflite-reference");
  EXPECT_EQ(drift["samples"], 3);
}

TEST_F(DriftCommandTest, DriftWantsTwoProfiles) {
  const std::string command = std::string("drift ") + kModel + " --images " + kImages;
  const Outcome one = Run(command + " --profiles tflite");
  EXPECT_EQ(one.code, 2);
  EXPECT_THAT(one.err, HasSubstr("--profiles takes two names"));
  const Outcome unknown = Run(command + " --profiles tflite,xnpack");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'xnnpack'?"));
}

}  // namespace
}  // namespace quantgate
