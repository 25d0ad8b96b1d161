// The last step of the quantizer: types, parameters and schemes are decided, the graph is written.
#pragma once

#include "harness/quantization/quantizer.h"

namespace quantgate {

struct GraphPlan {
  const Model* source = nullptr;
  const std::vector<OpAssignment>* assignments = nullptr;
  const ActivationPlan* activations = nullptr;
  const OwnRanges* own_ranges = nullptr;  // of weights
  const QuantizeOptions* options = nullptr;
};

struct WrittenGraph {
  Model model;
  std::vector<int> places;   // by operator of the source: its index in `model`
  std::vector<int> sources;  // by operator of `model`: of which it came, -1 for a conversion
  int widened_scales = 0;
  int clipped_scales = 0;
};

Result<WrittenGraph> WriteQuantizedGraph(const GraphPlan& plan);

}  // namespace quantgate
