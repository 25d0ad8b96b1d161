// How the weights of a variant differ from those of the reference: channel by channel, and whether
// they are the same numbers in another order.
#pragma once

#include <span>

#include "harness/results/op_evidence.h"
#include "reference/core/quant_params.h"
#include "reference/core/shape.h"

namespace quantgate {

struct WeightPair {
  std::span<const float> reference;
  std::span<const float> variant;  // dequantized
  Shape shape;                     // of both
  int axis = 0;                    // of the output channels
  QuantParams quant;               // of the variant
};

// Everything of WeightEvidence that the two sets of numbers tell. The search for another order
// (best_match, rearranged) runs only where some channel's correlation is below 0.9.
WeightEvidence CompareWeights(const WeightPair& pair);

// `weights` rounded to 2^bits - 1 levels, one scale an output channel, or one for all: symmetric
// about zero, or spanning what occurs. What a quantizer can do at that granularity.
struct RoundingStyle {
  bool per_axis = false;
  bool symmetric = true;
  int levels = 255;
};
std::vector<float> RoundWeights(std::span<const float> weights, const Shape& shape, int axis,
                                const RoundingStyle& style);

// 10 log10(sum r^2 / sum (v - r)^2); absent without signal or error.
std::optional<double> SqnrDb(std::span<const float> reference, std::span<const float> variant);

}  // namespace quantgate
