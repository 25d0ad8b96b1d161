#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using DatasetFlagsTest = ProgramTest;

TEST_F(DatasetFlagsTest, AWrongIdxMagicNamesTheFile) {
  const std::string bad = Write("bad-images", "this is no IDX file at all");
  const Outcome outcome = Run(std::string("calibrate ") + kModel + " --images " + bad);
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("bad-images"), HasSubstr("not an IDX file")));
}

TEST_F(DatasetFlagsTest, SwappedImagesAndLabelsAreNoticed) {
  const Outcome outcome = Run(std::string("compare ") + kModel + " " + kModel + " --images " +
                              kLabels + " --labels " + kImages);
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("swapped?"));
}

TEST_F(DatasetFlagsTest, LabelsOfAnotherSetAreNoticed) {
  const Outcome outcome =
      Run(std::string("compare ") + kModel + " " + kModel + " --images " + kImages +
          " --labels datasets/mnist/calibration-labels-idx1-ubyte.gz --out " + Path("out"));
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("10000 images"), HasSubstr("1000 labels")));
  EXPECT_FALSE(fs::exists(Path("out"))) << "an output was begun";
}

TEST_F(DatasetFlagsTest, DamagedGzipIsNoticed) {
  std::string bytes = ReadAll(kImages);
  const std::string cut = Write("cut.gz", bytes.substr(0, bytes.size() / 2));
  const Outcome outcome = Run(std::string("calibrate ") + kModel + " --images " + cut);
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("ends too early"));
}

TEST_F(DatasetFlagsTest, FilesMayHaveCommasInTheirNames) {
  const std::string images = Write("a,b-images", ReadAll(kImages));
  const Outcome outcome = Run(std::string("calibrate ") + kModel + " --images " + images +
                              " --limit 5 --std 255 --out " + Path("c,d.json"));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(fs::exists(Path("c,d.json")));
}

TEST_F(DatasetFlagsTest, MeanAndStdAreListsAndMayNameAnInput) {
  const auto run = [&](const std::string& flags) {
    return Run(std::string("calibrate ") + kModel + " --images " + kImages + " --limit 5 --out " +
               Path("ranges.json") + " " + flags);
  };
  EXPECT_EQ(run("--mean 0 --std 255").code, 0);
  EXPECT_THAT(run("--std 1,2,3").err, HasSubstr("preprocessing names 3 values for 1 channels"));
  EXPECT_THAT(run("--std image=255").err, HasSubstr("mean and std are named for 'image'"));
  EXPECT_THAT(run("--std image=x").err, HasSubstr("--std is no list of numbers: 'image=x'"));
  EXPECT_THAT(run("--std 255,0").err, HasSubstr("--std holds a zero"));
}

}  // namespace
}  // namespace quantgate
