#include "harness/inspection/model_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

auto IsOp(int index, const char* type, std::vector<int> inputs, std::vector<int> outputs) {
  return AllOf(Field(&GraphOp::index, index), Field(&GraphOp::type, type),
               Field(&GraphOp::inputs, inputs), Field(&GraphOp::outputs, outputs));
}

TEST(GraphOf, LeavesOutConstants) {
  // Tensors 1, 2, 5 and 6 are weights and biases.
  const GraphFacts graph = GraphOf(SmallFloatModel());
  EXPECT_THAT(graph.inputs, ElementsAre(0));
  EXPECT_THAT(graph.outputs, ElementsAre(8));
  EXPECT_THAT(graph.ops,
              ElementsAre(IsOp(0, "CONV_2D", {0}, {3}), IsOp(1, "RESHAPE", {3}, {4}),
                          IsOp(2, "FULLY_CONNECTED", {4}, {7}), IsOp(3, "SOFTMAX", {7}, {8})));
}

TEST(GraphOf, LeavesOutInputsThatAreNotGiven) {
  Model model = SmallFloatModel();
  model.subgraphs[0].ops[2].inputs[2] = -1;
  EXPECT_THAT(GraphOf(model).ops[2].inputs, ElementsAre(4));
}

}  // namespace
}  // namespace quantgate
