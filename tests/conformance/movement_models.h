// Random valid models of the operators that move elements.
#pragma once

#include <ostream>
#include <vector>

#include "tests/conformance/one_op_model.h"

namespace quantgate {

struct MovementCase {
  const char* name = "";
  DType dtype = DType::kFloat32;  // of the moved elements
  OneOpModel (*make)(Choices& choices, DType dtype) = nullptr;
};

inline std::ostream& operator<<(std::ostream& out, const MovementCase& of) {
  return out << of.name << " of " << DTypeName(of.dtype);
}

// Every operator with every element type the real runtime takes.
std::vector<MovementCase> MovementCases();

// The parts of the list, a file each.
std::vector<MovementCase> SlicingCases();
std::vector<MovementCase> TranspositionCases();
std::vector<MovementCase> GatheringCases();
std::vector<MovementCase> FillingCases();  // and padding, resizing

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
