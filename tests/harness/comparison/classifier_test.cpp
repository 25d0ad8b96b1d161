#include "harness/comparison/classifier.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

Prediction Of(const std::vector<float>& scores) { return Classifier()(scores); }

TEST(Classifier, TheLargestWinsByItsMargin) {
  EXPECT_EQ(Of({0.1F, 0.7F, 0.2F}).arg_max, 1);
  EXPECT_FLOAT_EQ(Of({0.1F, 0.7F, 0.2F}).margin, 0.5F);
  EXPECT_FLOAT_EQ(Of({0.75F, 0.1F, 0.5F}).margin, 0.25F);
}

TEST(Classifier, AmongEqualsTheFirstWins) {
  EXPECT_EQ(Of({0.5F, 0.5F}).arg_max, 0);
  EXPECT_EQ(Of({0.5F, 0.5F}).margin, 0.0F);
}

TEST(Classifier, NanNeverWins) {
  EXPECT_EQ(Of({NAN, -3, NAN}).arg_max, 1);
  EXPECT_EQ(Of({NAN, -3, NAN}).margin, 0.0F);
  EXPECT_EQ(Of({NAN, NAN}).arg_max, -1);
  EXPECT_EQ(Of({-INFINITY, NAN}).arg_max, 0);
}

TEST(Classifier, ASingleScoreAnswersOneAboveTheThreshold) {
  const Classifier even(0.5F);
  const auto answer = [&](float score) { return even(std::vector<float>{score}); };
  EXPECT_EQ(answer(0.75F).arg_max, 1);
  EXPECT_EQ(answer(0.75F).margin, 0.25F);
  EXPECT_EQ(answer(0.125F).arg_max, 0);
  EXPECT_EQ(answer(0.125F).margin, 0.375F);
  EXPECT_EQ(answer(0.5F).arg_max, 0);
  EXPECT_EQ(answer(NAN).arg_max, -1);
  EXPECT_EQ(answer(INFINITY).arg_max, 1);
  EXPECT_EQ(answer(INFINITY).margin, 0.0F);
  EXPECT_EQ(Of({-0.1F}).arg_max, 0);
  EXPECT_EQ(Of({0.1F}).arg_max, 1);
}

TEST(Classifier, ASingleScoreTellsTwoClassesApart) {
  EXPECT_EQ(Classifier().ClassesOf(1), 2);
  EXPECT_EQ(Classifier().ClassesOf(2), 2);
  EXPECT_EQ(Classifier().ClassesOf(1000), 1000);
}

// The threshold of a graph whose only input goes through the operators one after the other.
float ThresholdBehind(const std::vector<OpCode>& ops) {
  ModelBuilder builder;
  int tensor = builder.AddInput("in", DType::kFloat32, Shape{1, 1});
  for (const OpCode op : ops) {
    const int next = builder.AddTensor("t" + std::to_string(tensor), DType::kFloat32, Shape{1, 1});
    builder.AddOp(op, {tensor}, {next});
    tensor = next;
  }
  return Classifier::Of(builder.Build({tensor}).main()).threshold();
}

TEST(Classifier, ProbabilitiesHaveEvenOdds) {
  EXPECT_EQ(ThresholdBehind({OpCode::kLOGISTIC}), 0.5F);
  EXPECT_EQ(ThresholdBehind({OpCode::kRELU, OpCode::kLOGISTIC, OpCode::kQUANTIZE,
                             OpCode::kDEQUANTIZE, OpCode::kRESHAPE}),
            0.5F);
  EXPECT_EQ(ThresholdBehind({OpCode::kLOGISTIC, OpCode::kRELU}), 0.0F);
  EXPECT_EQ(ThresholdBehind({OpCode::kDEQUANTIZE}), 0.0F);
  EXPECT_EQ(ThresholdBehind({}), 0.0F);
}

TEST(Classifier, ANumberThatArgMaxMakesIsTheAnswer) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 10});
  const int axis = builder.AddConstant<int32_t>("axis", Shape{1}, {-1});
  const int number = builder.AddTensor("number", DType::kInt64, Shape{1});
  const int out = builder.AddTensor("out", DType::kInt32, Shape{1});
  builder.AddOp(OpCode::kARG_MAX, {in, axis}, {number});
  builder.AddOp(OpCode::kCAST, {number}, {out});
  const Classifier classifier = Classifier::Of(builder.Build({out}).main());
  EXPECT_TRUE(classifier.knows_single_scores());
  EXPECT_EQ(classifier.ClassesOf(1), 10);
  const auto answer = [&](float score) { return classifier(std::vector<float>{score}).arg_max; };
  EXPECT_EQ(answer(0), 0);
  EXPECT_EQ(answer(7), 7);
  EXPECT_EQ(answer(10), -1);
  EXPECT_EQ(answer(-1), -1);
}

// As a damaged file may say.
TEST(Classifier, OperatorsInACircleEnd) {
  ModelBuilder builder;
  const int a = builder.AddTensor("a", DType::kFloat32, Shape{1, 1});
  const int b = builder.AddTensor("b", DType::kFloat32, Shape{1, 1});
  builder.AddOp(OpCode::kRESHAPE, {a}, {b});
  builder.AddOp(OpCode::kRESHAPE, {b}, {a});
  EXPECT_EQ(Classifier::Of(builder.Build({a}).main()).threshold(), 0.0F);
}

}  // namespace
}  // namespace quantgate
