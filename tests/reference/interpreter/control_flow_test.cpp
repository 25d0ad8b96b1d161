#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "reference/interpreter/interpreter.h"
#include "tests/support/bytes.h"
#include "tests/support/control_flow_models.h"

namespace quantgate {
namespace {

using testing::ElementsAre;

std::shared_ptr<const Plan> PlanOf(Model model) {
  EXPECT_TRUE(Validate(model).ok());
  const auto plan = Plan::Make(std::make_shared<const Model>(std::move(model)));
  EXPECT_TRUE(plan.ok()) << plan.error().ToString();
  return plan.ok() ? *plan : nullptr;
}

template <class T>
void Set(Interpreter& interpreter, size_t input, const std::vector<T>& values) {
  ASSERT_EQ(interpreter.input(input).size(), values.size() * sizeof(T));
  std::memcpy(interpreter.input(input).data(), values.data(), values.size() * sizeof(T));
}

template <class T>
std::vector<T> Get(const Interpreter& interpreter, size_t output) {
  const auto bytes = interpreter.output(output);
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

TEST(ControlFlow, IfTakesTheBranchOfItsCondition) {
  const auto plan = PlanOf(IfModel());
  ASSERT_TRUE(plan);
  Interpreter interpreter(plan);
  Set<float>(interpreter, 1, {1, 2, 3, 4, 5, 6});
  Set<uint8_t>(interpreter, 0, {1});
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Get<float>(interpreter, 0), ElementsAre(2, 4, 6, 8, 10, 12));
  Set<uint8_t>(interpreter, 0, {0});
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Get<float>(interpreter, 0), ElementsAre(1, 4, 9, 16, 25, 36));
}

TEST(ControlFlow, WhileRunsUntilItsConditionFails) {
  const auto plan = PlanOf(WhileModel());
  ASSERT_TRUE(plan);
  Interpreter interpreter(plan);
  Set<int32_t>(interpreter, 0, {3});
  Set<float>(interpreter, 1, {4, 8, -4});
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Get<int32_t>(interpreter, 0), ElementsAre(5));
  EXPECT_THAT(Get<float>(interpreter, 1), ElementsAre(9, 18, -9));  // 1.5 twice
}

TEST(ControlFlow, ALoopThatNeverStartsHandsItsInputsOn) {
  const auto plan = PlanOf(WhileModel());
  ASSERT_TRUE(plan);
  Interpreter interpreter(plan);
  Set<int32_t>(interpreter, 0, {7});
  Set<float>(interpreter, 1, {1, 2, 3});
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Get<int32_t>(interpreter, 0), ElementsAre(7));
  EXPECT_THAT(Get<float>(interpreter, 1), ElementsAre(1, 2, 3));
}

TEST(ControlFlow, VariablesLiveFromRunToRunAndStartAnewWhenReset) {
  const auto plan = PlanOf(VariableModel());
  ASSERT_TRUE(plan);
  Interpreter interpreter(plan);
  Set<float>(interpreter, 0, {10, 20});
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Get<float>(interpreter, 0), ElementsAre(11, 22));
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Get<float>(interpreter, 0), ElementsAre(21, 42));
  Interpreter another(plan);  // shares the plan, not the variables
  Set<float>(another, 0, {1, 1});
  EXPECT_TRUE(another.Run().ok());
  EXPECT_THAT(Get<float>(another, 0), ElementsAre(2, 3));
  interpreter.ResetState();
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Get<float>(interpreter, 0), ElementsAre(11, 22));
}

TEST(ControlFlow, ACompositeRunsItsDecomposition) {
  const auto plan = PlanOf(CompositeModel());
  ASSERT_TRUE(plan);
  Interpreter interpreter(plan);
  Set<float>(interpreter, 0, {1, -3});
  EXPECT_TRUE(interpreter.Run().ok());
  EXPECT_THAT(Get<float>(interpreter, 0), ElementsAre(2, -6));
}

Error ErrorOf(Model model) {
  const auto plan = Plan::Make(std::make_shared<const Model>(std::move(model)));
  return plan.ok() ? Error{ErrorCode::kInternal, "planned"} : plan.error();
}

TEST(ControlFlow, SubgraphsThatRunEachOtherWithoutEndAreRefused) {
  Model model = CompositeModel();
  model.subgraphs[1].ops = model.subgraphs[0].ops;
  model.subgraphs[1].ops[0].inputs = {0};
  model.subgraphs[1].ops[0].outputs = {1};
  EXPECT_EQ(ErrorOf(model).code, ErrorCode::kModel);
}

TEST(ControlFlow, SubgraphsThatDoNotExistAreRefused) {
  Model model = IfModel();
  model.subgraphs.pop_back();
  EXPECT_THAT(ErrorOf(model).message, testing::HasSubstr("subgraph 2 does not exist"));
}

TEST(ControlFlow, BranchesOfDifferentTypesAreRefused) {
  Model model = IfModel();
  model.subgraphs[2].ops[0].code = OpCode::kSHAPE;
  model.subgraphs[2].ops[0].inputs = {0};
  model.subgraphs[2].tensors[1].dtype = DType::kInt32;
  EXPECT_EQ(ErrorOf(model).code, ErrorCode::kModel);
}

}  // namespace
}  // namespace quantgate
