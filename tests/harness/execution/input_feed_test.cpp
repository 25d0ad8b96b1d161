#include "harness/execution/input_feed.h"

#include <gtest/gtest.h>

#include "reference/interpreter/interpreter.h"
#include "tests/support/bytes.h"
#include "tests/support/model_builder.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

std::shared_ptr<const Plan> InputOnly(DType dtype, const Shape& shape,
                                      const QuantParams& quant = {}) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", dtype, shape, quant);
  return *Plan::Make(builder.Finish({in}));
}

const Preprocessing kUnit{{0}, {255}};  // real = raw / 255

template <class T>
std::vector<T> Fed(const std::shared_ptr<const Plan>& plan, FeedMode mode) {
  const TestDataset dataset(Shape{2, 1}, {0, 255, 51, 102});
  auto feed = InputFeed::Make(*plan, dataset, kUnit, mode);
  if (!feed.ok()) ADD_FAILURE() << feed.error().ToString();
  Interpreter interpreter(plan);
  feed->Fill(1, interpreter.input(0));
  return FromBytes<T>(interpreter.input(0));
}

TEST(InputFeed, FloatInputsGetReals) {
  const auto plan = InputOnly(DType::kFloat32, Shape{1, 2, 1});
  EXPECT_EQ(Fed<float>(plan, FeedMode::kQuantize), (std::vector<float>{0.2F, 0.4F}));
  EXPECT_EQ(Fed<float>(plan, FeedMode::kRaw), (std::vector<float>{51, 102}));
}

// scale 1/255, zero point -128: raw 51 is the real 0.2, 51 steps, code -77. The cast gives 0, the
// classic mistake; raw values as codes are right by chance only for uint8 with zero point 0.
TEST(InputFeed, QuantizedInputsGetCodes) {
  const auto plan = InputOnly(DType::kInt8, Shape{1, 2, 1}, PerTensor(1.0F / 255, -128));
  EXPECT_EQ(Fed<int8_t>(plan, FeedMode::kQuantize), (std::vector<int8_t>{-77, -26}));
  EXPECT_EQ(Fed<int8_t>(plan, FeedMode::kCast), (std::vector<int8_t>{0, 0}));
  EXPECT_EQ(Fed<int8_t>(plan, FeedMode::kRaw), (std::vector<int8_t>{51, 102}));
}

TEST(InputFeed, RawValuesBeyondTheTypeAreClamped) {
  const auto plan = InputOnly(DType::kInt8, Shape{1, 2, 1}, PerTensor(1.0F, 0));
  const TestDataset dataset(Shape{2, 1}, {300, -300});
  auto feed = InputFeed::Make(*plan, dataset, {}, FeedMode::kRaw);
  ASSERT_TRUE(feed.ok());
  Interpreter interpreter(plan);
  feed->Fill(0, interpreter.input(0));
  EXPECT_EQ(FromBytes<int8_t>(interpreter.input(0)), (std::vector<int8_t>{127, -128}));
}

std::string ErrorOf(const std::shared_ptr<const Plan>& plan, const Preprocessing& preprocessing) {
  const TestDataset dataset(Shape{2, 1}, {0, 1});
  const auto feed = InputFeed::Make(*plan, dataset, preprocessing, FeedMode::kQuantize);
  return feed.ok() ? "" : feed.error().message;
}

TEST(InputFeed, WhatDoesNotFitIsRefused) {
  EXPECT_EQ(ErrorOf(InputOnly(DType::kFloat32, Shape{2}), {}), "");
  EXPECT_EQ(ErrorOf(InputOnly(DType::kFloat32, Shape{3}), {}),
            "the model's input [3] does not take a sample of shape [2,1]");
  EXPECT_EQ(ErrorOf(InputOnly(DType::kInt64, Shape{2}), {}), "input of type int64 cannot be fed");
  EXPECT_EQ(ErrorOf(InputOnly(DType::kInt8, Shape{2}), {}),
            "input of type int8 without one scale and zero point cannot be fed");
  EXPECT_EQ(ErrorOf(InputOnly(DType::kFloat32, Shape{2}), {{0, 0}, {1}}),
            "preprocessing names 2 values for 1 channels");
}

TEST(InputFeed, ModelsOfSeveralInputsAreRefused) {
  ModelBuilder builder;
  const int a = builder.AddInput("a", DType::kFloat32, Shape{2});
  builder.AddInput("b", DType::kFloat32, Shape{2});
  EXPECT_EQ(ErrorOf(*Plan::Make(builder.Finish({a})), {}),
            "the model has 2 inputs; a dataset feeds exactly one");
}

TEST(InputFeed, ModesHaveNames) {
  for (FeedMode mode : {FeedMode::kQuantize, FeedMode::kCast, FeedMode::kRaw}) {
    EXPECT_EQ(*FindFeedMode(FeedModeName(mode)), mode);
  }
  EXPECT_EQ(FindFeedMode("guess"), nullptr);
}

}  // namespace
}  // namespace quantgate
