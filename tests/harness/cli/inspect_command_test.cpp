#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using InspectCommandTest = ProgramTest;

TEST_F(InspectCommandTest, AMissingModelIsAnInputError) {
  const Outcome outcome = Run("inspect nowhere.tflite");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("nowhere.tflite"), HasSubstr("no such file")));
  EXPECT_EQ(outcome.out, "");
}

TEST_F(InspectCommandTest, ATruncatedModelIsAModelError) {
  const std::string cut = Write("cut.tflite", ReadAll(kModel).substr(0, 100000));
  const Outcome outcome = Run("inspect " + cut);
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("cut.tflite"));
}

TEST_F(InspectCommandTest, RandomBytesAreNoModel) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(i * 2654435761U >> 13);
  EXPECT_EQ(Run("inspect " + Write("noise.tflite", bytes)).code, 3);
}

TEST_F(InspectCommandTest, InspectShowsScaleAndZeroPoint) {
  ASSERT_EQ(Run(std::string("quantize ") + kModel +
                " --scheme uint8 --default-ranges-min 0 --default-ranges-max 6 --mean-values 128 "
                "--std-dev-values 128 --out " +
                Path("dummy.tflite"))
                .code,
            0);
  const Outcome text = Run("inspect " + Path("dummy.tflite"));
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("0.0078125 zp 128"));  // 1/128 and 128: the input's contract
  const auto json = nlohmann::json::parse(Run("inspect --json " + Path("dummy.tflite")).out);
  const auto& tensor = json["subgraphs"][0]["tensors"][0];
  EXPECT_EQ(tensor["role"], "input");
  EXPECT_EQ(tensor["zero_point"], nlohmann::json::array({128}));
}

TEST_F(InspectCommandTest, InspectShowsTheTablesAskedFor) {
  const Outcome ops = Run(std::string("inspect --ops ") + kModel);
  EXPECT_EQ(ops.code, 0);
  EXPECT_THAT(ops.out, AllOf(StartsWith("Operators\n"), HasSubstr("CONV_2D")));
  EXPECT_EQ(ops.out.find("Tensors\n"), std::string::npos);
  EXPECT_THAT(Run(std::string("inspect --tensors ") + kModel).out, StartsWith("Tensors\n"));
}

// The converter's dummy ranges are seen in the file alone.
TEST_F(InspectCommandTest, DefaultRangesAreWarnedOf) {
  ASSERT_EQ(Run(std::string("quantize ") + kModel +
                " --scheme uint8 --default-ranges-min 0 --default-ranges-max 6 --mean-values 128"
                " --std-dev-values 128 --out " +
                Path("dummy.tflite"))
                .code,
            0);
  const Outcome outcome = Run("inspect --lint-fail-on warning " + Path("dummy.tflite"));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("QL039  warning"),
                                 HasSubstr("4 of 4 layers have the range 0..6: default ranges?")));
}

TEST_F(InspectCommandTest, LintEndsWithOneOnlyAtTheSeverityAskedFor) {
  ASSERT_EQ(Run(std::string("quantize ") + kModel + " --scheme int8-per-tensor --limit 20" +
                " --images datasets/mnist/calibration-images-idx3-ubyte.gz --std 255 --out " +
                Path("per_tensor.tflite"))
                .code,
            0);
  const std::string inspect = "inspect " + Path("per_tensor.tflite");
  const Outcome lint = Run(inspect + " --lint");
  EXPECT_EQ(lint.code, 0);
  EXPECT_THAT(lint.out, AllOf(HasSubstr("QL014"), HasSubstr("weight-per-tensor"),
                              HasSubstr("0 errors, 0 warnings, ")));
  EXPECT_EQ(Run(inspect + " --lint-fail-on error").code, 0);
  EXPECT_EQ(Run(inspect + " --lint-fail-on warning").code, 0);
  EXPECT_EQ(Run(inspect + " --lint-fail-on note").code, 1);
  const Outcome json = Run(inspect + " --json --lint-fail-on note");
  EXPECT_EQ(json.code, 1);
  const auto document = nlohmann::json::parse(json.out);
  EXPECT_EQ(document["lint"]["findings"][0]["code"], "QL014");
  EXPECT_EQ(nlohmann::json::parse(Run(inspect + " --json").out)["lint"], document["lint"]);
  EXPECT_THAT(Run(inspect).out, HasSubstr("0 errors, 0 warnings, 2 notes; --lint shows them"));
  const Outcome wrong = Run(inspect + " --lint-fail-on fatal");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("note, warning or error"));
}

}  // namespace
}  // namespace quantgate
