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
  QG_CHECK(feed->Fill(1, interpreter).ok());
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
  ASSERT_TRUE(feed->Fill(0, interpreter).ok());
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
  EXPECT_EQ(ErrorOf(InputOnly(DType::kComplex64, Shape{2}), {}),
            "input of type complex64 cannot be fed");
  EXPECT_EQ(ErrorOf(InputOnly(DType::kInt64, Shape{2}), {}), "") << "indices";
  EXPECT_EQ(ErrorOf(InputOnly(DType::kFloat32, Shape{2}), {{0, 0}, {1}}),
            "preprocessing names 2 values for 1 channels");
}

// Samples of parts as given, the same values in every sample but for the first one's index.
class PartsDataset : public TestDataset {
 public:
  PartsDataset(std::vector<SamplePart> parts, const std::vector<float>& values)
      : TestDataset(Shape{static_cast<int32_t>(values.size())}, values), parts_(std::move(parts)) {}
  [[nodiscard]] std::vector<SamplePart> parts() const override { return parts_; }

 private:
  std::vector<SamplePart> parts_;
};

// "image" of two reals, "ids" of two int32, "flag".
std::shared_ptr<const Plan> ThreeInputs() {
  ModelBuilder builder;
  const int image =
      builder.AddInput("image:0", DType::kInt8, Shape{1, 2}, PerTensor(1.0F / 255, -128));
  builder.AddInput("ids:0", DType::kInt32, Shape{1, 2});
  builder.AddInput("flag:0", DType::kBool, Shape{1});
  Model model = builder.Build({image});
  model.signatures.push_back({"serve", 0, {{"image", 0}, {"ids", 1}, {"flag", 2}}, {}});
  return *Plan::Make(std::make_shared<const Model>(std::move(model)));
}

void ExpectAllFed(const PartsDataset& dataset) {
  const auto plan = ThreeInputs();
  auto feed = InputFeed::Make(*plan, dataset, kUnit, FeedMode::kQuantize);
  ASSERT_TRUE(feed.ok()) << feed.error().ToString();
  Interpreter interpreter(plan);
  ASSERT_TRUE(feed->Fill(0, interpreter).ok());
  EXPECT_EQ(FromBytes<int8_t>(interpreter.input(0)), (std::vector<int8_t>{-77, -26}));
  EXPECT_EQ(FromBytes<int32_t>(interpreter.input(1)), (std::vector<int32_t>{-7, 1 << 24}))
      << "indices are stored values, whatever the preprocessing";
  EXPECT_EQ(interpreter.input(2)[0], std::byte{1});
}

TEST(InputFeed, SeveralInputsAreFedInTheirOrderOrByName) {
  constexpr float kLarge = 1 << 24;
  ExpectAllFed({{{"", Shape{2}}, {"", Shape{2}}, {"", Shape{}}}, {51, 102, -7, kLarge, 3}});
  ExpectAllFed(
      {{{"flag", Shape{}}, {"image", Shape{2}}, {"ids", Shape{2}}}, {3, 51, 102, -7, kLarge}});
  ExpectAllFed({{{"ids:0", Shape{2}}, {"flag:0", Shape{1}}, {"image:0", Shape{2}}},
                {-7, kLarge, 3, 51, 102}});
}

// A mean a channel of the picture says nothing of five indices beside it.
TEST(InputFeed, PreprocessingLeavesIndicesAlone) {
  ModelBuilder builder;
  builder.AddInput("ids", DType::kInt32, Shape{1, 5});
  const int image = builder.AddInput("image", DType::kFloat32, Shape{1, 3});
  const auto plan = Plan::Make(builder.Finish({image}));
  const PartsDataset dataset({{"", Shape{5}}, {"", Shape{3}}}, {9, 8, 7, 6, 5, 10, 20, 30});
  auto feed = InputFeed::Make(**plan, dataset, {{1, 2, 3}, {2}}, FeedMode::kQuantize);
  ASSERT_TRUE(feed.ok()) << feed.error().ToString();
  Interpreter interpreter(*plan);
  ASSERT_TRUE(feed->Fill(0, interpreter).ok());
  EXPECT_EQ(FromBytes<int32_t>(interpreter.input(0)), (std::vector<int32_t>{9, 8, 7, 6, 5}));
  EXPECT_EQ(FromBytes<float>(interpreter.input(1)), (std::vector<float>{4.5F, 9, 13.5F}));
}

TEST(InputFeed, AnInputMayHaveAMeanAndStdOfItsOwn) {
  ModelBuilder builder;
  const int reals = builder.AddInput("reals", DType::kFloat32, Shape{1, 2});
  builder.AddInput("image", DType::kUInt8, Shape{1, 2}, PerTensor(1.0F / 255, 0));
  const auto plan = Plan::Make(builder.Finish({reals}));
  const PartsDataset dataset({{"image", Shape{2}}, {"reals", Shape{2}}}, {51, 102, 3, -4});
  Preprocessing preprocessing;
  preprocessing.parts = {{"image", {0}, {255}}};
  auto feed = InputFeed::Make(**plan, dataset, preprocessing, FeedMode::kQuantize);
  ASSERT_TRUE(feed.ok()) << feed.error().ToString();
  Interpreter interpreter(*plan);
  ASSERT_TRUE(feed->Fill(0, interpreter).ok());
  EXPECT_EQ(FromBytes<float>(interpreter.input(0)), (std::vector<float>{3, -4}));
  EXPECT_EQ(FromBytes<uint8_t>(interpreter.input(1)), (std::vector<uint8_t>{51, 102}));
  preprocessing.parts.push_back({"picture", {0}, {255}});
  const auto unknown = InputFeed::Make(**plan, dataset, preprocessing, FeedMode::kQuantize);
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kConfig);
  EXPECT_EQ(unknown.error().message,
            "mean and std are named for 'picture', a sample of the data has 2 parts ('image', "
            "'reals')");
}

TEST(InputFeed, PartsThatAreNotTheInputsAreRefused) {
  const auto error = [](const PartsDataset& dataset) {
    const auto feed = InputFeed::Make(*ThreeInputs(), dataset, kUnit, FeedMode::kQuantize);
    return feed.ok() ? "" : feed.error().message;
  };
  EXPECT_EQ(error({{{"", Shape{2}}, {"", Shape{2}}}, {1, 2, 3, 4}}),
            "the model has 3 inputs ('image:0', 'ids:0', 'flag:0'), a sample of the data 2 parts");
  EXPECT_EQ(error({{{"image", Shape{2}}, {"ids", Shape{2}}, {"flags", Shape{}}}, {1, 2, 3, 4, 5}}),
            "the model has 3 inputs ('image:0', 'ids:0', 'flag:0'), a sample of the data 3 parts "
            "('image', 'ids', 'flags')");
  EXPECT_EQ(error({{{"", Shape{2}}, {"", Shape{2}}, {"", Shape{}}}, {1, 2, 3, 4.5F, 5}}),
            "the input takes int32, sample 0 of the data holds 4.500000");
}

TEST(InputFeed, ModesHaveNames) {
  for (FeedMode mode : {FeedMode::kQuantize, FeedMode::kCast, FeedMode::kRaw}) {
    EXPECT_EQ(*FindFeedMode(FeedModeName(mode)), mode);
  }
  EXPECT_EQ(FindFeedMode("guess"), nullptr);
}

}  // namespace
}  // namespace quantgate
