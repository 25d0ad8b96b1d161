#include "harness/comparison/tensor_matching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/model_builder.h"
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

TEST(TensorMatching, RenamedTensorsMatchByStructure) {
  const Matching matching = MatchTensors(*PlanOf(SmallFloatModel()), *Renamed("_int8"));
  EXPECT_EQ(Pairs(matching),
            (std::vector<std::pair<int, int>>{{0, 0}, {3, 3}, {4, 4}, {7, 7}, {8, 8}}));
  for (const TensorMatch& match : matching.matches) EXPECT_EQ(match.matched_by, "structure");
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

TEST(TensorMatching, EachMatchNamesTheOperatorThatMadeIt) {
  const auto plan = PlanOf(SmallFloatModel());
  const Matching matching = MatchTensors(*plan, *plan);
  EXPECT_EQ(matching.matches[0].variant_op, -1);
  EXPECT_EQ(matching.matches[1].variant_op, 0);
  EXPECT_EQ(matching.matches[4].variant_op, 3);
}

}  // namespace
}  // namespace quantgate
