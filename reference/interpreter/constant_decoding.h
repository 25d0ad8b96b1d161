// Constants as kernels read them: sparse ones written out densely, integers of less than a byte one
// to a byte, scales of blocks fetched from the tensor that holds them. Done once, when a plan is
// made.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "reference/core/result.h"
#include "reference/model/graph.h"

namespace quantgate {

struct DecodedConstant {
  // Dense, and int8 for int4 and int2; `quant` has the scales of blocks where they are right.
  TensorInfo info;
  std::vector<std::byte> bytes;
};

// Nothing for a constant that kernels read as it is. kModel when the layout of a sparse constant
// points outside its values or its shape; kUnsupported when it would take over 1 GiB. `graph` is
// the tensor's subgraph.
Result<std::optional<DecodedConstant>> DecodeConstant(const Model& model, const Subgraph& graph,
                                                      const TensorInfo& tensor);

}  // namespace quantgate
