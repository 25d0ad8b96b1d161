#include "reference/ops/ties.h"

#include <gtest/gtest.h>

#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

const QuantParams kParams = PerTensor(0.5F, 3);
const QuantParams kOther = PerTensor(0.25F, 0);

int Codes(ModelBuilder& builder, const char* name, const QuantParams& params = kParams) {
  return builder.AddTensor(name, DType::kInt8, Shape{1, 4}, params);
}

TEST(Ties, ParametersArePassedOnByOperatorsThatCopyOneInput) {
  ModelBuilder builder;
  const int input = builder.AddInput("input", DType::kInt8, Shape{1, 4}, kOther);
  const int logistic = Codes(builder, "logistic");
  const int reshaped = Codes(builder, "reshaped");
  const int padded = Codes(builder, "padded");
  const int pads = builder.AddConstant("pads", Shape{2, 2}, std::vector<int32_t>{0, 0, 0, 0});
  const int value = builder.AddConstant("value", Shape{1}, std::vector<int8_t>{3}, kParams);
  builder.AddOp(OpCode::kLOGISTIC, {input}, {logistic});
  builder.AddOp(OpCode::kRESHAPE, {logistic}, {reshaped});
  builder.AddOp(OpCode::kPADV2, {reshaped, pads, value}, {padded});
  const auto model = builder.Finish({padded});
  EXPECT_EQ(OwnerOf(model->main(), padded), 0);
  EXPECT_EQ(OwnerOf(model->main(), logistic), 0);
  EXPECT_EQ(OwnerOf(model->main(), input), -1);
  EXPECT_EQ(TieOf(model->main(), logistic), -1);  // the value that pads is a constant
}

TEST(Ties, SeveralInputsShareTheirParametersWithTheOutput) {
  ModelBuilder builder;
  const int input = builder.AddInput("input", DType::kInt8, Shape{1, 4}, kOther);
  const int a = Codes(builder, "a");
  const int reshaped = Codes(builder, "reshaped");
  const int joined = Codes(builder, "joined");
  builder.AddOp(OpCode::kLOGISTIC, {input}, {a});
  builder.AddOp(OpCode::kRESHAPE, {a}, {reshaped});
  builder.AddOp(OpCode::kMAXIMUM, {reshaped, a}, {joined});
  const auto model = builder.Finish({joined});
  EXPECT_EQ(OwnerOf(model->main(), joined), 2);
  EXPECT_EQ(TieOf(model->main(), a), 2);
  EXPECT_EQ(TieOf(model->main(), joined), -1);
}

// One activation and a constant: nothing else follows from the constant's parameters.
TEST(Ties, AConstantTiesNothing) {
  ModelBuilder builder;
  const int input = builder.AddInput("input", DType::kInt8, Shape{1, 4}, kParams);
  const int floor = builder.AddConstant("floor", Shape{1}, std::vector<int8_t>{3}, kParams);
  const int clipped = Codes(builder, "clipped");
  builder.AddOp(OpCode::kMAXIMUM, {input, floor}, {clipped});
  const auto model = builder.Finish({clipped});
  EXPECT_EQ(TieOf(model->main(), input), -1);
  EXPECT_EQ(OwnerOf(model->main(), clipped), -1);
}

TEST(Ties, OtherParametersEndTheChain) {
  ModelBuilder builder;
  const int input = builder.AddInput("input", DType::kInt8, Shape{1, 4}, kOther);
  const int reshaped = Codes(builder, "reshaped");
  builder.AddOp(OpCode::kRESHAPE, {input}, {reshaped});
  const auto model = builder.Finish({reshaped});
  EXPECT_EQ(OwnerOf(model->main(), reshaped), 0);
}

TEST(Ties, FollowTheSpec) {
  EXPECT_TRUE(SharesScale(OpCode::kGATHER_ND));
  EXPECT_TRUE(SharesScale(OpCode::kCONCATENATION));
  EXPECT_FALSE(SharesScale(OpCode::kADD));
  EXPECT_FALSE(SharesScale(OpCode::kCUSTOM));
}

}  // namespace
}  // namespace quantgate
