#include "harness/comparison/tensor_details.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "reference/interpreter/interpreter.h"
#include "tests/support/bytes.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

// in -> RELU -> out [1, rows, 2], in float32 or in int8 with scale 0.5 and zero point 0.
std::shared_ptr<const Plan> ReluPlan(DType dtype, int rows) {
  const QuantParams quant = dtype == DType::kInt8 ? PerTensor(0.5F, 0) : QuantParams{};
  ModelBuilder builder;
  const int in = builder.AddInput("in", dtype, Shape{1, rows, 2}, quant);
  const int out = builder.AddTensor("out", dtype, Shape{1, rows, 2}, quant);
  builder.AddOp(OpCode::kRELU, {in}, {out});
  return *Plan::Make(builder.Finish({out}));
}

template <class T>
void RunOn(Interpreter& interpreter, const std::vector<T>& values, Observer* observer) {
  std::memcpy(interpreter.input(0).data(), values.data(), interpreter.input(0).size());
  EXPECT_TRUE(interpreter.Run(observer).ok());
}

class TensorDetailsTest : public ::testing::Test {
 protected:
  explicit TensorDetailsTest(int rows = 2)
      : reference_(ReluPlan(DType::kFloat32, rows)), variant_(ReluPlan(DType::kInt8, rows)) {}

  // Samples 0, 1, ... of what both models read; the details of the output.
  TensorError Details(const std::vector<std::vector<float>>& reals,
                      const std::vector<std::vector<int8_t>>& codes, int64_t samples) {
    ReferenceRecord record(*reference_);
    TensorDetailObserver observer(*reference_, *variant_, matching_, samples);
    Interpreter a(reference_);
    Interpreter b(variant_);
    TensorDetailStats stats = MakeTensorDetails(*reference_, *variant_, matching_);
    for (size_t i = 0; i < reals.size(); ++i) {
      RunOn(a, reals[i], &record);
      observer.StartSample(static_cast<int64_t>(i), record);
      RunOn(b, codes[i], &observer);
      MergeTensorDetails(stats, observer.TakeStats());
    }
    std::vector<TensorError> rows(matching_.matches.size());
    FinishTensorDetails(*reference_, *variant_, matching_, stats, rows);
    return rows[1];
  }

  std::shared_ptr<const Plan> reference_;
  std::shared_ptr<const Plan> variant_;
  Matching matching_ = MatchTensors(*reference_, *variant_);
};

TEST_F(TensorDetailsTest, ValuesOfBothFallIntoBinsOfWholeCodes) {
  const TensorError row = Details({{-1, 0.6F, 1, 3}}, {{-2, 1, 2, 6}}, 1);
  ASSERT_TRUE(row.histogram);
  EXPECT_EQ(row.histogram->samples, 1);
  EXPECT_EQ(row.histogram->low, -0.25);  // half a code below code 0
  EXPECT_EQ(row.histogram->bin_width, 0.5);
  EXPECT_EQ(row.histogram->reference, (std::vector<int64_t>{1, 1, 1, 0, 0, 0, 1}));
  EXPECT_EQ(row.histogram->variant, row.histogram->reference);
}

TEST_F(TensorDetailsTest, WhatIsClippedLiesBeyondTheVariantsValues) {
  const TensorError row = Details({{0, 0, 0, 90}}, {{0, 0, 0, 127}}, 1);
  // 90 is code 180, 127 stands for 63.5; bins of two codes hold both.
  EXPECT_EQ(row.histogram->bin_width, 1.0);
  EXPECT_EQ(row.histogram->reference.back(), 1);
  EXPECT_EQ(row.histogram->variant.back(), 0);
  EXPECT_EQ(std::accumulate(row.histogram->variant.begin(), row.histogram->variant.end(), 0), 4);
}

TEST_F(TensorDetailsTest, ChannelsAreThoseOfTheLastAxis) {
  const TensorError row = Details({{1, 2, 3, 0.5F}}, {{2, 4, 6, 1}}, 1);
  ASSERT_TRUE(row.channels);
  EXPECT_EQ(row.channels->tensor, "out");
  EXPECT_EQ(row.channels->channels, 2);
  EXPECT_EQ(row.channels->min, (std::vector<double>{1, 0.5}));
  EXPECT_EQ(row.channels->max, (std::vector<double>{3, 2}));
  EXPECT_TRUE(row.channels->scale.empty());
}

TEST_F(TensorDetailsTest, LooksAtEvenlySpacedSamples) {
  // 2^18 values are counted: of four a sample those of 2^16 samples.
  const int64_t many = int64_t{1} << 17;
  EXPECT_EQ(ChooseDetails(4, many), (DetailChoice{2, 1}));
  EXPECT_EQ(ChooseDetails(4, 100), (DetailChoice{1, 1}));
  // Never fewer than 32 samples, but no more than about 2^21 values.
  EXPECT_EQ(ChooseDetails(int64_t{1} << 20, 1600), (DetailChoice{50, 16}));
  EXPECT_EQ(ChooseDetails(int64_t{1} << 20, 1), (DetailChoice{1, 1}));
  const TensorError row = Details({{1, 1, 1, 1}, {9, 9, 9, 9}, {1, 1, 1, 1}},
                                  {{2, 2, 2, 2}, {18, 18, 18, 18}, {2, 2, 2, 2}}, many);
  EXPECT_EQ(row.histogram->samples, 2);  // the first and the third
  EXPECT_EQ(row.histogram->reference, (std::vector<int64_t>{8}));
}

class LargeTensorDetailsTest : public TensorDetailsTest {
 protected:
  static constexpr int kRows = 1 << 16;
  LargeTensorDetailsTest() : TensorDetailsTest(kRows) {}
};

TEST_F(LargeTensorDetailsTest, OnePartOfASampleAfterTheOther) {
  constexpr int64_t kSamples = 64;
  ASSERT_EQ(ChooseDetails(2 * kRows, kSamples), (DetailChoice{2, 2}));
  // The real values of each sample's halves; the code is twice the value.
  const std::vector<std::pair<float, float>> halves = {{1, 2}, {9, 9}, {3, 4}, {9, 9}, {5, 6}};
  std::vector<std::vector<float>> reals;
  std::vector<std::vector<int8_t>> codes;
  for (const auto& [first, second] : halves) {
    reals.emplace_back(kRows, first);
    reals.back().resize(size_t{2} * kRows, second);
    codes.emplace_back(kRows, static_cast<int8_t>(2 * first));
    codes.back().resize(size_t{2} * kRows, static_cast<int8_t>(2 * second));
  }
  const TensorError row = Details(reals, codes, kSamples);
  EXPECT_EQ(row.histogram->samples, 3);
  // Of the samples 0, 2 and 4 the first, the second and the first half: 1, 4 and 5. Bins up to 6
  // are there because the samples reach so far.
  const std::vector<int64_t> counted = {kRows, 0, 0, 0, 0, 0, kRows, 0, kRows, 0, 0};
  EXPECT_EQ(row.histogram->variant, counted);
  EXPECT_EQ(row.histogram->reference, row.histogram->variant);
  EXPECT_EQ(row.channels->max, (std::vector<double>{5, 5}));
}

TEST(TensorDetails, WeightsTellTheirScalesByChannel) {
  const QuantParams act = PerTensor(0.5F, 0);
  const QuantParams per_axis{{0.1F, 0.2F}, {0, 0}, 0};
  const auto plan = [&](bool quantized) {
    ModelBuilder builder;
    const DType dtype = quantized ? DType::kInt8 : DType::kFloat32;
    const QuantParams quant = quantized ? act : QuantParams{};
    const int in = builder.AddInput("in", dtype, Shape{1, 2}, quant);
    const int weights =
        quantized ? builder.AddConstant<int8_t>("w", Shape{2, 2}, {127, -10, 5, -100}, per_axis)
                  : builder.AddConstant<float>("w", Shape{2, 2}, {12.7F, -1, 1, -20});
    const int out = builder.AddTensor("out", dtype, Shape{1, 2}, quant);
    builder.AddOp(OpCode::kFULLY_CONNECTED, {in, weights, -1}, {out});
    return *Plan::Make(builder.Finish({out}));
  };
  const auto reference = plan(false);
  const auto variant = plan(true);
  const Matching matching = MatchTensors(*reference, *variant);
  std::vector<TensorError> rows(matching.matches.size());
  FinishTensorDetails(*reference, *variant, matching,
                      MakeTensorDetails(*reference, *variant, matching), rows);
  ASSERT_TRUE(rows[1].weights);
  EXPECT_EQ(rows[1].weights->tensor, "w");
  EXPECT_EQ(rows[1].weights->scale, (std::vector<double>{0.1, 0.2}));
  EXPECT_EQ(rows[1].weights->min, (std::vector<double>{-1, -20}));
  EXPECT_EQ(rows[1].weights->max, (std::vector<double>{12.7, 1}));
  EXPECT_FALSE(rows[1].histogram);  // nothing ran
  EXPECT_FALSE(rows[0].weights);
}

}  // namespace
}  // namespace quantgate
