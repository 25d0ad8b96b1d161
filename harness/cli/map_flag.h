// --map, for every command that compares two models.
#pragma once

#include "harness/cli/arguments.h"
#include "harness/comparison/tensor_matching.h"

namespace quantgate {

void DeclareMapFlag(ArgumentParser& parser);
// What the file says; nothing without the flag.
Result<TensorMap> MapFromFlag(const Arguments& arguments);

}  // namespace quantgate
