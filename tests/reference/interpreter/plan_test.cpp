#include "reference/interpreter/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/model_builder.h"
#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

template <class Change>
Error ErrorOf(const Change& change) {
  auto model = std::make_shared<Model>(SmallFloatModel());
  change(*model);
  const auto plan = Plan::Make(model, {.file = "small.tflite"});
  return plan.ok() ? Error{ErrorCode::kInternal, "prepared"} : plan.error();
}

TEST(Plan, InfersEveryShapeAndPlacesEveryTensor) {
  const auto plan = Plan::Make(std::make_shared<const Model>(SmallFloatModel()));
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  EXPECT_EQ((*plan)->steps().size(), 4U);
  for (size_t i = 0; i < (*plan)->subgraph().tensors.size(); ++i) {
    const int index = static_cast<int>(i);
    EXPECT_EQ((*plan)->shape(index), (*plan)->subgraph().tensors[i].shape);
    const bool constant = !(*plan)->model().Constant((*plan)->subgraph().tensors[i]).empty();
    EXPECT_EQ((*plan)->home(index), constant ? Plan::Home::kConstant : Plan::Home::kArena);
    if (!constant) {
      EXPECT_LE((*plan)->arena_offset(index) + (*plan)->byte_size(index), (*plan)->arena_bytes());
    }
  }
}

// Shapes come from the operators; what the file claims of a computed tensor does not count.
TEST(Plan, AWrongShapeOfAComputedTensorIsNotBelieved) {
  auto model = std::make_shared<Model>(SmallFloatModel());
  model->subgraphs[0].tensors[3].shape = Shape{1};
  const auto plan = Plan::Make(model);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ((*plan)->shape(3), (Shape{1, 4, 4, 2}));
}

TEST(Plan, AnUnsupportedOperatorIsNamedWithItsIndex) {
  const Error error = ErrorOf([](Model& m) { m.subgraphs[0].ops[2].code = OpCode::kDELEGATE; });
  EXPECT_EQ(error.ToString(),
            "unsupported error: small.tflite: op 2: DELEGATE: this operator does not run here (see "
            "`quantgate list ops`)");
}

TEST(Plan, ACustomOperatorIsNamedByItsCode) {
  const Error error = ErrorOf([](Model& m) {
    m.subgraphs[0].ops[1].code = OpCode::kCUSTOM;
    m.subgraphs[0].ops[1].custom_code = "MyOp";
  });
  EXPECT_EQ(error.op_index, 1);
  EXPECT_EQ(error.message, "MyOp: this custom operator does not run here");
}

TEST(Plan, ErrorsOfAnOperatorCarryFileAndIndex) {
  const Error error = ErrorOf([](Model& m) { m.subgraphs[0].ops[0].inputs.pop_back(); });
  EXPECT_EQ(error.message, "prepared");  // the bias is optional
  const Error missing = ErrorOf([](Model& m) { m.subgraphs[0].ops[0].inputs = {0}; });
  EXPECT_EQ(missing.ToString(),
            "model error: small.tflite: op 0: CONV_2D: 1 inputs where the operator takes 2 to 3");
}

TEST(Plan, AnOperatorThatReadsWhatComesLaterIsRefused) {
  const Error error =
      ErrorOf([](Model& m) { std::swap(m.subgraphs[0].ops[0], m.subgraphs[0].ops[1]); });
  EXPECT_EQ(error.op_index, 0);
  EXPECT_EQ(error.tensor, "conv");
  EXPECT_EQ(error.message, "RESHAPE: reads a tensor that nothing has computed");
}

TEST(Plan, AnOutputThatNothingComputesIsRefused) {
  const Error error = ErrorOf([](Model& m) { m.subgraphs[0].ops.pop_back(); });
  EXPECT_EQ(error.ToString(),
            "model error: small.tflite: tensor 'probabilities': is an output of the graph that "
            "nothing computes");
}

TEST(Plan, AVariableTensorThatAnOperatorComputesIsRefused) {
  const Error error = ErrorOf([](Model& m) { m.subgraphs[0].tensors[3].is_variable = true; });
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_EQ(error.tensor, "conv");
}

TEST(Plan, ASparseConstantWithoutALayoutIsRefused) {
  const Error error = ErrorOf([](Model& m) {
    TensorInfo& weights = m.subgraphs[0].tensors[5];
    weights.sparsity = std::make_shared<const SparseLayout>();
    m.buffers[static_cast<size_t>(weights.buffer)] = ConstBytes(std::vector<std::byte>(4));
  });
  EXPECT_EQ(error.ToString(),
            "model error: small.tflite: tensor 'fc/w': sparse constant: its levels do not fit its "
            "shape");
}

// 2^40 elements are within the format; no machine has the memory.
TEST(Plan, AnArenaBeyondAllMemoryIsRefused) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1 << 20, 1 << 20});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1 << 20, 1 << 20});
  builder.AddOp(OpCode::kRELU, {in}, {out});
  const auto plan = Plan::Make(builder.Finish({out}));
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, ErrorCode::kUnsupported);
  // Behind it, what this machine allows.
  EXPECT_THAT(plan.error().message,
              testing::StartsWith("needs 8796093022208 bytes of memory for its tensors, of "));
}

TEST(Plan, OtherSubgraphsCanBePlanned) {
  Model model = SmallFloatModel();
  model.subgraphs.push_back(model.subgraphs[0]);
  model.subgraphs[1].name = "copy";
  const auto plan = Plan::Make(std::make_shared<const Model>(model), {.subgraph = 1, .file = ""});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ((*plan)->subgraph().name, "copy");
}

}  // namespace
}  // namespace quantgate
