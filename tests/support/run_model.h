// Runs a model once on bytes given by hand.
#pragma once

#include <memory>
#include <vector>

#include "reference/interpreter/interpreter.h"

namespace quantgate {

// The bytes of every graph output; the model must be one the interpreter runs.
std::vector<std::vector<std::byte>> RunModel(const std::shared_ptr<const Model>& model,
                                             const std::vector<std::vector<std::byte>>& inputs);

}  // namespace quantgate
