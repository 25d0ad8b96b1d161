#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using QuantizeCommandTest = ProgramTest;

constexpr const char* kSamples =
    " --images datasets/mnist/calibration-images-idx3-ubyte.gz"
    " --labels datasets/mnist/calibration-labels-idx1-ubyte.gz --std 255 --limit 100";

TEST_F(QuantizeCommandTest, QuantizeSaysWhatItDid) {
  const std::string recipe =
      Write("recipe.json", R"({"rules": [{"op": "CONV_2D", "scheme": "int16x8"}]})");
  const Outcome outcome =
      Run(std::string("quantize ") + kModel + kSamples + " --recipe " + recipe +
          " --keep-float '^logits$' --corrections bias-correction,equalization" +
          " --input-type float32 --output-type float32 --out " + Path("mixed.tflite"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("int16x8"), HasSubstr("rule 1 of the recipe"),
                                 HasSubstr("equalization: "), HasSubstr("bias-correction: ")));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("1 in float32"), HasSubstr("conversions"),
                                 HasSubstr(" before, "), HasSubstr(" after")));
  const Outcome inspected = Run("inspect " + Path("mixed.tflite"));
  EXPECT_THAT(inspected.out, AllOf(HasSubstr("int16"), HasSubstr("runs here     yes")));
}

TEST_F(QuantizeCommandTest, EverySchemeIsWrittenAndRuns) {
  const Outcome list = Run("list schemes --json");
  const auto schemes = nlohmann::json::parse(list.out)["schemes"];
  for (const auto& [scheme, summary] : schemes.items()) {
    const Outcome outcome =
        Run(std::string("quantize ") + kModel + kSamples + " --quiet --scheme " + scheme +
            " --out " + Path(scheme + ".tflite"));
    ASSERT_EQ(outcome.code, 0) << scheme << ": " << outcome.err;
    EXPECT_EQ(outcome.out, "") << scheme;
    // The dense layers have 1,568 and 64 inputs, no multiples of 128: nothing is left to code.
    if (scheme == "int4-blockwise-128" || scheme == "int4-blockwise-256") {
      EXPECT_THAT(outcome.err, HasSubstr(" 0 operators quantized"));
      continue;
    }
    EXPECT_LT(fs::file_size(Path(scheme + ".tflite")), fs::file_size(kModel)) << scheme;
  }
}

TEST_F(QuantizeCommandTest, TrainedModelsNeedNoRanges) {
  const Outcome outcome = Run("quantize configs/mnist/mnist_conv_qat.tflite --full-integer --out " +
                              Path("qat.tflite"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("9 FAKE_QUANT folded"));
}

TEST_F(QuantizeCommandTest, WrongQuantizeFlagsAreNamed) {
  const std::string quantize = std::string("quantize ") + kModel + " --out " + Path("x.tflite");
  const auto error = [&](const std::string& flags) {
    const Outcome outcome = Run(quantize + " " + flags);
    EXPECT_EQ(outcome.code, 2) << flags;
    return outcome.err;
  };
  EXPECT_THAT(error(""), HasSubstr("activations need ranges"));
  EXPECT_THAT(error("--corrections equalize"), HasSubstr("equalization"));
  EXPECT_THAT(error("--scheme float16 --corrections equalization"), HasSubstr("need samples"));
  EXPECT_THAT(error("--input-type int4"), HasSubstr("float32, int8, uint8 or int16"));
  EXPECT_THAT(error("--scheme float16 --keep-float '('"), HasSubstr("no regular expression"));
  EXPECT_EQ(Run(quantize + " --scheme float16 --recipe missing.json").code, 3);
}

TEST_F(QuantizeCommandTest, RangesOfAnotherModelAreRefused) {
  const std::string data =
      std::string(" --images datasets/mnist/calibration-images-idx3-ubyte.gz --limit 10 ");
  ASSERT_EQ(Run(std::string("calibrate ") + kModel + data + "--out " + Path("ranges.json")).code,
            0);
  const Outcome outcome = Run("quantize configs/mnist/mnist_depthwise.tflite --ranges " +
                              Path("ranges.json") + " --out " + Path("x.tflite"));
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("another model"));
  EXPECT_FALSE(fs::exists(Path("x.tflite")));
}

}  // namespace
}  // namespace quantgate
