#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/harness/cli/program_fixture.h"

namespace quantgate {
namespace {

using testing::HasSubstr;
using ListCommandTest = ProgramTest;

TEST_F(ListCommandTest, ListSuggestsATable) {
  EXPECT_THAT(Run("list schemes").out, HasSubstr("int8-per-tensor"));
  EXPECT_THAT(Run("list lint").out, HasSubstr("QL001 scale-zero"));
  const Outcome outcome = Run("list scheme");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("schemes"));
}

}  // namespace
}  // namespace quantgate
