#include "tests/harness/driver/mnist_variant.h"

#include <gtest/gtest.h>

#include "tests/harness/calibration/ranges_of.h"

namespace quantgate {

MnistVariant MakeMnistVariant(const std::string& model, const VariantConfig& config,
                              int64_t calibration_images) {
  MnistVariant made;
  auto reference = LoadModel("configs/mnist/" + model, DefaultProfile());
  EXPECT_TRUE(reference.ok()) << reference.error().ToString();
  made.reference = *reference;
  const auto calibration = OpenMnist("calibration", calibration_images);
  const Ranges ranges = RangesOf(made.reference.plan, *calibration, kMnistPixels);
  auto variant = PrepareVariant(config, made.reference, {&ranges});
  EXPECT_TRUE(variant.ok()) << variant.error().ToString();
  made.variant = *variant;
  return made;
}

MnistVariant MakeMnistVariant(const std::string& model, const std::string& scheme,
                              bool dummy_ranges) {
  VariantConfig config;
  config.quantize.emplace();
  config.quantize->scheme = FindScheme(scheme);
  if (dummy_ranges) {
    config.quantize->ranges = QuantizeConfig::RangesFrom::kNone;
    config.quantize->activations.default_range = DefaultRange{0, 6};
  }
  return MakeMnistVariant(model, config, 100);
}

}  // namespace quantgate
