// A copy of a model whose computed tensors are all outputs of the graph, so that a runtime that
// shows outputs only shows everything.
#pragma once

#include "reference/model/graph.h"

namespace quantgate {

struct ModelWithOutputs {
  Model model;
  std::vector<int> outputs;  // tensor indices in the order of the model's outputs
};

// Only tensors that an operator of the main subgraph computes and whose elements have a fixed size.
ModelWithOutputs WithAllOutputs(const Model& model);

}  // namespace quantgate
