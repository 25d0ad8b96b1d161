// Cross-layer equalization: channels of neighbouring layers scaled against each other, so that one
// scale a tensor serves all of them. The function the model computes stays the same.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/results/ranges.h"
#include "reference/model/graph.h"

namespace quantgate {

struct Equalization {
  std::shared_ptr<const Model> model;
  int pairs = 0;                     // of layers scaled against each other
  int relu6_replaced = 0;            // RELU6 that became RELU
  std::vector<std::string> skipped;  // "conv1 -> conv2: why"
};

// For each layer A (CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED) whose output only a layer B
// reads, with nothing between them but operators that keep channels apart and commute with positive
// factors (pools, PAD, MEAN over the image, RESHAPE to rows, RELU):
//   r_A[c] = max |W_A[c, ...]|, r_B[c] = max |W_B[..., c]|, s[c] = sqrt(r_A[c] / r_B[c])
//   W_A[c] /= s[c], b_A[c] /= s[c], W_B[..., c] *= s[c]
// over all pairs again until nothing moves; conv - depthwise - conv ends where the closed form with
// cube roots does. Needs activations without a bend above zero: a RELU6 whose output stayed below 6
// in `ranges` becomes a RELU, others are skipped. Source: Nagel et al. 2019, "Data-Free
// Quantization through Weight Equalization and Bias Correction", section 4.1.
Result<Equalization> EqualizeLayers(const Model& model, const Ranges* ranges);

}  // namespace quantgate
