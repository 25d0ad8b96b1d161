#include "harness/inspection/inspect_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/inspection/model_facts.h"
#include "harness/inspection/run_check.h"
#include "reference/interpreter/plan.h"
#include "reference/model/tflite_reader.h"
#include "tests/support/block_models.h"
#include "tests/support/golden_folder.h"
#include "tests/support/model_builder.h"
#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ModelInspection Inspect(const Model& model) {
  return InspectModel(std::make_shared<const Model>(model), {}, "model.tflite");
}

TEST(InspectModel, CostsOfASmallModel) {
  const ModelInspection inspection = Inspect(SmallFloatModel());
  const SubgraphInspection& graph = inspection.subgraphs.at(0);
  // CONV_2D 4x4x2 outputs of 9 taps; FULLY_CONNECTED 32 inputs to 3 units.
  EXPECT_EQ(graph.ops[0].macs, 4 * 4 * 2 * 9);
  EXPECT_EQ(graph.ops[1].macs, 0);
  EXPECT_EQ(graph.ops[2].macs, 96);
  EXPECT_EQ(inspection.macs, 288 + 96);
  EXPECT_EQ(graph.ops[0].parameters, 18 + 2);
  EXPECT_EQ(inspection.parameters, 18 + 2 + 96 + 3);
  EXPECT_EQ(inspection.constant_bytes, 4 * (18 + 2 + 96 + 3));
  EXPECT_EQ(graph.ops[0].output_bytes, 4 * 32);
  EXPECT_EQ(graph.problem, "");
  const auto plan =
      Plan::Make(std::make_shared<const Model>(SmallFloatModel()), {.accelerated = false});
  EXPECT_EQ(graph.arena_bytes, static_cast<int64_t>((*plan)->arena_bytes()));
}

TEST(InspectModel, SharedConstantsCountOnceInTheModelAndOnceAnOperator) {
  Model model = SmallFloatModel();
  TensorInfo copy = model.subgraphs[0].tensors[5];
  copy.name = "again";
  model.subgraphs[0].tensors.push_back(copy);
  EXPECT_EQ(Inspect(model).parameters, 18 + 2 + 96 + 3);
  EXPECT_EQ(Inspect(model).constant_bytes, 4 * (18 + 2 + 96 + 3));
}

TEST(InspectModel, EveryCorner) {
  const ModelInspection inspection = Inspect(EveryCornerModel());
  ASSERT_EQ(inspection.subgraphs.size(), 2U);
  EXPECT_EQ(inspection.subgraphs[0].macs_unknown_ops, 1);  // the custom operator
  EXPECT_EQ(inspection.subgraphs[0].arena_bytes, std::nullopt);
  EXPECT_THAT(inspection.subgraphs[0].problem, HasSubstr("op 1"));
  EXPECT_EQ(inspection.subgraphs[0].ops[0].problem, "");
  EXPECT_EQ(inspection.subgraphs[0].ops[1].problem, "this custom operator does not run here");
  EXPECT_EQ(inspection.subgraphs[1].ops[0].problem, "this operator does not run here");
  ASSERT_EQ(inspection.signatures.size(), 2U);
  EXPECT_EQ(inspection.signatures[1].key, "second");
  EXPECT_EQ(inspection.signatures[1].subgraph, 1);
  EXPECT_EQ(inspection.signatures[0].outputs.at(0).tensor, 1);
  ASSERT_EQ(inspection.metadata.size(), 1U);
  EXPECT_EQ(inspection.metadata[0].bytes, 3);
  EXPECT_EQ(inspection.lint, std::nullopt);
}

// RESHAPE's stored shape is a placeholder; the interpreter knows better, and MACs follow it.
TEST(InspectModel, BlocksAreShown) {
  Random random(20261160U);
  const Model model = BlockDenseModel(AnyBlockWeights(random, 3, 2, 64), 1, {});
  const ModelInspection inspection = Inspect(model);
  EXPECT_EQ(inspection.subgraphs.at(0).tensors[1].blockwise_size, 64);
  EXPECT_EQ(inspection.subgraphs[0].problem, "");
  EXPECT_EQ(DescribeQuantization(model), "int4 block-wise weights, float32 activations");
}

TEST(InspectModel, ShapesAreThoseOfARun) {
  Model model = SmallFloatModel();
  model.subgraphs[0].tensors[3].shape = Shape{1, 1, 1, 1};
  const ModelInspection inspection = Inspect(model);
  EXPECT_EQ(inspection.subgraphs[0].tensors[3].shape, (Shape{1, 1, 1, 1}));
  EXPECT_EQ(inspection.subgraphs[0].tensors[3].run_shape, (Shape{1, 4, 4, 2}));
  EXPECT_EQ(inspection.subgraphs[0].ops[0].macs, 288);
}

TEST(RunCheck, NamesEveryOperatorThatDoesNotRun) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", DType::kFloat32, Shape{4});
  std::vector<int> tensors = {x};
  for (const OpCode code : {OpCode::kRELU, OpCode::kCUSTOM, OpCode::kRELU, OpCode::kRFFT2D}) {
    tensors.push_back(builder.AddTensor("t", DType::kFloat32, Shape{4}));
    builder.AddOp(code, {tensors[tensors.size() - 2]}, {tensors.back()});
  }
  const auto model = builder.Finish({tensors.back()});
  const RunCheck check = CheckRun(model, 0);
  EXPECT_THAT(check.op_problems, ElementsAre("", "this custom operator does not run here", "",
                                             "this operator does not run here"));
  EXPECT_EQ(check.arena_bytes, std::nullopt);
  EXPECT_THAT(check.problem, HasSubstr("op 1: CUSTOM: this custom operator does not run here"));
}

TEST(InspectModel, GoldenModelsAreInspectedWithoutHarm) {
  const auto paths = GoldenModels();
  if (paths.empty()) GTEST_SKIP() << "no folder with golden models";
  for (const auto& path : paths) {
    const auto model = ReadModelFile(path.string());
    ASSERT_TRUE(model.ok()) << model.error().ToString();
    const ModelInspection inspection = InspectModel(*model, {}, path.string());
    const SubgraphInspection& graph = inspection.subgraphs.at(0);
    EXPECT_FALSE(graph.arena_bytes.has_value() && !graph.problem.empty()) << path;
    EXPECT_GE(graph.macs, 0) << path;
  }
}

}  // namespace
}  // namespace quantgate
