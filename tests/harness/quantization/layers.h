// Random chains of layers, and the samples corrections look at.
#pragma once

#include <memory>

#include "harness/quantization/layer_inputs.h"
#include "tests/support/random.h"
#include "tests/support/test_dataset.h"

namespace quantgate {

// [1,6,5,3] -> CONV_2D -> DEPTHWISE_CONV_2D -> CONV_2D (stride 2) -> MEAN -> FULLY_CONNECTED, with
// `activation` (the format's number: 0 none, 1 RELU, 3 RELU6) after the convolutions. Channels
// differ in size by up to 10^`spread`.
std::shared_ptr<const Model> LayerChain(Random& random, int activation, double spread);

struct ChainData {
  TestDataset dataset;
  CorrectionData data;
};
// `samples` random images for it, of values in [-1, 1].
std::unique_ptr<ChainData> ChainSamples(Random& random, int samples);

}  // namespace quantgate
