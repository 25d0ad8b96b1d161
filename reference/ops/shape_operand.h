// Inputs that stand for the extents of an output: the second input of RESHAPE, k of TOPK_V2. Where
// the plan does not know the value (PrepareContext::PlannedValue) but the model stores a full shape
// for the output, that shape is assumed; a run whose value asks for another one plans again.
#pragma once

#include <cstdint>
#include <vector>

#include "reference/ops/op_def.h"

namespace quantgate {

// Input `input` as integers that stand for the extents [first, first + count) of output 0; a
// negative `first` counts from the last axis, count 0 means all from there. A value of -1 agrees
// with any assumed extent.
Result<std::vector<int64_t>> ReadShapeOperand(const PrepareContext& context, size_t input,
                                              int first = 0, size_t count = 0);

}  // namespace quantgate
