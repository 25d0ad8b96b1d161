#include "harness/quantization/fake_quant_folding.h"

#include <gtest/gtest.h>

#include "harness/quantization/quantizer.h"
#include "harness/quantization/range_to_params.h"
#include "reference/model/op_options.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

std::shared_ptr<const OpOptions> FakeQuant(float min, float max, int bits = 8,
                                           bool narrow = false) {
  schema::FakeQuantOptionsT options;
  options.min = min;
  options.max = max;
  options.num_bits = bits;
  options.narrow_range = narrow;
  return MakeOptions(options);
}

// in -> FAKE_QUANT [-1, 1] -> dense (weights through FAKE_QUANT [-2, 2]) -> RELU -> FAKE_QUANT
// [0, 3] = the output.
struct Trained {
  int in, in_fq, weights, weights_fq, bias, dense, relu, out;
  Model model;
};

Trained TrainedModel(int bits = 8) {
  ModelBuilder builder;
  Trained t;
  const auto tensor = [&](const char* name) {
    return builder.AddTensor(name, DType::kFloat32, Shape{1, 2});
  };
  t.in = builder.AddInput("in", DType::kFloat32, Shape{1, 2});
  t.in_fq = tensor("in/fq");
  t.weights = builder.AddConstant("w", Shape{2, 2}, std::vector<float>{1, -0.5F, 0.25F, 1.5F});
  t.weights_fq = builder.AddTensor("w/fq", DType::kFloat32, Shape{2, 2});
  t.bias = builder.AddConstant("b", Shape{2}, std::vector<float>{0.5F, 0});
  t.dense = tensor("dense");
  t.relu = tensor("relu");
  t.out = tensor("out");
  builder.AddOp(OpCode::kFAKE_QUANT, {t.in}, {t.in_fq}, FakeQuant(-1, 1, bits));
  builder.AddOp(OpCode::kFAKE_QUANT, {t.weights}, {t.weights_fq}, FakeQuant(-2, 2, 8, true));
  builder.AddOp(OpCode::kFULLY_CONNECTED, {t.in_fq, t.weights_fq, t.bias}, {t.dense});
  builder.AddOp(OpCode::kRELU, {t.dense}, {t.relu});
  builder.AddOp(OpCode::kFAKE_QUANT, {t.relu}, {t.out}, FakeQuant(0, 3));
  t.model = *builder.Finish({t.out});
  return t;
}

TEST(FoldFakeQuants, TheNodesDisappearAndTheRangesStay) {
  const Trained t = TrainedModel();
  const auto folded = FoldFakeQuants(t.model);
  ASSERT_TRUE(folded.ok()) << folded.error().ToString();
  EXPECT_EQ(folded->folded, 3);
  EXPECT_EQ(folded->op_sources, (std::vector<int>{2, 3}));
  const auto& ops = folded->model.main().ops;
  EXPECT_EQ(ops[0].inputs, (std::vector<int>{t.in, t.weights, t.bias}));
  EXPECT_EQ(ops[1].outputs, (std::vector<int>{t.out}));  // the output keeps its name
  EXPECT_EQ(folded->ranges.at(t.in).max, 1);
  EXPECT_EQ(folded->ranges.at(t.weights).min, -2);
  EXPECT_EQ(folded->ranges.at(t.out).max, 3);
}

TEST(FoldFakeQuants, WiderOnesStay) {
  const auto folded = FoldFakeQuants(TrainedModel(16).model);
  ASSERT_TRUE(folded.ok());
  EXPECT_EQ(folded->folded, 2);
  EXPECT_EQ(folded->model.main().ops[0].code, OpCode::kFAKE_QUANT);
}

TEST(FoldFakeQuants, AnEmptyRangeIsAnError) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1});
  builder.AddOp(OpCode::kFAKE_QUANT, {in}, {out}, FakeQuant(1, 1));
  const auto folded = FoldFakeQuants(builder.Build({out}));
  ASSERT_FALSE(folded.ok());
  EXPECT_EQ(folded.error().tensor, "out");
}

// The trained ranges win over calibrated ones; the one tensor without either is named.
TEST(FoldFakeQuants, TheQuantizerUsesTheTrainedRanges) {
  const Trained t = TrainedModel();
  Ranges ranges;
  ranges.tensors = {
      {t.in, "in", -9, 9, 1, 0}, {t.dense, "dense", -4, 4, 1, 0}, {t.out, "out", 0, 99, 1, 0}};
  QuantizeOptions options;
  options.scheme = FindScheme("int8");
  const auto made = QuantizeModel(t.model, &ranges, options);
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  EXPECT_EQ(made->folded_fake_quants, 3);
  std::map<std::string, QuantParams> params;
  for (const TensorInfo& tensor : made->model->main().tensors) params[tensor.name] = tensor.quant;
  EXPECT_EQ(params.at("in"), AsymmetricParams(-1, 1, DType::kInt8));
  EXPECT_EQ(params.at("w"), SymmetricParams(2));
  EXPECT_EQ(params.at("dense"), AsymmetricParams(-4, 4, DType::kInt8));
  EXPECT_EQ(params.at("out"), AsymmetricParams(0, 3, DType::kInt8));
  const auto without = QuantizeModel(t.model, nullptr, options);
  ASSERT_FALSE(without.ok());
  EXPECT_EQ(without.error().tensor, "dense");
}

}  // namespace
}  // namespace quantgate
