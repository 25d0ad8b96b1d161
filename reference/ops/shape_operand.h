// Inputs that decide an output's shape: sizes, shapes, counts. Shapes are fixed when a plan is
// made, and running cannot fail, so the value has to be known then. The rule, in this order:
//
//   1. the value is a constant, follows from constants, or was given with the plan: it decides;
//   2. the model stores a full shape for the output: that shape is taken, and each run compares the
//      value with it. A run whose value asks for another shape gets an output of zeros;
//   3. otherwise the operator is unsupported.
#pragma once

#include <cstdint>
#include <vector>

#include "reference/ops/op_def.h"

namespace quantgate {

struct ShapeOperand {
  size_t input = 0;
  std::vector<int64_t> values;
  bool assumed = false;  // by rule 2
};

// Input `input` as integers that stand for the extents [first, first + count) of output 0; a
// negative `first` counts from the last axis, count 0 means all from there.
Result<ShapeOperand> ReadShapeOperand(const PrepareContext& context, size_t input, int first = 0,
                                      size_t count = 0);

// The kernel, or one that compares the operand first and writes zeros to every output when it is
// not what was assumed. An extent of -1 in the value agrees with any. Call it when the output
// shapes are set.
Kernel GuardShape(const PrepareContext& context, const ShapeOperand& operand, Kernel kernel);

}  // namespace quantgate
