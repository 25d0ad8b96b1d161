#include "harness/quantization/quantizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/quantization/op_rules.h"
#include "reference/model/op_options.h"
#include "reference/model/tflite_reader.h"
#include "reference/model/tflite_writer.h"
#include "reference/numeric/affine.h"
#include "reference/ops/op_spec.h"
#include "reference/ops/op_table.h"
#include "tests/harness/quantization/small_model.h"
#include "tests/support/control_flow_models.h"
#include "tests/support/model_builder.h"
#include "tests/support/model_equality.h"
#include "tests/support/random.h"
#include "tests/support/run_model.h"

namespace quantgate {
namespace {

std::shared_ptr<const Model> Quantized(const char* scheme) {
  return QuantizeSmallModel(OptionsFor(scheme)).model;
}

TEST(Quantizer, TypesAndVersionsFollowTheScheme) {
  const auto model = Quantized("int8");
  const auto& tensors = model->main().tensors;
  for (int i : {0, 1, 3, 4, 5, 7, 8}) {
    EXPECT_EQ(tensors[static_cast<size_t>(i)].dtype, DType::kInt8) << i;
  }
  EXPECT_EQ(tensors[2].dtype, DType::kInt32);
  EXPECT_EQ(tensors[6].dtype, DType::kInt32);
  EXPECT_EQ(model->main().ops[0].version, 3);
  EXPECT_EQ(Quantized("uint8")->main().ops[0].version, 1);
  EXPECT_EQ(Quantized("uint8")->main().tensors[0].dtype, DType::kUInt8);
}

TEST(Quantizer, GranularityFollowsTheScheme) {
  EXPECT_EQ(Quantized("int8")->main().tensors[1].quant.scales.size(), 2U);
  EXPECT_EQ(Quantized("int8-per-tensor")->main().tensors[1].quant.scales.size(), 1U);
  // Dense layers stay per tensor: TensorFlow Lite 2.9 misreads per-channel dense weights.
  EXPECT_EQ(Quantized("int8")->main().tensors[5].quant.scales.size(), 1U);
}

TEST(Quantizer, TheSpecsTiesHold) {
  const auto model = Quantized("int8");
  const auto& tensors = model->main().tensors;
  EXPECT_EQ(tensors[3].quant, tensors[4].quant);             // RESHAPE
  EXPECT_EQ(tensors[8].quant, PerTensor(1.0F / 256, -128));  // SOFTMAX
  for (size_t c = 0; c < 2; ++c) {                           // bias of CONV_2D
    EXPECT_EQ(tensors[2].quant.scales[c], tensors[0].quant.scale() * tensors[1].quant.scales[c]);
  }
}

TEST(Quantizer, NamesOrderAndShapesStay) {
  const auto model = Quantized("int8");
  const Model source = SmallFloatModel();
  for (size_t i = 0; i < source.main().tensors.size(); ++i) {
    EXPECT_EQ(model->main().tensors[i].name, source.main().tensors[i].name);
    EXPECT_EQ(model->main().tensors[i].shape, source.main().tensors[i].shape);
  }
}

// The quantized model runs and answers like the float one, within what 8 bits allow.
TEST(Quantizer, TheResultRunsAndAgreesWithTheFloatModel) {
  QG_SEED(20240913U);
  const auto source = std::make_shared<const Model>(SmallFloatModel());
  for (const char* scheme : {"int8", "int8-per-tensor", "uint8"}) {
    const auto model = Quantized(scheme);
    const TensorInfo& in = model->main().tensors[0];
    for (int i = 0; i < 50; ++i) {
      const auto reals = random.Floats(16, -1, 1);
      std::vector<std::byte> codes(16);
      QuantizeTensor(reals, in.quant, in.dtype, codes);
      const auto want = FromBytes<float>(RunModel(source, {ToBytes(reals)})[0]);
      const auto bytes = RunModel(model, {codes})[0];
      std::vector<float> got(3);
      ASSERT_TRUE(
          DequantizeTensor(bytes, in.dtype, Shape{1, 3}, model->main().tensors[8].quant, got));
      // A logit is off by a few steps of 16/255; a probability moves by at most a quarter of that.
      for (size_t k = 0; k < 3; ++k) EXPECT_NEAR(got[k], want[k], 0.06) << scheme;
    }
  }
}

TEST(Quantizer, TheFileReadsBackTheSame) {
  const auto model = Quantized("int8");
  const auto read = ReadModel(ConstBytes(WriteModel(*model)), "quantized");
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_TRUE(SameModel(*model, **read));
}

TEST(Quantizer, TheSameInputGivesTheSameBytes) {
  EXPECT_EQ(WriteModel(*Quantized("int8")), WriteModel(*Quantized("int8")));
}

TEST(Quantizer, FloatWeightsDoNotReachTheFile) {
  const auto model = Quantized("int8");
  size_t constants = 0;
  for (const TensorInfo& tensor : model->main().tensors) {
    constants += model->Constant(tensor).empty() ? 0 : 1;
    EXPECT_NE(tensor.dtype, DType::kFloat32) << tensor.name;
  }
  // Weights, biases and the target of the RESHAPE; number 0 is empty by convention.
  EXPECT_EQ(model->buffers.size(), constants + 1);
}

// Two dense layers of different input scales share one bias: each gets one in its own scale.
TEST(Quantizer, ASharedBiasIsQuantizedForEachUser) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 2});
  const int weights = builder.AddConstant("w", Shape{2, 2}, std::vector<float>{1, 0, 0, 1});
  const int bias = builder.AddConstant("b", Shape{2}, std::vector<float>{1, 1});
  const int mid = builder.AddTensor("mid", DType::kFloat32, Shape{1, 2});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 2});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {in, weights, bias}, {mid});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {mid, weights, bias}, {out});
  Ranges ranges;
  ranges.tensors = {{in, "in", -1, 1, 1, 0}, {mid, "mid", 0, 3, 1, 0}, {out, "out", 0, 4, 1, 0}};
  const auto model = QuantizeModel(*builder.Finish({out}), &ranges, OptionsFor("int8"));
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  const Subgraph& graph = model->model->main();
  ASSERT_NE(graph.ops[0].inputs[2], graph.ops[1].inputs[2]);
  for (const OpNode& op : graph.ops) {
    const auto tensor = [&](size_t i) {
      return graph.tensors[static_cast<size_t>(op.inputs[i])].quant.scale();
    };
    EXPECT_EQ(tensor(2), tensor(0) * tensor(1));
  }
}

// Dense layers of 64, 48 and 64 inputs, a softmax behind them; the first and the last share
// weights.
Model DenseChain() {
  Random random(20261140U);
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 64});
  const int wide = builder.AddConstant("wide", Shape{48, 64}, random.Floats(3072, -1, 1));
  const int odd = builder.AddConstant("odd", Shape{64, 48}, random.Floats(3072, -1, 1));
  const int a = builder.AddTensor("a", DType::kFloat32, Shape{1, 48});
  const int b = builder.AddTensor("b", DType::kFloat32, Shape{1, 64});
  const int c = builder.AddTensor("c", DType::kFloat32, Shape{1, 48});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 48});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {in, wide, -1}, {a});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {a, odd, -1}, {b});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {b, wide, -1}, {c});
  schema::SoftmaxOptionsT softmax;
  softmax.beta = 1;
  builder.AddOp(OpCode::kSOFTMAX, {c}, {out}, MakeOptions(softmax));
  return *builder.Finish({out});
}

TEST(Quantizer, BlockwiseSchemesTakeDenseLayersTheirBlocksDivide) {
  const auto made = QuantizeModel(DenseChain(), nullptr, OptionsFor("int4-blockwise-32"));
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  EXPECT_EQ(made->ops[0].kept_float, "");
  EXPECT_EQ(made->ops[1].kept_float, "its 48 inputs are no multiple of the block size 32");
  EXPECT_EQ(made->ops[2].kept_float, "");
  EXPECT_EQ(made->ops[3].kept_float, "has no weights");
  EXPECT_EQ(QuantizeSmallModel(OptionsFor("int4-blockwise-32")).ops[0].kept_float,
            "has no kernel for block-wise weights");
  const Subgraph& graph = made->model->main();
  EXPECT_EQ(graph.ops[0].version, 10);
  EXPECT_EQ(graph.ops[0].inputs[1], graph.ops[2].inputs[1]);
  const TensorInfo& weights = graph.tensors[static_cast<size_t>(graph.ops[0].inputs[1])];
  EXPECT_EQ(weights.name, "wide");
  EXPECT_EQ(weights.dtype, DType::kInt4);
  ASSERT_TRUE(weights.blockwise);
  EXPECT_EQ(weights.blockwise->block_size, 32);
  EXPECT_EQ(weights.blockwise->zero_points_tensor, -1);
  const TensorInfo& scales = graph.tensors[static_cast<size_t>(weights.blockwise->scales_tensor)];
  EXPECT_EQ(scales.name, "wide_scales");
  EXPECT_EQ(scales.dtype, DType::kFloat16);
  EXPECT_EQ(scales.shape, (Shape{48, 2}));
  // The empty buffer, shared weights with their scales, and the weights that stay.
  EXPECT_EQ(made->model->buffers.size(), 4U);
  const auto read = ReadModel(ConstBytes(WriteModel(*made->model)), "quantized");
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_TRUE(SameModel(*made->model, **read));
}

TEST(Quantizer, WeightsBeyondHalfScalesStayFloat) {
  Model model = DenseChain();
  const auto at = static_cast<size_t>(model.main().tensors[1].buffer);
  for (const float huge : {460000.0F, INFINITY, NAN}) {
    auto weights =
        FromBytes<float>({model.buffers[at].view().begin(), model.buffers[at].view().end()});
    weights[5] = huge;
    model.buffers[at] = ConstBytes(ToBytes(weights));
    const auto made = QuantizeModel(model, nullptr, OptionsFor("int4-blockwise-64"));
    ASSERT_TRUE(made.ok()) << made.error().ToString();
    EXPECT_EQ(made->ops[0].kept_float.rfind("a weight of size ", 0), 0U) << made->ops[0].kept_float;
  }
}

// Operators that run subgraphs take and give what these do: floats.
TEST(Quantizer, SubgraphsThatOperatorsRunStayAsTheyAre) {
  QuantizeOptions options = OptionsFor("int8");
  options.activations.default_range = {-4, 4};
  for (const Model& source : {IfModel(), WhileModel(), VariableModel(), CompositeModel()}) {
    const auto made = QuantizeModel(source, nullptr, options);
    ASSERT_TRUE(made.ok()) << made.error().ToString();
    ASSERT_EQ(made->model->subgraphs.size(), source.subgraphs.size());
    for (size_t i = 1; i < source.subgraphs.size(); ++i) {
      const Subgraph& kept = made->model->subgraphs[i];
      ASSERT_EQ(kept.tensors.size(), source.subgraphs[i].tensors.size());
      for (size_t t = 0; t < kept.tensors.size(); ++t) {
        EXPECT_EQ(kept.tensors[t].dtype, source.subgraphs[i].tensors[t].dtype);
      }
    }
    const auto plan = Plan::Make(made->model);
    EXPECT_TRUE(plan.ok()) << plan.error().ToString();
  }
}

TEST(Quantizer, WhatItCannotDoIsNamed) {
  const Ranges ranges = SmallModelRanges();
  Model computed = SmallFloatModel();
  computed.subgraphs[0].tensors[1].buffer = 0;
  computed.subgraphs[0].inputs.push_back(1);
  Ranges with_weights = ranges;
  with_weights.tensors.push_back({1, "conv/w", -1, 1, 1, 0});
  QuantizeOptions strict = OptionsFor("int8");
  strict.full_integer = true;
  const auto error = QuantizeModel(computed, &with_weights, strict);
  ASSERT_FALSE(error.ok());
  EXPECT_EQ(error.error().op_index, 0);
  EXPECT_EQ(error.error().message,
            "CONV_2D would stay float32: its weights are no dense float32 constant");
}

TEST(OpRules, EveryRuleIsOfAnOperatorThatRuns) {
  for (const OpRule& rule : AllOpRules()) {
    EXPECT_NE(FindOp(rule.code), nullptr) << OpCodeName(rule.code);
    EXPECT_EQ(FindOpRule(rule.code), &rule);
    EXPECT_NE(FindOpSpec(rule.code), nullptr) << OpCodeName(rule.code);
    EXPECT_NE(rule.takes, 0);
    for (const DType dtype : {DType::kInt8, DType::kUInt8, DType::kInt16}) {
      if (!rule.Takes(dtype)) continue;
      const VersionRange known = KnownVersions(rule.code);
      EXPECT_GE(VersionFor(rule.code, dtype), known.min) << OpCodeName(rule.code);
      EXPECT_LE(VersionFor(rule.code, dtype), known.max) << OpCodeName(rule.code);
    }
  }
}

TEST(SchemeTable, EveryRowIsFoundByItsName) {
  for (const SchemeDef& scheme : AllSchemes()) {
    EXPECT_EQ(FindScheme(scheme.name), &scheme);
    // Slices with zero points of their own have no kernel.
    EXPECT_TRUE(scheme.symmetric_weights || !scheme.per_axis_weights) << scheme.name;
  }
  EXPECT_EQ(FindScheme("int3"), nullptr);
}

}  // namespace
}  // namespace quantgate
