#include "harness/quantization/activation_params.h"

#include <gtest/gtest.h>

#include "harness/quantization/range_to_params.h"
#include "reference/model/op_options.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

constexpr int kIn = 0;

Ranges RangesOf(const std::vector<TensorRange>& tensors) {
  Ranges ranges;
  ranges.tensors = tensors;
  return ranges;
}

// The parameters of each tensor in the first type it has; none for those that are no activations.
Result<std::vector<QuantParams>> ParamsOf(const Model& model, const Ranges* ranges,
                                          const ActivationOptions& options = {},
                                          const char* scheme = "int8") {
  QG_ASSIGN_OR_RETURN(const std::vector<OpAssignment> assignments,
                      AssignSchemes(model, *FindScheme(scheme), {}, {}));
  QG_ASSIGN_OR_RETURN(ActivationPlan plan, PlanActivations(model, assignments, options.types));
  QG_RETURN_IF_ERROR(AssignParams(model, assignments, ranges, {}, options, plan));
  std::vector<QuantParams> params(model.main().tensors.size());
  for (size_t i = plan.slots.size(); i-- > 0;) {
    params[static_cast<size_t>(plan.slots[i].tensor)] = plan.slots[i].quant;
  }
  return params;
}

// in -> op -> out
Model OneOp(OpCode code) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 4, 4, 1});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 4, 4, 1});
  builder.AddOp(code, {in}, {out});
  return builder.Build({out});
}

TEST(ActivationParams, FollowFromTheRanges) {
  const Ranges ranges = RangesOf({{0, "in", -1, 3, 1, 0}, {1, "out", 0, 2, 1, 0}});
  const auto params = ParamsOf(OneOp(OpCode::kRELU), &ranges);
  ASSERT_TRUE(params.ok()) << params.error().ToString();
  EXPECT_EQ((*params)[0], AsymmetricParams(-1, 3, DType::kInt8));
  EXPECT_EQ((*params)[1], AsymmetricParams(0, 2, DType::kInt8));
}

// The spec: these pass codes through, so both sides take the parameters of the wider range.
TEST(ActivationParams, SameScaleOperatorsTieTheirTensors) {
  const Ranges ranges = RangesOf({{0, "in", -1, 3, 1, 0}, {1, "out", -2, 2, 1, 0}});
  for (OpCode code : {OpCode::kMAX_POOL_2D, OpCode::kAVERAGE_POOL_2D, OpCode::kRESHAPE,
                      OpCode::kSQUEEZE, OpCode::kPAD}) {
    const auto params = ParamsOf(OneOp(code), &ranges);
    ASSERT_TRUE(params.ok()) << OpCodeName(code);
    EXPECT_EQ((*params)[0], AsymmetricParams(-2, 3, DType::kInt8)) << OpCodeName(code);
    EXPECT_EQ((*params)[1], (*params)[0]) << OpCodeName(code);
  }
}

TEST(ActivationParams, ConcatenationTiesAllItsInputs) {
  ModelBuilder builder;
  const int a = builder.AddInput("a", DType::kFloat32, Shape{1, 2});
  const int b = builder.AddInput("b", DType::kFloat32, Shape{1, 2});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 4});
  builder.AddOp(OpCode::kCONCATENATION, {a, b}, {out});
  const Ranges ranges =
      RangesOf({{a, "a", 0, 1, 1, 0}, {b, "b", -4, 0, 1, 0}, {out, "out", -4, 1, 1, 0}});
  const auto params = ParamsOf(builder.Build({out}), &ranges);
  ASSERT_TRUE(params.ok());
  for (const QuantParams& each : *params) EXPECT_EQ(each, AsymmetricParams(-4, 1, DType::kInt8));
}

TEST(ActivationParams, TiesReachThroughChains) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 4});
  const int mid = builder.AddTensor("mid", DType::kFloat32, Shape{1, 4});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{4});
  builder.AddOp(OpCode::kRESHAPE, {in}, {mid});
  builder.AddOp(OpCode::kSQUEEZE, {mid}, {out});
  const Ranges ranges =
      RangesOf({{in, "in", 0, 1, 1, 0}, {mid, "mid", 0, 2, 1, 0}, {out, "out", -8, 1, 1, 0}});
  const auto params = ParamsOf(builder.Build({out}), &ranges);
  ASSERT_TRUE(params.ok());
  EXPECT_EQ((*params)[static_cast<size_t>(in)], AsymmetricParams(-8, 2, DType::kInt8));
}

// Softmax and logistic always end at [0, 1) in 256 steps, whatever was observed.
TEST(ActivationParams, FixedOutputsIgnoreTheirRange) {
  const Ranges ranges = RangesOf({{0, "in", -1, 3, 1, 0}, {1, "out", 0.2, 0.3, 1, 0}});
  for (OpCode code : {OpCode::kSOFTMAX, OpCode::kLOGISTIC}) {
    const auto params = ParamsOf(OneOp(code), &ranges);
    ASSERT_TRUE(params.ok());
    EXPECT_EQ((*params)[1], PerTensor(1.0F / 256, -128)) << OpCodeName(code);
    EXPECT_EQ((*params)[0], AsymmetricParams(-1, 3, DType::kInt8));
  }
  const auto legacy = ParamsOf(OneOp(OpCode::kSOFTMAX), &ranges, {}, "uint8");
  ASSERT_TRUE(legacy.ok());
  EXPECT_EQ((*legacy)[1], PerTensor(1.0F / 256, 0));
}

TEST(ActivationParams, AMissingRangeIsNamed) {
  const Ranges ranges = RangesOf({{0, "in", -1, 3, 1, 0}});
  const auto params = ParamsOf(OneOp(OpCode::kRELU), &ranges);
  ASSERT_FALSE(params.ok());
  EXPECT_EQ(params.error().tensor, "out");
  EXPECT_EQ(params.error().message, "no range for this tensor");
}

TEST(ActivationParams, ADefaultRangeStandsInForMissingOnesOnly) {
  ActivationOptions options;
  options.default_range = DefaultRange{0, 6};
  const Ranges ranges = RangesOf({{0, "in", -1, 3, 1, 0}});
  const auto params = ParamsOf(OneOp(OpCode::kRELU), &ranges, options);
  ASSERT_TRUE(params.ok());
  EXPECT_EQ((*params)[0], AsymmetricParams(-1, 3, DType::kInt8));
  EXPECT_EQ((*params)[1], AsymmetricParams(0, 6, DType::kInt8));
  EXPECT_TRUE(ParamsOf(OneOp(OpCode::kRELU), nullptr, options).ok());
}

TEST(ActivationParams, TheInputContractOverridesTheInput) {
  ActivationOptions options;
  options.default_range = DefaultRange{0, 6};
  options.input = InputContract{-128, 255};
  const auto params = ParamsOf(OneOp(OpCode::kRELU), nullptr, options);
  ASSERT_TRUE(params.ok());
  EXPECT_EQ((*params)[kIn], PerTensor(1.0F / 255, -128));
}

TEST(ActivationParams, ConstantsBringTheirOwnRange) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{2});
  const int constant = builder.AddConstant("c", Shape{2}, std::vector<float>{-5, 1});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{2});
  builder.AddOp(OpCode::kADD, {in, constant}, {out});
  const Ranges ranges = RangesOf({{in, "in", 0, 1, 1, 0}, {out, "out", -5, 2, 1, 0}});
  const auto params = ParamsOf(builder.Build({out}), &ranges);
  ASSERT_TRUE(params.ok()) << params.error().ToString();
  EXPECT_EQ((*params)[static_cast<size_t>(constant)], AsymmetricParams(-5, 1, DType::kInt8));
}

TEST(ActivationParams, WhatCannotBeQuantizedIsNamed) {
  ActivationOptions options;
  options.default_range = DefaultRange{0, 6};
  Model already = OneOp(OpCode::kRELU);
  already.subgraphs[0].tensors[0].dtype = DType::kInt8;
  const auto twice = ParamsOf(already, nullptr, options);
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().tensor, "in");
}

}  // namespace
}  // namespace quantgate
