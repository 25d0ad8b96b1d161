// Random valid models of the operators that compute.
#pragma once

#include <ostream>
#include <vector>

#include "tests/conformance/one_op_model.h"

namespace quantgate {

struct ArithmeticCase {
  const char* name = "";
  DType dtype = DType::kFloat32;
  OneOpModel (*make)(Choices& choices, DType dtype) = nullptr;
  // Allowed difference of float outputs relative to the tensor's largest magnitude: other orders of
  // summation, other exponentials. Integer outputs must be equal.
  double float_tolerance = 0;
};

inline std::ostream& operator<<(std::ostream& out, const ArithmeticCase& of) {
  return out << of.name << " of " << DTypeName(of.dtype);
}

// Every operator with every type the real runtime takes.
std::vector<ArithmeticCase> ArithmeticCases();

// The parts of the list, a file each.
std::vector<ArithmeticCase> WindowCases();  // convolutions, pools, dense layers, matrix products
std::vector<ArithmeticCase> ElementwiseCases();  // one and two operands, activations, comparisons
std::vector<ArithmeticCase> ReductionCases();    // reductions, softmax, normalisation, ordering
std::vector<ArithmeticCase> DetectionCases();    // box decoding and suppression
std::vector<ArithmeticCase> RecurrentCases();    // operators with state

}  // namespace quantgate
