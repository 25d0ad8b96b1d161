#include "reports/drift_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace quantgate {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

DriftReport TwoOps(int64_t different) {
  CodeDifference equal{.tensor = "conv", .tensor_index = 1, .op_index = 0, .op_type = "CONV_2D"};
  equal.dtype = DType::kInt8;
  equal.elements = 200;
  CodeDifference other = equal;
  other.tensor = "dense\x1b[31m";
  other.op_index = 1;
  other.op_type = "FULLY_CONNECTED";
  other.different = different;
  if (different > 0) {
    other.largest = 3;
    other.samples_different = 2;
    other.first_sample = 5;
    other.first_element = 7;
    other.first_value = -4;
    other.second_value = -1;
  }
  return {"profile tflite", "profile xnnpack", 20, {equal, other}, 1};
}

TEST(DriftText, NamesTheFirstOperatorThatDiffers) {
  const std::string text = DriftText(TwoOps(50));
  EXPECT_THAT(text, HasSubstr("first differ at op 1, FULLY_CONNECTED"));
  EXPECT_THAT(text, HasSubstr("25.000 %"));
  EXPECT_THAT(text, HasSubstr("from equal inputs"));
  EXPECT_THAT(text, HasSubstr("1 of 20 samples"));
}

TEST(DriftText, CountsNoAnswersWhereThereAreNone) {
  DriftReport drift = TwoOps(50);
  drift.arg_max_flips.reset();
  EXPECT_THAT(DriftText(drift), Not(HasSubstr("answer")));
  EXPECT_TRUE(nlohmann::json::parse(DriftJson(drift, "a"))["drift"]["arg_max_flips"].is_null());
}

TEST(DriftText, DoesNothingToATerminal) {
  EXPECT_THAT(DriftText(TwoOps(1)), Not(HasSubstr("\x1b")));
}

TEST(DriftText, SaysThatNothingDiffers) {
  EXPECT_THAT(DriftText(TwoOps(0)), HasSubstr("computed the same in every tensor of 20 samples"));
}

TEST(DriftJson, HoldsEverything) {
  const auto document = nlohmann::json::parse(DriftJson(TwoOps(50), "a.tflite"));
  EXPECT_EQ(document["model"], "a.tflite");
  EXPECT_EQ(document["drift"]["arg_max_flips"], 1);
  EXPECT_EQ(document["drift"]["tensors"][1]["different"], 50);
  EXPECT_EQ(document["drift"]["tensors"][1]["largest"], 3);
}

}  // namespace
}  // namespace quantgate
