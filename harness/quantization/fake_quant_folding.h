// FAKE_QUANT operators of a quantization-aware-trained graph, taken out and their ranges kept.
#pragma once

#include "harness/quantization/activation_params.h"

namespace quantgate {

struct FoldedModel {
  Model model;                  // without FAKE_QUANT; tensor indices as before
  OwnRanges ranges;             // by tensor index: of activations and of weights
  std::vector<int> op_sources;  // by operator: its index in the model given
  int folded = 0;
};

// FAKE_QUANT(x) -> y leaves x, with the operator's range; readers of y read x. Where y is an output
// of the graph, the operator that computes x writes y instead, so that the output keeps its name.
// One of more than 8 bits stays. kModel for an empty range.
Result<FoldedModel> FoldFakeQuants(const Model& model);

}  // namespace quantgate
