// Writes a Model as a .tflite file that the real runtimes load.
#pragma once

#include <vector>

#include "reference/model/graph.h"

namespace quantgate {

// The bytes of the file; the same model gives the same bytes. Operator codes are numbered in the
// order of their first use. `model` must be valid.
std::vector<std::byte> WriteModel(const Model& model);

}  // namespace quantgate
