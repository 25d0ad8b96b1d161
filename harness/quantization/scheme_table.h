// How a graph is quantized. One row a scheme.
#pragma once

#include <span>
#include <string_view>

#include "reference/core/dtype.h"

namespace quantgate {

struct SchemeDef {
  std::string_view name;
  std::string_view summary;
  DType activation;        // type of activations and weights
  bool symmetric_weights;  // zero point 0 and codes [-127, 127]; otherwise the whole code range
  bool per_axis_weights;   // one scale an output channel, where the operator's kernel takes it
};

std::span<const SchemeDef> AllSchemes();
const SchemeDef* FindScheme(std::string_view name);

}  // namespace quantgate
