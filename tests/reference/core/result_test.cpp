#include "reference/core/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace quantgate {
namespace {

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> value(7);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value, 7);
  const Result<int> error(Error{ErrorCode::kInput, "no"});
  ASSERT_FALSE(error.ok());
  EXPECT_EQ(error.error().message, "no");
}

TEST(Result, MovesOutWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> made(std::make_unique<int>(3));
  const std::unique_ptr<int> taken = *std::move(made);
  EXPECT_EQ(*taken, 3);
}

Result<int> Half(int value) {
  if (value % 2 != 0) return Error{ErrorCode::kConfig, "odd"};
  return value / 2;
}

Result<int> Quarter(int value) {
  QG_ASSIGN_OR_RETURN(const int half, Half(value));
  return Half(half);
}

Status CheckQuarter(int value) {
  QG_RETURN_IF_ERROR(Half(value).ok() ? OkStatus() : Status(Half(value).error()));
  return OkStatus();
}

TEST(Result, MacrosHandErrorsOn) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_FALSE(Quarter(6).ok());  // 3 is odd
  EXPECT_FALSE(Quarter(5).ok());
  EXPECT_TRUE(CheckQuarter(4).ok());
  EXPECT_EQ(CheckQuarter(3).error().message, "odd");
}

TEST(ResultDeath, AValueThatIsNotThereAbortsWithTheError) {
  const Result<int> error(Error{ErrorCode::kInput, "gone"});
  EXPECT_DEATH(static_cast<void>(error.value()), "input error: gone");
  EXPECT_DEATH(static_cast<void>(Status().error()), "check failed");
}

TEST(Error, ToStringNamesEverythingThatIsKnown) {
  const Error bare{ErrorCode::kInput, "no such file"};
  EXPECT_EQ(bare.ToString(), "input error: no such file");
  const Error full{ErrorCode::kModel, "bad scale", "a.tflite", 3, "conv1", "convert again"};
  EXPECT_EQ(full.ToString(),
            "model error: a.tflite: op 3: tensor 'conv1': bad scale (convert again)");
}

TEST(Error, OperatorZeroIsNamedToo) {
  const Error error{ErrorCode::kUnsupported, "no kernel", {}, 0};
  EXPECT_EQ(error.ToString(), "unsupported error: op 0: no kernel");
}

TEST(Error, ExitCodesFollowTheKindOfError) {
  EXPECT_EQ(ExitCodeFor(ErrorCode::kUsage), 2);
  EXPECT_EQ(ExitCodeFor(ErrorCode::kConfig), 2);
  EXPECT_EQ(ExitCodeFor(ErrorCode::kInput), 3);
  EXPECT_EQ(ExitCodeFor(ErrorCode::kModel), 3);
  EXPECT_EQ(ExitCodeFor(ErrorCode::kUnsupported), 3);
  EXPECT_EQ(ExitCodeFor(ErrorCode::kInternal), 4);
}

TEST(Error, EveryCodeHasANameOfItsOwn) {
  std::set<std::string> names;
  for (ErrorCode code : {ErrorCode::kUsage, ErrorCode::kConfig, ErrorCode::kInput,
                         ErrorCode::kModel, ErrorCode::kUnsupported, ErrorCode::kInternal}) {
    names.insert(ErrorCodeName(code));
  }
  EXPECT_EQ(names.size(), 6U);
}

}  // namespace
}  // namespace quantgate
