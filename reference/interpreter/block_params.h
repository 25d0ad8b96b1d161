// Block-wise constants: a scale for every block of consecutive elements, kept in another tensor.
#pragma once

#include "reference/model/graph.h"

namespace quantgate {

// The scales of a block-wise constant of `graph`, as QuantParams with `block` set and zero points
// 0:
//   real[.., i] = scales[.., i / block] * code[.., i]
// with the blocks along the last axis. The rules are LiteRT's: codes are int4 or int2, `block`
// divides the last extent, and the scales are a FLOAT16 constant with one positive number a block.
// A constant of integer zero points must hold zeros; anything else at that index is no zero points,
// as writers that have none leave any number there. kModel where they are not kept, kUnsupported
// for other types of codes.
Result<QuantParams> ReadBlockParams(const Model& model, const Subgraph& graph,
                                    const TensorInfo& tensor);

}  // namespace quantgate
