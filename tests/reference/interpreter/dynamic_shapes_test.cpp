// Shapes that values of a run decide: plans that go on while running, and what becomes of runs that
// must not change shapes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "reference/interpreter/interpreter.h"
#include "reference/model/op_options.h"
#include "tests/reference/interpreter/typed_values.h"
#include "tests/support/model_builder.h"
#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::shared_ptr<const Plan> Deferred(const std::shared_ptr<const Model>& model) {
  auto plan = Plan::Make(model, {.deferred = true});
  EXPECT_TRUE(plan.ok()) << plan.error().ToString();
  return *plan;
}

// y = neg(reshape(abs(x), max(shape, shape))): what stands before and behind the reshape, and a
// shape that an operator computes. No shape is stored for what follows.
std::shared_ptr<const Model> ReshapeByValue() {
  ModelBuilder b;
  const int x = b.AddInput("x", DType::kFloat32, Shape{6});
  const int shape = b.AddInput("shape", DType::kInt32, Shape{2});
  const int positive = b.AddTensor("positive", DType::kFloat32, Shape{6});
  const int computed = b.AddTensor("computed", DType::kInt32, Shape{2});
  const int shaped = b.AddTensor("shaped", DType::kFloat32, Shape{});
  const int y = b.AddTensor("y", DType::kFloat32, Shape{});
  b.AddOp(OpCode::kABS, {x}, {positive});
  b.AddOp(OpCode::kMAXIMUM, {shape, shape}, {computed});
  b.AddOp(OpCode::kRESHAPE, {positive, computed}, {shaped});
  b.AddOp(OpCode::kNEG, {shaped}, {y});
  return b.Finish({y});
}

const std::vector<float> kSix = {1, -2, 3, -4, 5, -6};

TEST(DynamicShapes, ARunDecidesTheShape) {
  const auto plan = Deferred(ReshapeByValue());
  EXPECT_FALSE(plan->complete());
  EXPECT_EQ(plan->steps().size(), 2U) << "the plan ends before the reshape";
  Interpreter interpreter(plan, RunShapes::kAny);
  Set(interpreter, 0, kSix);
  for (const auto& [wanted, made] : std::vector<std::pair<std::vector<int32_t>, Shape>>{
           {{2, 3}, {2, 3}}, {{3, -1}, {3, 2}}, {{2, 3}, {2, 3}}, {{1, 6}, {1, 6}}}) {
    Set(interpreter, 1, wanted);
    const Status status = interpreter.Run();
    ASSERT_TRUE(status.ok()) << status.error().ToString();
    EXPECT_EQ(interpreter.plan().shape(5), made);
    EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(-1, -2, -3, -4, -5, -6));
  }
}

TEST(DynamicShapes, ValuesSeenBeforeTakeThePlanMadeThen) {
  Interpreter interpreter(Deferred(ReshapeByValue()), RunShapes::kAny);
  Set(interpreter, 0, kSix);
  std::vector<const Plan*> plans;
  for (const std::vector<int32_t>& wanted : {std::vector<int32_t>{2, 3}, {2, 3}, {3, 2}, {2, 3}}) {
    Set(interpreter, 1, wanted);
    ASSERT_TRUE(interpreter.Run().ok());
    plans.push_back(&interpreter.plan());
  }
  EXPECT_EQ(plans[0], plans[1]);
  EXPECT_NE(plans[0], plans[2]);
  EXPECT_EQ(plans[0], plans[3]);
}

TEST(DynamicShapes, ManyShapesInTurnAreForgottenAndMadeAgain) {
  Interpreter interpreter(Deferred(ReshapeByValue()), RunShapes::kAny);
  Set(interpreter, 0, kSix);
  for (int run = 0; run < 200; ++run) {
    const std::vector<int32_t> divisors = {1, 2, 3, 6};
    const int32_t rows = divisors[static_cast<size_t>(run * 7 / 3 % 4)];
    Set<int32_t>(interpreter, 1, {rows, 6 / rows});
    ASSERT_TRUE(interpreter.Run().ok());
    EXPECT_EQ(interpreter.plan().shape(5), (Shape{rows, 6 / rows})) << "run " << run;
  }
}

TEST(DynamicShapes, AnImpossibleValueIsAnErrorThatShowsIt) {
  Interpreter interpreter(Deferred(ReshapeByValue()), RunShapes::kAny);
  Set(interpreter, 0, kSix);
  Set<int32_t>(interpreter, 1, {4, 5});
  const Status status = interpreter.Run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().op_index, 2);
  EXPECT_THAT(status.error().message, HasSubstr("RESHAPE"));
  EXPECT_THAT(status.error().message, HasSubstr("'computed' = [4, 5]"));
  EXPECT_TRUE(interpreter.output(0).empty()) << "no bytes that look like an answer";
  Set<int32_t>(interpreter, 1, {3, 2});
  EXPECT_TRUE(interpreter.Run().ok()) << "the next run is not harmed";
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(-1, -2, -3, -4, -5, -6));
}

TEST(DynamicShapes, ObserversSeeEveryTensorOnceWithItsShape) {
  class Recorder : public Observer {
   public:
    void OnTensor(int op_index, const TensorView& tensor) override {
      seen.push_back(std::to_string(op_index) + tensor.shape->ToString());
    }
    std::vector<std::string> seen;
  };
  Interpreter interpreter(Deferred(ReshapeByValue()), RunShapes::kAny);
  for (const int32_t rows : {2, 3}) {
    Set<int32_t>(interpreter, 1, {rows, 6 / rows});
    Recorder recorder;
    ASSERT_TRUE(interpreter.Run(&recorder).ok());
    const std::string made = Shape{rows, 6 / rows}.ToString();
    EXPECT_THAT(recorder.seen,
                ElementsAre("-1[6]", "-1[2]", "0[6]", "1[2]", "2" + made, "3" + made));
  }
}

TEST(DynamicShapes, ACompletedPlanHoldsItsShapesUnlessTold) {
  Interpreter first(Deferred(ReshapeByValue()), RunShapes::kAny);
  Set<int32_t>(first, 1, {2, 3});
  ASSERT_TRUE(first.Run().ok());
  const std::shared_ptr<const Plan> settled = first.shared_plan();
  ASSERT_TRUE(settled->complete());
  EXPECT_TRUE(settled->dynamic());
  Interpreter same(settled);
  Set<int32_t>(same, 1, {2, 3});
  EXPECT_TRUE(same.Run().ok());
  Set<int32_t>(same, 1, {2, -1});
  EXPECT_TRUE(same.Run().ok()) << "another value, the same shape";
  Set<int32_t>(same, 1, {3, 2});
  const Status status = same.Run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().tensor, "shaped");
  EXPECT_THAT(status.error().message, HasSubstr("[3,2] in this run and [2,3]"));
}

TEST(DynamicShapes, ThreadsShareThePlans) {
  const auto plan = Deferred(ReshapeByValue());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&plan, t] {
      Interpreter interpreter(plan, RunShapes::kAny);
      Set(interpreter, 0, kSix);
      for (int run = 0; run < 100; ++run) {
        const int32_t rows = (run + t) % 2 == 0 ? 2 : 3;
        Set<int32_t>(interpreter, 1, {rows, 6 / rows});
        ASSERT_TRUE(interpreter.Run().ok());
        EXPECT_EQ(interpreter.plan().shape(5), (Shape{rows, 6 / rows}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(DynamicShapes, WhereNeedsThePlanOfACountAndNotOfAMask) {
  Interpreter interpreter(Deferred(PositiveValues()), RunShapes::kAny);
  Set<float>(interpreter, 0, {1, -2, 3, -4});
  ASSERT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(1, 3));
  const Plan* two = &interpreter.plan();
  Set<float>(interpreter, 0, {-1, 2, -3, 4});
  ASSERT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(2, 4));
  EXPECT_EQ(&interpreter.plan(), two) << "another mask with as many";
  Set<float>(interpreter, 0, {-1, -2, -3, -4});
  ASSERT_TRUE(interpreter.Run().ok());
  EXPECT_TRUE(interpreter.output(0).empty());
  Set<float>(interpreter, 0, {1, 2, 3, 4});
  ASSERT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(1, 2, 3, 4));
}

// A wrong stored shape must not keep a model from running.
TEST(DynamicShapes, AStoredShapeThatDoesNotFitIsNotBelieved) {
  ModelBuilder b;
  const int x = b.AddInput("x", DType::kFloat32, Shape{6});
  const int shape = b.AddInput("shape", DType::kInt32, Shape{2});
  const int y = b.AddTensor("y", DType::kFloat32, Shape{1, 1});
  b.AddOp(OpCode::kRESHAPE, {x, shape}, {y});
  Interpreter interpreter(Deferred(b.Finish({y})), RunShapes::kAny);
  Set<int32_t>(interpreter, 1, {3, 2});
  ASSERT_TRUE(interpreter.Run().ok());
  EXPECT_EQ(interpreter.plan().shape(y), (Shape{3, 2}));
}

TEST(DynamicShapes, StatePassesOverAChangeOfPlan) {
  ModelBuilder b;
  const int x = b.AddInput("x", DType::kFloat32, Shape{1, 1, 1});
  const int count = b.AddInput("count", DType::kInt32, Shape{1});
  const int one = b.AddConstant<float>("one", Shape{1, 1}, {1});
  const int bias = b.AddConstant<float>("bias", Shape{1}, {0});
  const int state = b.AddTensor("state", DType::kFloat32, Shape{1, 1});
  const int sum = b.AddTensor("sum", DType::kFloat32, Shape{1, 1, 1});
  const int flat = b.AddConstant<int32_t>("flat", Shape{1}, {1});
  const int value = b.AddTensor("value", DType::kFloat32, Shape{1});
  const int y = b.AddTensor("y", DType::kFloat32, Shape{});
  b.AddOp(OpCode::kUNIDIRECTIONAL_SEQUENCE_RNN, {x, one, one, bias, state}, {sum});
  b.AddOp(OpCode::kRESHAPE, {sum, flat}, {value});
  b.AddOp(OpCode::kTILE, {value, count}, {y});
  Model model = b.Build({y});
  model.subgraphs[0].tensors[static_cast<size_t>(state)].is_variable = true;
  Interpreter interpreter(Deferred(std::make_shared<const Model>(model)), RunShapes::kAny);
  Set<float>(interpreter, 0, {2});
  Set<int32_t>(interpreter, 1, {1});
  ASSERT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(2));
  Set<int32_t>(interpreter, 1, {3});
  ASSERT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(4, 4, 4));
}

TEST(DynamicShapes, AStaticModelHasNoGuards) {
  ModelBuilder b;
  const int x = b.AddInput("x", DType::kFloat32, Shape{6});
  const int shape = b.AddConstant<int32_t>("shape", Shape{2}, {2, 3});
  const int y = b.AddTensor("y", DType::kFloat32, Shape{});
  b.AddOp(OpCode::kRESHAPE, {x, shape}, {y});
  EXPECT_FALSE(Deferred(b.Finish({y}))->dynamic());
}

}  // namespace
}  // namespace quantgate
