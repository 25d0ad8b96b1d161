// The ranges of a float model's tensors over samples given by hand.
#pragma once

#include <optional>
#include <vector>

#include "harness/results/ranges.h"
#include "reference/model/graph.h"

namespace quantgate {

// The smallest and the largest finite value of each float tensor; nothing when the model does not
// run here. `samples` holds, for each sample, the bytes of every graph input.
std::optional<Ranges> FloatRanges(const Model& model,
                                  const std::vector<std::vector<std::vector<std::byte>>>& samples);

}  // namespace quantgate
