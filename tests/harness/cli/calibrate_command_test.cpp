#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using CalibrateCommandTest = ProgramTest;

TEST_F(CalibrateCommandTest, CalibrateThenQuantizeMakesTheModelThatRunMakes) {
  const std::string data =
      std::string(" --images datasets/mnist/calibration-images-idx3-ubyte.gz --std 255 ");
  ASSERT_EQ(Run(std::string("calibrate ") + kModel + data + "--out " + Path("ranges.json")).code,
            0);
  ASSERT_EQ(Run(std::string("quantize ") + kModel + " --scheme int8 --ranges " +
                Path("ranges.json") + " --out " + Path("int8.tflite"))
                .code,
            0);
  ASSERT_EQ(
      Run("run configs/mnist/mnist.json --variant int8 --limit 10 --save-models --format json "
          "--out " +
          Path("out"))
          .code,
      0);
  EXPECT_EQ(ReadAll(Path("int8.tflite")), ReadAll(Path("out/int8.tflite")));
}

// Shards of any size, merged: the bytes of one pass, for one thread and for two.
TEST_F(CalibrateCommandTest, ObservationsOfPartsMergeToThoseOfOnePass) {
  const std::string data =
      std::string(kModel) + " --images datasets/mnist/calibration-images-idx3-ubyte.gz --std 255 ";
  const auto calibrate = [&](const std::string& flags, const std::string& name) {
    return Run("calibrate " + data + flags + " --observations " + Path(name) + " --out " +
               Path("ranges-" + name))
        .code;
  };
  ASSERT_EQ(calibrate("--limit 100 --threads 1", "one.json"), 0);
  ASSERT_EQ(calibrate("--limit 100 --threads 2", "two.json"), 0);
  ASSERT_EQ(calibrate("--limit 37", "a.json"), 0);
  ASSERT_EQ(calibrate("--first 37 --limit 63", "b.json"), 0);
  ASSERT_EQ(Run(std::string("calibrate ") + kModel + " --merge " + Path("a.json") + " --merge " +
                Path("b.json") + " --observations " + Path("merged.json") + " --out " +
                Path("ranges-merged.json"))
                .code,
            0);
  EXPECT_EQ(ReadAll(Path("two.json")), ReadAll(Path("one.json")));
  EXPECT_EQ(ReadAll(Path("merged.json")), ReadAll(Path("one.json")));
  EXPECT_EQ(ReadAll(Path("ranges-merged.json")), ReadAll(Path("ranges-one.json")));
  const Outcome other =
      Run("calibrate configs/mnist/mnist_depthwise.tflite --merge " + Path("a.json"));
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("another model"));
}

}  // namespace
}  // namespace quantgate
