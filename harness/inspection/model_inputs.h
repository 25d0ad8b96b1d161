// One input for a model from a file.
#pragma once

#include <string>
#include <vector>

#include "reference/interpreter/plan.h"

namespace quantgate {

// The bytes of all graph inputs, one after the other in the graph's order, from a .npy file (models
// of one input) or a .bin file that holds just these bytes, little-endian. kInput when they do not
// fit the inputs.
Result<std::vector<std::byte>> ReadModelInputs(const Plan& plan, const std::string& path);

}  // namespace quantgate
