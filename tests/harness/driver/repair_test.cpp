#include "harness/driver/repair.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "datasets/npy.h"
#include "reference/core/file.h"
#include "reference/model/tflite_writer.h"
#include "reports/repair_report.h"
#include "tests/harness/driver/mnist_variant.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

RepairInput Input(const std::string& reference, const std::string& variant) {
  RepairInput input;
  input.reference = "configs/mnist/" + reference;
  input.variant = variant;
  input.dataset.spec.kind = "idx";
  input.dataset.spec.images = {"datasets/mnist/t10k-images-idx3-ubyte.gz"};
  input.dataset.spec.labels = "datasets/mnist/t10k-labels-idx1-ubyte.gz";
  input.dataset.spec.limit = 400;
  input.calibration.dataset.spec = input.dataset.spec;
  input.calibration.dataset.spec.images = {"datasets/mnist/calibration-images-idx3-ubyte.gz"};
  input.calibration.dataset.spec.labels = "datasets/mnist/calibration-labels-idx1-ubyte.gz";
  input.calibration.dataset.spec.limit = 100;
  input.calibration.estimator = *ParseEstimator("minmax");
  input.preprocessing = kMnistPixels;
  return input;
}

std::string Written(const TempFolder& folder, const MnistVariant& made) {
  std::string path = folder.File("variant.tflite");
  EXPECT_TRUE(WriteFile(path, made.variant.bytes.view()).ok());
  return path;
}

// Dummy ranges are repaired by the cheapest thing there is: ranges from data, in the same scheme.
TEST(Repair, DummyRangesNeedOnlyRanges) {
  const TempFolder folder;
  RepairInput input =
      Input("mnist_conv.tflite",
            Written(folder, MakeMnistVariant("mnist_conv.tflite", "uint8", /*dummy_ranges=*/true)));
  input.gate.limits["min_sqnr_db"]["logits"] = {15, std::nullopt};
  input.gate.limits["max_drop_points"][""] = {0.3, std::nullopt};
  const auto outcome = RepairVariant(input);
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  const Repair& repair = outcome->repair;
  EXPECT_TRUE(repair.passes);
  EXPECT_EQ(repair.steps[0].name, "as-given");
  EXPECT_EQ(repair.steps[0].verdict, Verdict::kFail);
  EXPECT_EQ(repair.steps[static_cast<size_t>(repair.best)].name, "uint8-minmax");
  EXPECT_FALSE(outcome->model.empty());
}

TEST(Repair, AWrongFeedNeedsNoOtherModel) {
  const TempFolder folder;
  const std::string file = Written(folder, MakeMnistVariant("mnist_conv.tflite", "uint8"));
  RepairInput input = Input("mnist_conv.tflite", file);
  input.feed = FeedMode::kCast;
  input.gate.limits["max_drop_points"][""] = {0.5, std::nullopt};
  const auto outcome = RepairVariant(input);
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  EXPECT_EQ(outcome->repair.steps[static_cast<size_t>(outcome->repair.best)].name,
            "input-quantized");
  // The given file is right as it is.
  const auto given = ReadFile(file);
  ASSERT_TRUE(given.ok());
  EXPECT_TRUE(std::equal(given->begin(), given->end(), outcome->model.view().begin(),
                         outcome->model.view().end()));
}

// A gate that nothing can pass: everything is tried, up to operators at a higher precision, and the
// answer says that it is not enough.
TEST(Repair, SaysWhenNothingIsEnough) {
  const TempFolder folder;
  RepairInput input =
      Input("mnist_conv.tflite", Written(folder, MakeMnistVariant("mnist_conv.tflite", "int8")));
  input.dataset.spec.limit = 100;
  input.gate.limits["min_top1_percent"][""] = {100.5, std::nullopt};
  const auto outcome = RepairVariant(input);
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  const Repair& repair = outcome->repair;
  EXPECT_FALSE(repair.passes);
  EXPECT_NE(repair.advice.find("quantization-aware"), std::string::npos);
  EXPECT_GE(repair.best, 0);
  int kept = 0;
  double last_macs = 0;
  for (const RepairStep& step : repair.steps) {
    EXPECT_EQ(step.error, "") << step.name;
    if (step.kept.empty()) continue;
    ++kept;
    EXPECT_GE(step.higher_precision_macs, last_macs) << step.name;
    last_macs = step.higher_precision_macs;
  }
  EXPECT_GE(kept, 8);  // one, two, three, five operators, in two precisions
  EXPECT_GT(last_macs, 0);
  // Weights alone come last: integer products first, float ones when nothing else is left.
  ASSERT_GE(repair.steps.size(), 2U);
  const RepairStep& hybrid = repair.steps[repair.steps.size() - 2];
  EXPECT_EQ(hybrid.name, "dynamic-range");
  EXPECT_LT(hybrid.higher_precision_macs, 0.2);  // layers too small for it stay in float
  EXPECT_EQ(repair.steps.back().name, "weight-only-int8");
  EXPECT_EQ(repair.steps.back().higher_precision_macs, 1);
}

// A filter has no answers: the attempt whose output is nearest to the reference's is the best.
TEST(Repair, WithoutAnswersTheOutputsDecide) {
  const TempFolder folder;
  Random random(20261123U);
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 8});
  int last = in;
  for (const char* name : {"first", "second", "third"}) {
    const int weights =
        builder.AddConstant(std::string(name) + "/w", Shape{8, 8}, random.Floats(64, -1, 1));
    const int out = builder.AddTensor(name, DType::kFloat32, Shape{1, 8});
    builder.AddOp(OpCode::kFULLY_CONNECTED, {last, weights}, {out});
    last = out;
  }
  ASSERT_TRUE(WriteFile(folder.File("net.tflite"), WriteModel(*builder.Finish({last}))).ok());
  const std::vector<float> values = random.Floats(800, -1, 1);
  ASSERT_TRUE(WriteFile(folder.File("x.npy"),
                        NpyBytes(DType::kFloat32, Shape{100, 8}, std::as_bytes(std::span(values))))
                  .ok());
  RepairInput input;
  input.reference = input.variant = folder.File("net.tflite");
  input.dataset.spec.kind = "npy";
  input.dataset.spec.images = {folder.File("x.npy")};
  input.calibration.dataset.spec = input.dataset.spec;
  input.calibration.dataset.spec.limit = 50;
  input.calibration.estimator = *ParseEstimator("minmax");
  input.dataset.spec.first = 50;
  input.gate.limits["max_size_bytes"][""] = {1, std::nullopt};  // nothing passes
  const auto outcome = RepairVariant(input);
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  const Repair& repair = outcome->repair;
  EXPECT_EQ(repair.best, 0) << "the float model itself, which differs nowhere";
  EXPECT_FALSE(repair.judges_answers());
  double lowest = 1000;
  double highest = 0;
  for (const RepairStep& step : repair.steps) {
    EXPECT_FALSE(step.top1 || step.auc || step.drop_points) << step.name;
    if (!step.output_sqnr_db) continue;
    lowest = std::min(lowest, *step.output_sqnr_db);
    highest = std::max(highest, *step.output_sqnr_db);
  }
  EXPECT_GT(lowest, 20);
  EXPECT_GT(highest, lowest + 10) << "with operators in int16";
  EXPECT_TRUE(repair.steps[0].output_exact);
  EXPECT_FALSE(repair.steps[1].output_exact);
  const std::string text = RepairText(repair);
  EXPECT_NE(text.find("exact"), std::string::npos);
  EXPECT_NE(text.find("output SQNR"), std::string::npos);
  EXPECT_EQ(text.find("top-1"), std::string::npos);
  // Accuracy, which repair asks for where no rule is named, is nothing a filter has.
  input.gate.limits = {{"max_drop_points", {{"", {0.3, std::nullopt}}}}};
  const auto judged = RepairVariant(input);
  ASSERT_FALSE(judged.ok());
  EXPECT_EQ(judged.error().code, ErrorCode::kInput);
  EXPECT_NE(judged.error().message.find("max_drop_points: accuracy drop was not measured"),
            std::string::npos);
  EXPECT_NE(judged.error().hint.find("min_output_sqnr_db"), std::string::npos);
}

// Ranges come from a float model; a quantized one in its place is an error, not a crash.
TEST(Repair, RefusesAQuantizedReference) {
  const TempFolder folder;
  const std::string path = Written(folder, MakeMnistVariant("mnist_conv.tflite", "int8"));
  RepairInput input = Input("mnist_conv.tflite", path);
  input.reference = path;
  input.gate.limits["min_top1_percent"][""] = {100.5, std::nullopt};
  const auto outcome = RepairVariant(input);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::kInput);
  EXPECT_NE(outcome.error().message.find("no float32 activations"), std::string::npos);
}

}  // namespace
}  // namespace quantgate
