#include "harness/comparison/tensor_matching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/model/op_options.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<const Plan> PlanOf(Model model) {
  return *Plan::Make(std::make_shared<const Model>(std::move(model)));
}

std::shared_ptr<const Plan> Renamed(const std::string& suffix) {
  Model model = SmallFloatModel();
  for (TensorInfo& tensor : model.subgraphs[0].tensors) tensor.name += suffix;
  return PlanOf(model);
}

std::vector<std::pair<int, int>> Pairs(const Matching& matching) {
  std::vector<std::pair<int, int>> pairs;
  for (const TensorMatch& match : matching.matches)
    pairs.emplace_back(match.reference, match.variant);
  return pairs;
}

TEST(TensorMatching, AModelMatchesItselfByName) {
  const auto plan = PlanOf(SmallFloatModel());
  const Matching matching = MatchTensors(*plan, *plan);
  EXPECT_EQ(Pairs(matching),
            (std::vector<std::pair<int, int>>{{0, 0}, {3, 3}, {4, 4}, {7, 7}, {8, 8}}));
  for (const TensorMatch& match : matching.matches) EXPECT_EQ(match.matched_by, "name");
  EXPECT_THAT(matching.unmatched_reference, IsEmpty());
  EXPECT_THAT(matching.unmatched_variant, IsEmpty());
}

TEST(TensorMatching, RenamedTensorsMatchByWeightsAndStructure) {
  const Matching matching = MatchTensors(*PlanOf(SmallFloatModel()), *Renamed("_int8"));
  EXPECT_EQ(Pairs(matching),
            (std::vector<std::pair<int, int>>{{0, 0}, {3, 3}, {4, 4}, {7, 7}, {8, 8}}));
  for (const TensorMatch& match : matching.matches) {
    const bool layer = match.reference == 3 || match.reference == 7;
    EXPECT_EQ(match.matched_by, layer ? "weights" : "structure") << match.reference;
  }
}

// RELU put behind the convolution: the names find their partners around it.
Model WithExtraRelu() {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{4});
  const int extra = builder.AddTensor("extra", DType::kFloat32, Shape{4});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{4});
  builder.AddOp(OpCode::kRELU6, {in}, {extra});
  builder.AddOp(OpCode::kRELU, {extra}, {out});
  return builder.Build({out});
}

Model WithoutExtra() {
  ModelBuilder builder;
  const int in = builder.AddInput("x", DType::kFloat32, Shape{4});
  const int out = builder.AddTensor("y", DType::kFloat32, Shape{4});
  builder.AddOp(OpCode::kRELU, {in}, {out});
  return builder.Build({out});
}

TEST(TensorMatching, WhatHasNoPartnerIsListed) {
  const Matching matching = MatchTensors(*PlanOf(WithoutExtra()), *PlanOf(WithExtraRelu()));
  EXPECT_EQ(Pairs(matching), (std::vector<std::pair<int, int>>{{0, 0}, {1, 2}}));
  EXPECT_THAT(matching.unmatched_variant, ElementsAre("extra"));
  EXPECT_THAT(matching.unmatched_reference, IsEmpty());
  const Matching reverse = MatchTensors(*PlanOf(WithExtraRelu()), *PlanOf(WithoutExtra()));
  EXPECT_THAT(reverse.unmatched_reference, ElementsAre("extra"));
}

TEST(TensorMatching, EqualNamesOfDifferentSizeDoNotMatch) {
  ModelBuilder builder;
  const int in = builder.AddInput("x", DType::kFloat32, Shape{5});
  const int out = builder.AddTensor("y", DType::kFloat32, Shape{5});
  builder.AddOp(OpCode::kRELU, {in}, {out});
  const Matching matching = MatchTensors(*PlanOf(WithoutExtra()), *PlanOf(builder.Build({out})));
  EXPECT_THAT(matching.matches, IsEmpty());
  EXPECT_THAT(matching.unmatched_reference, ElementsAre("x", "y"));
}

// Three dense layers of one shape, made in the order given, all named anew.
struct Layers {
  std::vector<std::vector<float>> weights;
  std::vector<int> order;
  std::string prefix;
  bool fused = true;  // the activation; otherwise a RELU of its own behind each layer
  double noise = 0;   // on the weights, as rounding leaves it
};

std::shared_ptr<const Plan> SideBySide(const Layers& layers, Random& random) {
  ModelBuilder builder;
  const int in = builder.AddInput(layers.prefix + "in", DType::kFloat32, Shape{1, 16});
  std::vector<int> outputs;
  for (const int layer : layers.order) {
    const std::string name = layers.prefix + std::to_string(outputs.size());
    std::vector<float> noisy = layers.weights[static_cast<size_t>(layer)];
    for (float& weight : noisy) {
      weight += static_cast<float>(random.Real(-layers.noise, layers.noise));
    }
    const int weights = builder.AddConstant(name + "_w", Shape{8, 16}, noisy);
    const int sums = builder.AddTensor(name + "_sums", DType::kFloat32, Shape{1, 8});
    schema::FullyConnectedOptionsT options;
    if (layers.fused) {
      options.fused_activation_function = schema::ActivationFunctionType::RELU;
    }
    builder.AddOp(OpCode::kFULLY_CONNECTED, {in, weights}, {sums}, MakeOptions(std::move(options)));
    outputs.push_back(sums);
    if (layers.fused) continue;
    outputs.back() = builder.AddTensor(name, DType::kFloat32, Shape{1, 8});
    builder.AddOp(OpCode::kRELU, {sums}, {outputs.back()});
  }
  const int all = builder.AddTensor(layers.prefix + "all", DType::kFloat32, Shape{1, 24});
  schema::ConcatenationOptionsT options;
  options.axis = 1;
  builder.AddOp(OpCode::kCONCATENATION, outputs, {all}, MakeOptions(std::move(options)));
  return PlanOf(builder.Build({all}));
}

// Renamed and reordered: neither names nor the order say which layer is which; the weights do.
TEST(TensorMatching, RenamedAndReorderedLayersMatchByWeights) {
  QG_SEED(20261125U);
  Layers layers{{}, {0, 1, 2}, "a"};
  for (int i = 0; i < 3; ++i) layers.weights.push_back(random.Floats(128, -1, 1));
  const auto reference = SideBySide(layers, random);
  layers.order = {2, 0, 1};
  layers.prefix = "b";
  layers.noise = 0.14;  // more than a step of 4-bit codes
  const Matching matching = MatchTensors(*reference, *SideBySide(layers, random));
  int by_weights = 0;
  for (const TensorMatch& match : matching.matches) {
    if (match.matched_by != "weights") continue;
    ++by_weights;
    const std::string& name =
        reference->subgraph().tensors[static_cast<size_t>(match.reference)].name;
    const int layer = name[1] - '0';  // "a0_sums"
    EXPECT_EQ(match.variant_op, (layer + 1) % 3) << name;
  }
  EXPECT_EQ(by_weights, 3);
  EXPECT_THAT(matching.unmatched_variant, IsEmpty());
}

// Sums of one side are no counterpart of activated results of the other.
TEST(TensorMatching, AFusedActivationMatchesTheOneBehindTheLayer) {
  QG_SEED(20261126U);
  Layers layers{{}, {0, 1, 2}, "a"};
  for (int i = 0; i < 3; ++i) layers.weights.push_back(random.Floats(128, -1, 1));
  const auto fused = SideBySide(layers, random);
  layers.fused = false;
  layers.prefix = "b";
  const auto split = SideBySide(layers, random);
  for (const TensorMatch& match : MatchTensors(*fused, *split).matches) {
    if (match.matched_by != "weights") continue;
    EXPECT_EQ(split->subgraph().ops[static_cast<size_t>(match.variant_op)].code, OpCode::kRELU);
  }
  const Matching back = MatchTensors(*split, *fused);
  EXPECT_EQ(back.unmatched_reference.size(), 3);  // the sums in front of RELU
  EXPECT_THAT(back.unmatched_variant, IsEmpty());
}

TEST(TensorMatching, LayersOfEqualWeightsAreNotToldApartByThem) {
  QG_SEED(20261127U);
  Layers layers{{}, {0, 0, 0}, "a"};
  layers.weights.push_back(random.Floats(128, -1, 1));
  const auto reference = SideBySide(layers, random);
  layers.prefix = "b";
  for (const TensorMatch& match : MatchTensors(*reference, *SideBySide(layers, random)).matches) {
    EXPECT_EQ(match.matched_by, "structure");
  }
}

TEST(TensorMatching, TheMapComesFirst) {
  const auto plan = PlanOf(WithExtraRelu());
  const TensorMap map = {{"extra", "out"}, {"in", std::nullopt}};
  ASSERT_TRUE(CheckTensorMap(map, *plan, *plan).ok());
  const Matching matching = MatchTensors(*plan, *plan, map);
  ASSERT_EQ(matching.matches.size(), 1);
  EXPECT_EQ(matching.matches[0].matched_by, "map");
  EXPECT_EQ(Pairs(matching), (std::vector<std::pair<int, int>>{{1, 2}}));
  EXPECT_THAT(matching.unmatched_reference, ElementsAre("in", "out"));
  EXPECT_THAT(matching.unmatched_variant, ElementsAre("in", "extra"));
}

TEST(TensorMatching, AMapThatFitsNotIsRefused) {
  const auto plan = PlanOf(WithExtraRelu());
  const auto refused = [&](const TensorMap& map) {
    const Status status = CheckTensorMap(map, *plan, *plan);
    return status.ok() ? std::string() : status.error().ToString();
  };
  EXPECT_THAT(refused({{"extr", "out"}}), testing::HasSubstr("did you mean 'extra'"));
  EXPECT_THAT(refused({{"extra", "outt"}}), testing::HasSubstr("'outt'"));
  EXPECT_THAT(refused({{"extra", "out"}, {"out", "out"}}), testing::HasSubstr("two tensors"));
}

TEST(TensorMatching, EachMatchNamesTheOperatorThatMadeIt) {
  const auto plan = PlanOf(SmallFloatModel());
  const Matching matching = MatchTensors(*plan, *plan);
  EXPECT_EQ(matching.matches[0].variant_op, -1);
  EXPECT_EQ(matching.matches[1].variant_op, 0);
  EXPECT_EQ(matching.matches[4].variant_op, 3);
}

}  // namespace
}  // namespace quantgate
