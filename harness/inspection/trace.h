// Runs a model on one input and keeps every tensor it computes.
#pragma once

#include <string>

#include "reference/interpreter/plan.h"

namespace quantgate {

struct TraceOutput {
  std::string directory;
  int tensors = 0;
};

// Fills the graph's inputs from `input`, a .npy file (models of one input) or a .bin file that
// holds all graph inputs one after the other in the graph's order, little-endian. Writes
// DIRECTORY/manifest.json and DIRECTORY/tensor_<index>.npy for every input and computed tensor.
// The manifest is written last. kInput when the bytes do not fit the inputs.
Result<TraceOutput> TraceModel(const std::shared_ptr<const Plan>& plan, const std::string& input,
                               const std::string& directory, bool oracle = false);

}  // namespace quantgate
