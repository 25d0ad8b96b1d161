// What the program answers before a command runs: help, unknown words, numbers that are none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

TEST_F(ProgramTest, HelpNamesEveryCommandAndEndsWithZero) {
  const Outcome outcome = Run("--help");
  EXPECT_EQ(outcome.code, 0);
  for (const char* command : {"run", "compare", "drift", "calibrate", "quantize", "inspect",
                              "trace", "list", "version"}) {
    EXPECT_THAT(outcome.out, HasSubstr(std::string("\n  ") + command)) << command;
    const Outcome help = Run(std::string(command) + " --help");
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_THAT(help.out, HasSubstr("example: quantgate " + std::string(command))) << command;
  }
}

TEST_F(ProgramTest, NoCommandIsAUsageError) {
  const Outcome outcome = Run("");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("usage: quantgate COMMAND"));
}

TEST_F(ProgramTest, AnUnknownCommandSuggestsTheClosest) {
  const Outcome outcome = Run("inspct model.tflite");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'inspect'?"));
}

TEST_F(ProgramTest, AnUnknownOptionSuggestsTheClosest) {
  const Outcome outcome = Run(std::string("inspect ") + kModel + " --jsno");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean --json?"));
}

TEST_F(ProgramTest, ANumberThatIsNoneIsAUsageError) {
  const Outcome many = Run("run configs/mnist/mnist.json --limit many");
  EXPECT_EQ(many.code, 2);
  EXPECT_THAT(many.err, HasSubstr("--limit takes a number, not 'many'"));
  EXPECT_EQ(Run("run configs/mnist/mnist.json --limit -3").code, 2);
}

TEST_F(ProgramTest, AMissingArgumentIsAUsageError) {
  const Outcome outcome = Run("inspect");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("usage: quantgate inspect MODEL"));
}

}  // namespace
}  // namespace quantgate
