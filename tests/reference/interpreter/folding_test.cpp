// What is known before the first run: constants computed while planning, values and shapes given
// with the plan, and what happens when a run brings others. State that variable tensors keep.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "reference/interpreter/interpreter.h"
#include "reference/model/op_options.h"
#include "tests/reference/interpreter/typed_values.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

using testing::ElementsAre;

// y = reshape(x, shape(reference)): a shape that follows from another tensor's.
std::shared_ptr<const Model> ReshapeLike() {
  ModelBuilder b;
  const int x = b.AddInput("x", DType::kFloat32, Shape{6});
  const int reference = b.AddInput("reference", DType::kFloat32, Shape{2, 3});
  const int shape = b.AddTensor("shape", DType::kInt32, Shape{2});
  const int y = b.AddTensor("y", DType::kFloat32, Shape{});
  b.AddOp(OpCode::kSHAPE, {reference}, {shape});
  b.AddOp(OpCode::kRESHAPE, {x, shape}, {y});
  return b.Finish({y});
}

class CountingObserver : public Observer {
 public:
  void OnTensor(int op_index, const TensorView& tensor) override {
    if (op_index == 0) shape_ = Values<int32_t>(tensor.data);
  }
  [[nodiscard]] const std::vector<int32_t>& shape() const { return shape_; }

 private:
  std::vector<int32_t> shape_;
};

TEST(Folding, AShapeOfAKnownTensorDecidesAReshape) {
  const auto plan = Plan::Make(ReshapeLike());
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  EXPECT_EQ((*plan)->shape(3), (Shape{2, 3}));
  EXPECT_EQ((*plan)->home(2), Plan::Home::kConstant);
  Interpreter interpreter(*plan);
  CountingObserver observer;
  EXPECT_TRUE(interpreter.Run(&observer).ok());
  EXPECT_THAT(observer.shape(), ElementsAre(2, 3)) << "observers see computed constants too";
}

TEST(Folding, GivenInputShapesReplaceTheStoredOnes) {
  PlanOptions options;
  options.input_shapes[1] = Shape{3, 2};
  const auto plan = Plan::Make(ReshapeLike(), options);
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  EXPECT_EQ((*plan)->shape(3), (Shape{3, 2}));
}

// y = fill(shape, 7) with the shape an input of the graph.
std::shared_ptr<const Model> FillModel(const Shape& stored) {
  ModelBuilder b;
  const int shape = b.AddInput("shape", DType::kInt32, Shape{2});
  const int value = b.AddConstant<float>("value", Shape{}, {7});
  const int y = b.AddTensor("y", DType::kFloat32, stored);
  b.AddOp(OpCode::kFILL, {shape, value}, {y});
  return b.Finish({y});
}

TEST(ShapeOperands, AStoredShapeIsTakenAndOtherValuesAreAnErrorWhereShapesAreReliedOn) {
  const auto plan = Plan::Make(FillModel(Shape{1, 2}));
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  Interpreter interpreter(*plan);
  Set<int32_t>(interpreter, 0, {1, 2});
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(7, 7));
  Set<int32_t>(interpreter, 0, {2, 2});
  const Status status = interpreter.Run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(status.error().tensor, "y");
  EXPECT_THAT(status.error().message, testing::HasSubstr("[2,2]"));
  EXPECT_THAT(status.error().message, testing::HasSubstr("[1,2]"));
}

TEST(ShapeOperands, WithoutAStoredShapeThePlanMustBeDeferred) {
  const auto plan = Plan::Make(FillModel(Shape{}));
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, ErrorCode::kUnsupported);
}

TEST(ShapeOperands, AValueGivenWithThePlanDecides) {
  const std::vector<int32_t> shape = {2, 2};
  PlanOptions options;
  options.input_values[0] = ToBytes(shape);
  const auto plan = Plan::Make(FillModel(Shape{}), options);
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  Interpreter interpreter(*plan);
  EXPECT_EQ(Values<int32_t>(interpreter.input(0)), shape) << "it is in place from the start";
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(7, 7, 7, 7));
}

TEST(ShapeOperands, AGivenValueOfTheWrongSizeIsRefused) {
  PlanOptions options;
  options.input_values[0] = std::vector<std::byte>(3);
  const auto plan = Plan::Make(FillModel(Shape{}), options);
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, ErrorCode::kUsage);
}

// h' = W x + R h with W = [1], R = [1]: a running sum.
TEST(VariableTensors, KeepTheirValuesUntilReset) {
  ModelBuilder b;
  const int x = b.AddInput("x", DType::kFloat32, Shape{1, 1, 1});
  const int one = b.AddConstant<float>("one", Shape{1, 1}, {1});
  const int bias = b.AddConstant<float>("bias", Shape{1}, {0});
  const int state = b.AddTensor("state", DType::kFloat32, Shape{1, 1});
  const int y = b.AddTensor("y", DType::kFloat32, Shape{1, 1, 1});
  b.AddOp(OpCode::kUNIDIRECTIONAL_SEQUENCE_RNN, {x, one, one, bias, state}, {y});
  Model model = b.Build({y});
  model.subgraphs[0].tensors[static_cast<size_t>(state)].is_variable = true;
  const auto plan = Plan::Make(std::make_shared<const Model>(model));
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  Interpreter interpreter(*plan);
  Set<float>(interpreter, 0, {2});
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(4));
  interpreter.ResetState();
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Values<float>(interpreter.output(0)), ElementsAre(2));
}

}  // namespace
}  // namespace quantgate
