// The committed MNIST samples, for tests.
#pragma once

#include <memory>
#include <string>

#include "datasets/dataset.h"

namespace quantgate {

inline const Preprocessing kMnistPixels{{0.0}, {255.0}};

// The first `limit` images of `split`: "t10k" or "calibration".
std::unique_ptr<Dataset> OpenMnist(const std::string& split, int64_t limit);

}  // namespace quantgate
