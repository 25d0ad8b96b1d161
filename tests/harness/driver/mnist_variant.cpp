#include "tests/harness/driver/mnist_variant.h"

#include <gtest/gtest.h>

#include "harness/calibration/calibrate.h"

namespace quantgate {

MnistVariant MakeMnistVariant(const std::string& model, const std::string& scheme,
                              bool dummy_ranges) {
  MnistVariant made;
  auto reference = LoadModel("configs/mnist/" + model, DefaultProfile());
  EXPECT_TRUE(reference.ok()) << reference.error().ToString();
  made.reference = *reference;
  const auto calibration = OpenMnist("calibration", 100);
  ObservationInput input;
  input.plan = made.reference.plan;
  input.dataset = calibration.get();
  input.preprocessing = kMnistPixels;
  const auto observation = Observe(input);
  EXPECT_TRUE(observation.ok()) << observation.error().ToString();
  const auto ranges = EstimateRanges(*observation, {FindEstimator("minmax")});
  EXPECT_TRUE(ranges.ok()) << ranges.error().ToString();
  VariantConfig config;
  config.quantize.emplace();
  config.quantize->scheme = FindScheme(scheme);
  if (dummy_ranges) {
    config.quantize->ranges = QuantizeConfig::RangesFrom::kNone;
    config.quantize->activations.default_range = DefaultRange{0, 6};
  }
  auto variant = PrepareVariant(config, made.reference, {&*ranges});
  EXPECT_TRUE(variant.ok()) << variant.error().ToString();
  made.variant = *variant;
  return made;
}

}  // namespace quantgate
