#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

namespace fs = std::filesystem;
using testing::StartsWith;
using TraceCommandTest = ProgramTest;

TEST_F(TraceCommandTest, TraceWritesEveryTensorAndRefusesAnInputOfTheWrongSize) {
  Write("zeros.bin", std::string(28 * 28 * 4, '\0'));
  const Outcome outcome =
      Run(std::string("trace ") + kModel + " --input " + Path("zeros.bin") + " --out " + Path("t"));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto manifest = nlohmann::json::parse(ReadAll(Path("t/manifest.json")));
  EXPECT_EQ(manifest["tensors"].size(), 9U);  // the input and what eight operators compute
  for (const auto& tensor : manifest["tensors"]) {
    EXPECT_THAT(ReadAll(Path("t/" + tensor["file"].get<std::string>())), StartsWith("\x93NUMPY"));
  }
  Write("short.bin", "1234");
  EXPECT_EQ(
      Run(std::string("trace ") + kModel + " --input " + Path("short.bin") + " --out " + Path("u"))
          .code,
      3);
  EXPECT_FALSE(fs::exists(Path("u")));
}

}  // namespace
}  // namespace quantgate
