// Which scale and zero point every activation of a graph gets, once the spec's ties between
// tensors (same scale, fixed output) are honoured.
#pragma once

#include <optional>
#include <vector>

#include "harness/quantization/scheme_table.h"
#include "harness/results/ranges.h"
#include "reference/model/graph.h"

namespace quantgate {

struct DefaultRange {
  double min = 0;
  double max = 0;
};

struct InputContract {  // real = (code - mean) / std
  double mean = 0;
  double std = 1;
};

struct ActivationOptions {
  // Stands in for every range that is missing: tflite_convert's --default_ranges_min/max.
  std::optional<DefaultRange> default_range;
  // Overrides the parameters of the graph's inputs: --mean_values, --std_dev_values.
  std::optional<InputContract> input;
};

// Parameters by tensor index; empty for tensors that are not activations. `ranges` may be null when
// a default range is given. Fails with the tensor's name when a range is missing, or when an
// operator is not one the quantizer handles.
Result<std::vector<QuantParams>> ActivationParams(const Subgraph& graph, const Model& model,
                                                  const Ranges* ranges, const SchemeDef& scheme,
                                                  const ActivationOptions& options);

}  // namespace quantgate
