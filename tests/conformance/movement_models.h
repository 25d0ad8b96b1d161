// Random valid models of the operators that move elements.
#pragma once

#include <vector>

#include "tests/conformance/op_case.h"

namespace quantgate {

// Every operator with every element type the real runtime takes.
std::vector<OpCase> MovementCases();

// The parts of the list, a file each.
std::vector<OpCase> SlicingCases();
std::vector<OpCase> TranspositionCases();
std::vector<OpCase> GatheringCases();
std::vector<OpCase> FillingCases();  // and padding, resizing

// Random parameters for types that have codes, none for others.
QuantParams SomeQuant(Choices& choices, DType dtype);
// A random tensor of this shape as the operator's next input, often with parameters; returns them.
QuantParams AddData(OneOpModel& op, Choices& choices, DType dtype,
                    const std::vector<int32_t>& dims);
// A list of integers as a constant of rank one.
void AddList(OneOpModel& op, const std::vector<int32_t>& values);
// The same, int32 or int64 by chance.
void AddAnyList(OneOpModel& op, Choices& choices, const std::vector<int32_t>& values);
int64_t Elements(const std::vector<int32_t>& dims);

}  // namespace quantgate
