#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using BenchCommandTest = ProgramTest;

const std::string kBench = std::string("bench ") + kModel + " --seconds 0.02";

// How many samples run at a time is no matter of what they give.
TEST_F(BenchCommandTest, BatchesGiveTheOutputsOfOneSample) {
  const auto document = [&](const std::string& flags) {
    const Outcome outcome = Run(kBench + " --json " + flags);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  };
  const auto one = document("");
  EXPECT_EQ(one["batch"], 1);
  EXPECT_EQ(one["output_sha256"].size(), 1U);
  for (const std::string batch : {"2", "16", "auto"}) {
    const auto several = document("--batch " + batch);
    EXPECT_EQ(several["output_sha256"], one["output_sha256"]) << batch;
    EXPECT_EQ(several["samples"].get<int>() % several["batch"].get<int>(), 0);
    EXPECT_EQ(several["ops"].size(), one["ops"].size());
    if (batch == "auto") continue;
    EXPECT_EQ(several["batch"], std::stoi(batch));
  }
  // Without joint kernels nothing is gained by several samples.
  EXPECT_EQ(document("--batch auto --plain")["batch"], 1);
}

TEST_F(BenchCommandTest, PeopleReadHowManySamplesALatencyIsOf) {
  const Outcome one = Run(kBench);
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, Not(HasSubstr("at a time")));
  EXPECT_THAT(Run(kBench + " --batch 3").out, HasSubstr(" of 3 samples at a time\n"));
}

TEST_F(BenchCommandTest, BatchesAreAFewSamplesOfTheBuiltinEngine) {
  for (const std::string batch : {"0", "17", "-1", "all", "2x"}) {
    const Outcome outcome = Run(kBench + " --batch=" + batch);
    EXPECT_EQ(outcome.code, 2) << batch;
    EXPECT_THAT(outcome.err, HasSubstr("--batch takes auto or a number from 1 to 16"));
  }
  const Outcome tflite = Run(kBench + " --batch 2 --runtime tflite");
  EXPECT_EQ(tflite.code, 2);
  EXPECT_THAT(tflite.err, HasSubstr("--batch needs --runtime builtin"));
}

}  // namespace
}  // namespace quantgate
