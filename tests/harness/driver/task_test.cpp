// Which task a run has, and runs of binary classifiers with a single score.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "harness/driver/config_file.h"
#include "harness/driver/run.h"
#include "harness/driver/settled_task.h"
#include "reference/core/file.h"
#include "reference/model/op_options.h"
#include "reference/model/tflite_writer.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/temp_folder.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

constexpr int kSamples = 200;
constexpr int kValues = 4;

enum class Score { kLogit, kProbability, kNumber };

// Of x = x1 + x2 - x3 - x4 of pictures of 2 x 2 reals: x, LOGISTIC(8 x) or ARG_MAX(-x, x).
std::shared_ptr<const Model> BinaryNet(Score score) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 2, 2, 1});
  const float w = score == Score::kProbability ? 8.0F : 1.0F;
  std::vector<float> rows = {w, w, -w, -w};
  if (score == Score::kNumber) rows.insert(rows.begin(), {-w, -w, w, w});
  const int units = static_cast<int>(rows.size()) / kValues;
  const int weights = builder.AddConstant("w", Shape{units, kValues}, rows);
  const int logits = builder.AddTensor("logits", DType::kFloat32, Shape{1, units});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {in, weights}, {logits});
  if (score == Score::kLogit) return builder.Finish({logits});
  if (score == Score::kNumber) {
    const int axis = builder.AddConstant<int32_t>("axis", Shape{1}, {1});
    const int number = builder.AddTensor("number", DType::kInt32, Shape{1});
    schema::ArgMaxOptionsT options;
    options.output_type = schema::TensorType::INT32;
    builder.AddOp(OpCode::kARG_MAX, {logits, axis}, {number}, MakeOptions(options));
    return builder.Finish({number});
  }
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, 1});
  builder.AddOp(OpCode::kLOGISTIC, {logits}, {out});
  return builder.Finish({out});
}

class BinaryRun : public ::testing::TestWithParam<Score> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(WriteFile(folder_.File("net.tflite"), WriteModel(*BinaryNet(GetParam()))).ok());
    std::string images = {0, 0, 8, 3, 0, 0, 0, static_cast<char>(kSamples), 0, 0, 0, 2, 0, 0, 0, 2};
    std::string labels = {0, 0, 8, 1, 0, 0, 0, static_cast<char>(kSamples)};
    Random random(20261122U);
    for (int i = 0; i < kSamples;) {
      int sum = 0;
      std::string picture;
      for (int k = 0; k < kValues; ++k) {
        const int value = random.Int(0, 255);
        sum += k < 2 ? value : -value;
        picture += static_cast<char>(static_cast<uint8_t>(value));
      }
      if (std::abs(sum) < 20) continue;  // where rounding may decide
      images += picture;
      labels += static_cast<char>(sum > 0 ? 1 : 0);
      ++i;
    }
    ASSERT_TRUE(WriteFile(folder_.File("images"), images).ok());
    ASSERT_TRUE(WriteFile(folder_.File("labels"), labels).ok());
  }

  // `more`: members of the config.
  Result<RunOutcome> Run(const std::string& more = "") {
    const std::string data =
        R"({"kind": "idx", "images": "images", "labels": "labels", "name": "x"})";
    const std::string text =
        "{" + more + R"("dataset": )" + data +
        R"(, "preprocessing": {"mean": 0, "std": 255}, "calibration": {"dataset": )" + data +
        R"(}, "reference": {"model": "net.tflite"}, "variants": [)"
        R"({"name": "int8", "quantize": {"scheme": "int8"}},)"
        R"({"name": "cast", "quantize": {"scheme": "int8"}, "feed": "cast"}],)"
        R"( "gate": {"max_drop_points": 2, "min_class_recall_percent": 90}})";
    QG_RETURN_IF_ERROR(WriteFile(folder_.File("run.json"), text));
    QG_ASSIGN_OR_RETURN(const RunConfig config, ReadRunConfig(folder_.File("run.json")));
    return quantgate::Run(config, {});
  }

  TempFolder folder_;
};

// With the arg-max of one score every answer would be 0, and nothing could fail.
TEST_P(BinaryRun, OneScoreIsJudged) {
  const auto outcome = Run();
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  const RunReport& report = outcome->report;
  EXPECT_EQ(report.context.task_reason, "");
  EXPECT_EQ(report.dataset.classes, 2);
  EXPECT_EQ(report.reference.accuracy.correct, kSamples);
  const VariantResult& good = report.variants.at(0);
  ASSERT_TRUE(good.error.empty()) << good.error;
  EXPECT_EQ(good.accuracy.correct, kSamples);
  EXPECT_EQ(good.verdict, Verdict::kPass);
  ASSERT_EQ(good.classes.size(), 2U);
  EXPECT_EQ(good.classes[0].n + good.classes[1].n, kSamples);
  const VariantResult& broken = report.variants.at(1);
  EXPECT_LT(broken.accuracy.top1, 0.9);
  EXPECT_EQ(broken.verdict, Verdict::kFail);
}

// Scores lie in (0, 1) or (-2, 2): a threshold of 10 answers 0 always, of -10 always 1.
TEST_P(BinaryRun, TheThresholdMayBeAnother) {
  const auto high = Run(R"("threshold": 10, )");
  if (GetParam() == Score::kNumber) {
    ASSERT_FALSE(high.ok());
    EXPECT_THAT(high.error().message, HasSubstr("a threshold is for the single score"));
    return;
  }
  ASSERT_TRUE(high.ok()) << high.error().ToString();
  const auto low = Run(R"("threshold": -10, )");
  ASSERT_TRUE(low.ok()) << low.error().ToString();
  for (const auto& [outcome, answer] : {std::pair(&*high, 0U), std::pair(&*low, 1U)}) {
    const Confusion& confusion = outcome->report.reference.confusion;
    ASSERT_EQ(confusion.classes, 2);
    EXPECT_EQ(confusion.counts[answer] + confusion.counts[2 + answer], kSamples);
    EXPECT_EQ(outcome->report.variants.at(0).paired->flips, 0);
  }
  const auto usual =
      Run(GetParam() == Score::kLogit ? R"("threshold": 0, )" : R"("threshold": 0.5, )");
  EXPECT_EQ(usual->report.reference.accuracy.correct, kSamples);
}

INSTANTIATE_TEST_SUITE_P(Scores, BinaryRun,
                         testing::Values(Score::kLogit, Score::kProbability, Score::kNumber));

struct Case {
  Shape output;
  std::vector<int> labels;
  std::optional<Task> named;
};

// Of a model that makes of [1, 2, 2, 1] an output of the shape given.
Result<SettledTask> Settle(const Case& c) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 2, 2, 1});
  const int shape = builder.AddConstant<int32_t>(
      "shape", Shape{c.output.rank()},
      std::vector<int32_t>(c.output.dims().begin(), c.output.dims().end()));
  const int out = builder.AddTensor("out", DType::kFloat32, c.output);
  builder.AddOp(OpCode::kBROADCAST_TO, {in, shape}, {out});
  auto plan = Plan::Make(builder.Finish({out}));
  if (!plan.ok()) return plan.error();
  return SettleTask(c.named, c.labels, **plan, TestDataset(Shape{2, 2, 1}, std::vector<float>(8)));
}

Task TaskOf(const Case& c) {
  const auto settled = Settle(c);
  EXPECT_TRUE(settled.ok()) << settled.error().ToString();
  return settled.ok() ? settled->task : Task::kNone;
}

TEST(SettleTask, WithLabelsItIsAClassificationOrAnomalyDetection) {
  const Shape like_input{1, 2, 2, 1};
  EXPECT_EQ(TaskOf({like_input, {0, 1}, {}}), Task::kAnomaly);
  EXPECT_THAT(Settle({like_input, {0, 1}, {}})->reason, HasSubstr("labels are 0 and 1"));
  EXPECT_EQ(TaskOf({like_input, {0, 1}, Task::kNone}), Task::kNone);
}

TEST(SettleTask, WithoutLabelsOnlyScoresAreAnswers) {
  EXPECT_EQ(TaskOf({Shape{1, 2, 2, 1}, {-1, -1}, {}}), Task::kNone);
  EXPECT_EQ(TaskOf({Shape{1, 2, 2, 3}, {-1, -1}, {}}), Task::kNone);
  EXPECT_THAT(Settle({Shape{1, 2, 2, 3}, {-1, -1}, {}})->reason, HasSubstr("[1,2,2,3]"));
}

// As many classes as features are no reconstruction where SOFTMAX makes the scores.
TEST(SettleTask, ProbabilitiesAreScoresWhateverTheirNumber) {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, kValues});
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{1, kValues});
  schema::SoftmaxOptionsT softmax;
  softmax.beta = 1;
  builder.AddOp(OpCode::kSOFTMAX, {in}, {out}, MakeOptions(softmax));
  const auto plan = Plan::Make(builder.Finish({out}));
  ASSERT_TRUE(plan.ok());
  const TestDataset data(Shape{kValues}, std::vector<float>(2 * kValues));
  for (const std::vector<int>& labels : {std::vector{-1, -1}, std::vector{0, 1}}) {
    EXPECT_EQ(SettleTask({}, labels, **plan, data)->task, Task::kClassification);
  }
}

// A number is an answer where a threshold says so; several scores, or none, take no threshold.
TEST(SettleTask, AThresholdMakesANumberAnAnswer) {
  const TestDataset data(Shape{2, 2, 1}, std::vector<float>(8));
  const std::vector<int> unlabelled = {-1, -1};
  const auto plan = Plan::Make(BinaryNet(Score::kLogit));
  EXPECT_EQ(SettleTask({}, unlabelled, **plan, data)->task, Task::kNone);
  EXPECT_EQ(SettleTask({}, unlabelled, **plan, data, 0.0)->task, Task::kClassification);
  const auto none = SettleTask(Task::kNone, unlabelled, **plan, data, 0.0);
  EXPECT_THAT(none.error().message, HasSubstr("task 'none' was asked for"));
  EXPECT_EQ(none.error().code, ErrorCode::kInput);
}

TEST(SettleTask, WhatWasAskedForIsDoneAndSaid) {
  const auto settled = Settle({Shape{1, 2, 2, 3}, {3, 4}, Task::kNone});
  EXPECT_EQ(settled->task, Task::kNone);
  EXPECT_EQ(settled->reason, "task 'none' was asked for");
}

TEST(SettleTask, ASingleNumberIsAnAnswerWhereItIsAProbabilityOrAClass) {
  const TestDataset data(Shape{2, 2, 1}, std::vector<float>(8));
  for (const Score score : {Score::kLogit, Score::kProbability, Score::kNumber}) {
    const auto plan = Plan::Make(BinaryNet(score));
    ASSERT_TRUE(plan.ok());
    const auto unlabelled = SettleTask({}, std::vector{-1, -1}, **plan, data);
    EXPECT_EQ(unlabelled->task, score == Score::kLogit ? Task::kNone : Task::kClassification);
    EXPECT_EQ(SettleTask({}, std::vector{0, 1}, **plan, data)->task, Task::kClassification);
    // Such as ages, which are numbers and no classes.
    const auto others = SettleTask({}, std::vector{0, 41}, **plan, data);
    EXPECT_EQ(others->task, Task::kNone);
    EXPECT_THAT(others->reason, HasSubstr("labels name 41"));
  }
}

TEST(SettleTask, PicturesAreNoAnswer) {
  for (const std::optional<Task> named :
       {std::optional<Task>(), std::optional(Task::kClassification)}) {
    const auto settled = Settle({Shape{1, 2, 2, 3}, {3, 4}, named});
    ASSERT_FALSE(settled.ok());
    EXPECT_THAT(settled.error().message, HasSubstr("one vector of scores"));
    EXPECT_EQ(settled.error().code, ErrorCode::kInput);
  }
}

}  // namespace
}  // namespace quantgate
