// Several types in one graph: recipes, graph inputs and outputs of their own type, ties to fixed
// parameters.
#include <gtest/gtest.h>

#include "harness/quantization/range_to_params.h"
#include "reference/model/op_options.h"
#include "reference/numeric/affine.h"
#include "tests/harness/quantization/small_model.h"
#include "tests/support/float_ranges.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/random_graph.h"
#include "tests/support/run_model.h"

namespace quantgate {
namespace {

std::vector<OpCode> Codes(const Model& model) {
  std::vector<OpCode> codes;
  for (const OpNode& op : model.main().ops) codes.push_back(op.code);
  return codes;
}

const TensorInfo& Tensor(const Model& model, int index) {
  return model.main().tensors[static_cast<size_t>(index)];
}

TEST(BorderTypes, FloatOutsideKeepsTheNamesOfInputsAndOutputs) {
  QuantizeOptions options = OptionsFor("int8");
  options.activations.types = {DType::kFloat32, DType::kFloat32};
  const auto made = QuantizeSmallModel(options);
  const Model& model = *made.model;
  EXPECT_EQ(Codes(model).front(), OpCode::kQUANTIZE);
  EXPECT_EQ(Codes(model).back(), OpCode::kDEQUANTIZE);
  EXPECT_EQ(made.conversions, 2);
  const TensorInfo& in = Tensor(model, model.main().inputs[0]);
  EXPECT_EQ(in.name, "in");
  EXPECT_EQ(in.dtype, DType::kFloat32);
  EXPECT_FALSE(in.quant.quantized());
  EXPECT_EQ(Tensor(model, model.main().ops[0].outputs[0]).name, "in_int8");
  EXPECT_EQ(Tensor(model, model.main().outputs[0]).name, "probabilities");
  EXPECT_EQ(Tensor(model, model.main().outputs[0]).dtype, DType::kFloat32);
}

// TFLite's converter does this too: the range is the same, the codes are 128 apart.
TEST(BorderTypes, UnsignedOutsideSignedInside) {
  QuantizeOptions options = OptionsFor("int8");
  options.activations.types = {DType::kUInt8, DType::kUInt8};
  const auto made = QuantizeSmallModel(options);
  const Model& model = *made.model;
  const TensorInfo& outside = Tensor(model, model.main().inputs[0]);
  const TensorInfo& inside = Tensor(model, model.main().ops[0].outputs[0]);
  EXPECT_EQ(outside.quant.scale(), inside.quant.scale());
  EXPECT_EQ(outside.quant.zero_point(), inside.quant.zero_point() + 128);
  EXPECT_EQ(Tensor(model, model.main().outputs[0]).quant, PerTensor(1.0F / 256, 0));
}

TEST(BorderTypes, TypesWithoutKernelsAreRefused) {
  QuantizeOptions options = OptionsFor("int8");
  options.activations.types.input = DType::kInt32;
  const Ranges ranges = SmallModelRanges();
  const auto made = QuantizeModel(SmallFloatModel(), &ranges, options);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().message, "a graph input or output cannot be int32");
}

TEST(Recipes, ConversionsStandWhereSchemesMeet) {
  QuantizeOptions options = OptionsFor("int8");
  options.recipe = {{"", "flat", nullptr}, {"", "logits", FindScheme("int16x8")}};
  const auto made = QuantizeSmallModel(options);
  // conv int8 | RESHAPE float | logits int16 | softmax int8
  EXPECT_EQ(Codes(*made.model),
            (std::vector<OpCode>{OpCode::kCONV_2D, OpCode::kDEQUANTIZE, OpCode::kRESHAPE,
                                 OpCode::kQUANTIZE, OpCode::kFULLY_CONNECTED, OpCode::kQUANTIZE,
                                 OpCode::kSOFTMAX}));
  EXPECT_EQ(made.ops[1].kept_float, "rule 1 of the recipe");
  EXPECT_EQ(made.ops[2].scheme, FindScheme("int16x8"));
  EXPECT_EQ(made.ops[2].place, 4);
}

TEST(Recipes, EverythingInFloatChangesNothing) {
  QuantizeOptions options = OptionsFor("int8");
  options.recipe = {{"", "", nullptr}};
  const auto made = QuantizeSmallModel(options);
  EXPECT_EQ(made.conversions, 0);
  QG_SEED(20241141U);
  const auto input = ToBytes(random.Floats(16, -1, 1));
  EXPECT_EQ(RunModel(made.model, {input}),
            RunModel(std::make_shared<const Model>(SmallFloatModel()), {input}));
}

// A recipe may keep operators in float32 where everything else has to be integers.
TEST(Recipes, FullIntegerMindsOnlyWhatIsNotAskedFor) {
  const Ranges ranges = SmallModelRanges();
  QuantizeOptions options = OptionsFor("int8");
  options.full_integer = true;
  options.recipe = {{"CONV_2D", "", nullptr}};
  const auto made = QuantizeModel(SmallFloatModel(), &ranges, options);
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  EXPECT_EQ(made->ops[0].kept_float, "rule 1 of the recipe");
}

TEST(Recipes, RulesThatDecideNothingAreNamed) {
  const Ranges ranges = SmallModelRanges();
  QuantizeOptions options = OptionsFor("int8");
  // The second has nothing left to match, the third has a name that does not occur.
  options.recipe = {
      {"CONV_2D", "", nullptr}, {"CONV_2D", "", FindScheme("int8")}, {"", "^logit$", nullptr}};
  const auto made = QuantizeModel(SmallFloatModel(), &ranges, options);
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  EXPECT_EQ(made->unused_rules, (std::vector<int>{1, 2}));
}

// The reasons a person reads when something stays float.
TEST(Recipes, WhatStaysFloatSaysWhy) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 4});
  const int exp = builder.AddTensor("exp", DType::kFloat32, Shape{1, 4});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 4});
  builder.AddOp(OpCode::kEXP, {in}, {exp});
  builder.AddOp(OpCode::kHARD_SWISH, {exp}, {out});
  const auto model = builder.Finish({out});
  QuantizeOptions options = OptionsFor("int16x8");
  options.activations.default_range = DefaultRange{-1, 1};
  auto made = QuantizeModel(*model, nullptr, options);
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  EXPECT_EQ(made->ops[0].kept_float, "the quantizer has no integer EXP");
  EXPECT_EQ(made->ops[1].kept_float, "the quantizer has no int16 HARD_SWISH");
  options.scheme = FindScheme("dynamic-range");
  made = QuantizeModel(SmallFloatModel(), nullptr, options);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->ops[0].kept_float, "has only 18 weights, fewer than 1024");
  EXPECT_EQ(made->ops[3].kept_float, "has no weights");
}

// A joint that wants one scale must not squeeze a wide tensor into a softmax's [0, 1).
TEST(Ties, FixedParametersAreConvertedInFrontOfAJoint) {
  ModelBuilder builder;
  const int a = builder.AddInput("a", DType::kFloat32, Shape{1, 4});
  const int b = builder.AddInput("b", DType::kFloat32, Shape{1, 4});
  const int soft = builder.AddTensor("soft", DType::kFloat32, Shape{1, 4});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 8});
  schema::SoftmaxOptionsT softmax;
  softmax.beta = 1;
  builder.AddOp(OpCode::kSOFTMAX, {a}, {soft}, MakeOptions(softmax));
  schema::ConcatenationOptionsT concatenation;
  concatenation.axis = 1;
  builder.AddOp(OpCode::kCONCATENATION, {soft, b}, {out}, MakeOptions(concatenation));
  Ranges ranges;
  ranges.tensors = {{a, "a", -1, 1, 1, 0},
                    {b, "b", -20, 30, 1, 0},
                    {soft, "soft", 0, 1, 1, 0},
                    {out, "out", -20, 30, 1, 0}};
  const auto made = QuantizeModel(*builder.Finish({out}), &ranges, OptionsFor("int8"));
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  EXPECT_EQ(Codes(*made->model),
            (std::vector<OpCode>{OpCode::kSOFTMAX, OpCode::kQUANTIZE, OpCode::kCONCATENATION}));
  const OpNode& joint = made->model->main().ops[2];
  const QuantParams wide = AsymmetricParams(-20, 30, DType::kInt8);
  for (const int tensor : {joint.inputs[0], joint.inputs[1], joint.outputs[0]}) {
    EXPECT_EQ(Tensor(*made->model, tensor).quant, wide);
  }
  EXPECT_EQ(Tensor(*made->model, made->model->main().ops[0].outputs[0]).quant,
            PerTensor(1.0F / 256, -128));
}

// Any mixture runs, and its output is near the float graph's: weights and activations of 8 bits
// and more, no softmax squeezed, nothing left unconverted.
TEST(Recipes, AnyMixtureStaysNearTheFloatGraph) {
  const std::vector<const SchemeDef*> schemes = {nullptr,
                                                 FindScheme("int8"),
                                                 FindScheme("int16x8"),
                                                 FindScheme("weight-only-int8"),
                                                 FindScheme("dynamic-range"),
                                                 FindScheme("float16"),
                                                 FindScheme("uint8")};
  for (uint32_t seed = 77000; seed < 77200; ++seed) {
    QG_SEED(seed);
    const RandomGraph graph = MakeRandomGraph(random, 3);
    QuantizeOptions options = OptionsFor("int8");
    for (const OpNode& op : graph.model->main().ops) {
      const std::string& name = Tensor(*graph.model, op.outputs[0]).name;
      options.recipe.push_back(
          {"", "^" + name + "$", schemes[static_cast<size_t>(random.Int(0, 6))]});
    }
    options.activations.types = {DType::kFloat32, DType::kFloat32};
    const auto ranges = FloatRanges(*graph.model, graph.samples);
    const auto made = QuantizeModel(*graph.model, &*ranges, options);
    ASSERT_TRUE(made.ok()) << made.error().ToString();
    double signal = 0;
    double noise = 0;
    for (const auto& sample : graph.samples) {
      const auto want = FromBytes<float>(RunModel(graph.model, sample)[0]);
      const auto got = FromBytes<float>(RunModel(made->model, sample)[0]);
      ASSERT_EQ(got.size(), want.size());
      for (size_t i = 0; i < want.size(); ++i) {
        signal += static_cast<double>(want[i]) * static_cast<double>(want[i]);
        noise += static_cast<double>(want[i] - got[i]) * static_cast<double>(want[i] - got[i]);
      }
    }
    // 10 dB: a wrong scale or a missing conversion is far below, 8 bits through EXP far above.
    EXPECT_LE(noise, 0.1 * signal + 1e-9);
  }
}

}  // namespace
}  // namespace quantgate
