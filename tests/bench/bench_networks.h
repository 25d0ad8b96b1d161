// Float networks of well-known shapes with random weights, for measuring.
#pragma once

#include <memory>
#include <string>

#include "reference/model/graph.h"

namespace quantgate {

struct BenchNetwork {
  std::string name;  // "mobilenet_v1_0.25_96"
  std::shared_ptr<const Model> model;
};

// Howard et al. 2017, input [1, size, size, 3], 1000 classes. `width` as a fraction of 32 channels
// in the first layer.
BenchNetwork MobileNetV1(double width, int size);
// Sandler et al. 2018, width 1.0, input [1, size, size, 3], 1000 classes.
BenchNetwork MobileNetV2(int size);
// Zhang et al. 2017 ("Hello Edge"), size S: input [1, 49, 10, 1], 12 classes.
BenchNetwork DsCnn();
// `layers` 3x3 convolutions of `channels` channels over [1, size, size, channels].
BenchNetwork Stack(int layers, int channels, int size);

}  // namespace quantgate
