// Quantized variants of the committed MNIST models, for tests of what looks at them.
#pragma once

#include <string>

#include "harness/driver/variant.h"
#include "tests/support/mnist.h"

namespace quantgate {

struct MnistVariant {
  LoadedModel reference;
  LoadedModel variant;
};

// `model`: "mnist_conv.tflite" or "mnist_depthwise.tflite". Ranges, where the config wants them,
// are those of `calibration_images`.
MnistVariant MakeMnistVariant(const std::string& model, const VariantConfig& config,
                              int64_t calibration_images);

// The same under a scheme. With `dummy_ranges`, every activation gets the range 0 to 6; otherwise
// the ranges of 100 calibration images.
MnistVariant MakeMnistVariant(const std::string& model, const std::string& scheme,
                              bool dummy_ranges = false);

}  // namespace quantgate
