// Runs of models of several inputs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "datasets/npy.h"
#include "harness/driver/config_file.h"
#include "harness/driver/run.h"
#include "reference/core/file.h"
#include "reference/model/op_options.h"
#include "reference/model/tflite_writer.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

constexpr int kSamples = 120;
constexpr int kWords = 6;
constexpr int kReals = 4;

// Two classes: whether the reals of the sample and the values of its three words in a table,
// [0, .., 5] / 5, are above 0 together. Scores are (-s, s) with s = reals + table[words] - 1.5.
std::shared_ptr<const Model> WordsAndReals() {
  ModelBuilder builder;
  const int reals = builder.AddInput("reals", DType::kFloat32, Shape{1, kReals});
  const int words = builder.AddInput("words", DType::kInt32, Shape{1, 3});
  std::vector<float> values;
  values.reserve(kWords);
  for (int word = 0; word < kWords; ++word) values.push_back(static_cast<float>(word) / 5.0F);
  const int table = builder.AddConstant("table", Shape{kWords, 1}, values);
  const int found = builder.AddTensor("found", DType::kFloat32, Shape{1, 3, 1});
  builder.AddOp(OpCode::kGATHER, {table, words}, {found});
  const int shape = builder.AddConstant<int32_t>("shape", Shape{2}, {1, 3});
  const int flat = builder.AddTensor("flat", DType::kFloat32, Shape{1, 3});
  builder.AddOp(OpCode::kRESHAPE, {found, shape}, {flat});
  const int both = builder.AddTensor("both", DType::kFloat32, Shape{1, kReals + 3});
  schema::ConcatenationOptionsT last;
  last.axis = 1;
  builder.AddOp(OpCode::kCONCATENATION, {reals, flat}, {both}, MakeOptions(last));
  std::vector<float> signs(kReals + 3, -1.0F);
  signs.resize(2 * signs.size(), 1.0F);
  const int weights = builder.AddConstant("weights", Shape{2, kReals + 3}, signs);
  const int bias = builder.AddConstant<float>("bias", Shape{2}, {1.5F, -1.5F});
  const int scores = builder.AddTensor("scores", DType::kFloat32, Shape{1, 2});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {both, weights, bias}, {scores});
  return builder.Finish({scores});
}

class SeveralInputs : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(WriteFile(folder_.File("net.tflite"), WriteModel(*WordsAndReals())).ok());
    Random random(20261122U);
    std::vector<float> reals;
    std::vector<int64_t> words;
    std::vector<int64_t> labels;
    while (labels.size() < kSamples) {
      const std::vector<float> r = random.Floats(kReals, -1, 1);
      float sum = -1.5F;
      for (const float real : r) sum += real;
      std::vector<int64_t> w;
      w.reserve(3);
      for (int k = 0; k < 3; ++k) w.push_back(random.Int(0, kWords - 1));
      for (const int64_t word : w) sum += static_cast<float>(word) / 5.0F;
      if (std::abs(sum) < 0.1F) continue;  // where rounding may decide
      reals.insert(reals.end(), r.begin(), r.end());
      words.insert(words.end(), w.begin(), w.end());
      labels.push_back(sum > 0 ? 1 : 0);
    }
    Save("reals.npy", DType::kFloat32, Shape{kSamples, kReals}, std::as_bytes(std::span(reals)));
    Save("words.npy", DType::kInt64, Shape{kSamples, 3}, std::as_bytes(std::span(words)));
    Save("labels.npy", DType::kInt64, Shape{kSamples}, std::as_bytes(std::span(labels)));
  }
  void Save(const std::string& name, DType dtype, const Shape& shape,
            std::span<const std::byte> bytes) {
    ASSERT_TRUE(WriteFile(folder_.File(name), NpyBytes(dtype, shape, bytes)).ok());
  }

  // `images` as JSON.
  Result<RunOutcome> Run(const std::string& images, const std::string& preprocessing = "{}") {
    const std::string data =
        R"({"kind": "npy", "images": )" + images + R"(, "labels": "labels.npy", "name": "x"})";
    const std::string text = R"({"dataset": )" + data + R"(, "preprocessing": )" + preprocessing +
                             R"(, "calibration": {"dataset": )" + data +
                             R"(}, "reference": {"model": "net.tflite"}, "variants": [)"
                             R"({"name": "int8", "quantize": {"scheme": "int8"}},)"
                             R"({"name": "cast", "quantize": {"scheme": "int8"}, "feed": "cast"}],)"
                             R"( "gate": {"max_drop_points": 1}})";
    QG_RETURN_IF_ERROR(WriteFile(folder_.File("run.json"), text));
    QG_ASSIGN_OR_RETURN(const RunConfig config, ReadRunConfig(folder_.File("run.json")));
    return quantgate::Run(config, {});
  }

  TempFolder folder_;
};

TEST_F(SeveralInputs, AreFedQuantizedAndJudged) {
  for (const char* images :
       {R"(["reals.npy", "words.npy"])", R"(["words=words.npy", "reals=reals.npy"])"}) {
    const auto outcome = Run(images);
    ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
    const RunReport& report = outcome->report;
    EXPECT_EQ(report.reference.accuracy.correct, kSamples) << images;
    const VariantResult& good = report.variants.at(0);
    ASSERT_TRUE(good.error.empty()) << good.error;
    EXPECT_EQ(good.verdict, Verdict::kPass);
    EXPECT_EQ(good.inputs.size(), 2U);
    const VariantResult& broken = report.variants.at(1);
    EXPECT_EQ(broken.verdict, Verdict::kFail);
    const auto named = std::find_if(report.findings.begin(), report.findings.end(),
                                    [](const Finding& finding) { return finding.id == "QG001"; });
    ASSERT_NE(named, report.findings.end()) << "the input that was cast is named";
    EXPECT_EQ(named->tensor, "reals");
  }
}

// Values stored at twice their size are halved; the words are indices and stay as they are.
TEST_F(SeveralInputs, AMeanAndStdMayBeOfOneInput) {
  const auto stored = ReadNpy(folder_.File("reals.npy"));
  ASSERT_TRUE(stored.ok());
  std::vector<float> twice(stored->values.size() / sizeof(float));
  std::memcpy(twice.data(), stored->values.data(), stored->values.size());
  for (float& value : twice) value *= 2;
  Save("twice.npy", DType::kFloat32, Shape{kSamples, kReals}, std::as_bytes(std::span(twice)));
  const std::string images = R"(["words=words.npy", "reals=twice.npy"])";
  const auto outcome = Run(images, R"({"inputs": {"reals": {"std": 2}}})");
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  EXPECT_EQ(outcome->report.reference.accuracy.correct, kSamples);
  EXPECT_EQ(outcome->report.variants.at(0).verdict, Verdict::kPass);
  EXPECT_EQ(outcome->report.dataset.preprocessing, "real = (raw - 0) / 1; reals: (raw - 0) / 2");
  EXPECT_LT(Run(images)->report.reference.accuracy.correct, kSamples);
  EXPECT_THAT(Run(images, R"({"inputs": {"reals": {"std": 0}}})").error().ToString(),
              HasSubstr("'preprocessing.inputs.reals.std' holds a zero"));
  EXPECT_THAT(Run(images, R"({"inputs": {"real": {"std": 2}}})").error().ToString(),
              HasSubstr("mean and std are named for 'real'"));
}

TEST_F(SeveralInputs, TheReportSaysWhatASampleIs) {
  EXPECT_EQ(Run(R"(["reals.npy", "words.npy"])")->report.dataset.sample_shape, "[4], [3]");
  EXPECT_EQ(Run(R"(["words=words.npy", "reals=reals.npy"])")->report.dataset.sample_shape,
            "words [3], reals [4]");
}

TEST_F(SeveralInputs, AFileTooFewOrOfAnotherNameIsSaid) {
  EXPECT_THAT(Run(R"("reals.npy")").error().ToString(),
              HasSubstr("2 inputs ('reals', 'words'), a sample of the data 1 part"));
  EXPECT_THAT(Run(R"(["reals=reals.npy", "ids=words.npy"])").error().ToString(),
              HasSubstr("2 parts ('reals', 'ids')"));
  EXPECT_THAT(Run(R"(["words=reals.npy", "reals=words.npy"])").error().ToString(),
              HasSubstr("does not take a sample of shape"));
}

}  // namespace
}  // namespace quantgate
