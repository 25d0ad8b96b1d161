// What the quantizer writes for each operator: the integer types its kernels take, and the version
// that says so. What the spec asks of the tensors stands in reference/ops/op_spec.h. Sources:
// TensorFlow Lite 2.9's kernels, its quantizer's operator properties and its version table.
#pragma once

#include <cstdint>
#include <span>

#include "reference/model/graph.h"

namespace quantgate {

// Types of activations, as bits.
enum KernelTypes : uint8_t { kTakesInt8 = 1, kTakesUInt8 = 2, kTakesInt16 = 4 };

struct OpRule {
  OpCode code;
  uint8_t takes = kTakesInt8 | kTakesUInt8;
  int version_int16 = 1;  // where kTakesInt16; int8's stands in OpSpec, uint8's is 1 throughout

  // Whether there is a kernel for activations of `dtype`.
  [[nodiscard]] bool Takes(DType dtype) const;
};

std::span<const OpRule> AllOpRules();
// Null for an operator that stays float32 in every integer scheme.
const OpRule* FindOpRule(OpCode code);

// The version of `code` for activations of `dtype` (int8, uint8 or int16); it needs a rule.
int VersionFor(OpCode code, DType dtype);

}  // namespace quantgate
