#include "harness/driver/repair.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "reference/core/file.h"
#include "tests/harness/driver/mnist_variant.h"
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
  const std::string path = folder.File("variant.tflite");
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
