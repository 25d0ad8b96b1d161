// Quantized variants of the committed MNIST models, for tests of what looks at them.
#pragma once

#include <memory>
#include <string>

#include "datasets/dataset.h"
#include "harness/driver/variant.h"

namespace quantgate {

inline const Preprocessing kMnistPixels{{0.0}, {255.0}};

// `split`: "t10k" or "calibration".
std::unique_ptr<Dataset> OpenMnist(const std::string& split, int64_t limit);

struct MnistVariant {
  LoadedModel reference;
  LoadedModel variant;
};

// `model`: "mnist_conv.tflite" or "mnist_depthwise.tflite". With `dummy_ranges`, every activation
// gets the range 0 to 6; otherwise the ranges of 100 calibration images.
MnistVariant MakeMnistVariant(const std::string& model, const std::string& scheme,
                              bool dummy_ranges = false);

}  // namespace quantgate
