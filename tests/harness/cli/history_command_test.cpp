#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using HistoryCommandTest = ProgramTest;

TEST_F(HistoryCommandTest, HistoryPutsReportsSideBySide) {
  const std::string run =
      "run configs/mnist/mnist.json --variant int8 --limit 20 --quiet --format json";
  ASSERT_EQ(Run(run + " --out " + Path("a")).code, 0);
  ASSERT_EQ(Run(run + " --out " + Path("b")).code, 0);
  const std::string both = Path("a/report.json") + " " + Path("b/report.json");
  const Outcome text = Run("history " + both + " --report " + Path("both"));
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("worst layer, SQNR"));
  EXPECT_THAT(text.out, HasSubstr("both/report.html"));
  const auto report = nlohmann::json::parse(ReadAll(Path("both/report.json")));
  ASSERT_EQ(report["history"].size(), 1U);
  EXPECT_EQ(report["history"][0]["variants"][0]["name"], "int8");
  const Outcome document = Run("history " + both + " --json");
  EXPECT_EQ(nlohmann::json::parse(document.out)["runs"].size(), 2U);
  EXPECT_EQ(Run("history").code, 2);
  const Outcome wrong = Run("history configs/mnist/mnist.json");
  EXPECT_EQ(wrong.code, 3);
  EXPECT_THAT(wrong.err, HasSubstr("configs/mnist/mnist.json"));
}

}  // namespace
}  // namespace quantgate
