// The file in which a user says which tensors of two models belong together:
//
//   {"tensors": {"conv1/Relu": "quant_conv1/Relu", "debug_copy": null}}
//
// Keys are tensors of the reference model, values those of the variant; null: it has none.
#pragma once

#include "harness/comparison/tensor_matching.h"

namespace quantgate {

// kConfig errors name the file and the place of the mistake.
Result<TensorMap> ReadTensorMap(const std::string& path);

}  // namespace quantgate
