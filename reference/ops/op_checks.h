// The checks prepare functions share.
#pragma once

#include <cstdint>
#include <vector>

#include "reference/numeric/activation_range.h"
#include "reference/ops/op_def.h"

namespace quantgate {

// At least `min` and at most `max` inputs, the first `min` of them present; exactly `outputs`
// outputs.
Status CheckArity(const PrepareContext& context, size_t min, size_t max, size_t outputs);

// The tensor carries one scale > 0 and one zero point within its type's codes.
Status CheckPerTensor(const TensorInfo& tensor);

// "float32", "int8", ... of every input and output, for messages about combinations.
Error UnsupportedTypes(const PrepareContext& context);

// The activation, read from a file as a number, is one that kernels clamp with; TANH and SIGN_BIT
// are not.
Status CheckActivation(Activation activation);

// Input `input`, which is there, has `length` elements, or the shape [rows, columns].
Status CheckVector(const PrepareContext& context, size_t input, int32_t length);
Status CheckMatrix(const PrepareContext& context, size_t input, int32_t rows, int32_t columns);

// Input `input` is a variable tensor of so many elements.
Status CheckState(const PrepareContext& context, size_t input, int64_t elements);

// Of an input whose value decides what the operator is, and is not known (PlannedValue).
Error NotKnown(const PrepareContext& context, size_t i);

// PlannedValue(i) as integers (int32 or int64); NotKnown where there is none.
Result<std::vector<int64_t>> ConstantIntegers(const PrepareContext& context, size_t i);

}  // namespace quantgate
