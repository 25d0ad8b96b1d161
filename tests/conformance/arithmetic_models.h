// Random valid models of the operators that compute.
#pragma once

#include <vector>

#include "tests/conformance/op_case.h"

namespace quantgate {

// Every operator with every type the real runtime takes.
std::vector<OpCase> ArithmeticCases();

// The parts of the list, a file each.
std::vector<OpCase> WindowCases();       // convolutions, pools, dense layers, matrix products
std::vector<OpCase> ElementwiseCases();  // one and two operands, activations, comparisons
std::vector<OpCase> ReductionCases();    // reductions, softmax, normalisation, ordering
std::vector<OpCase> DetectionCases();    // box decoding and suppression
std::vector<OpCase> RecurrentCases();    // operators with state

}  // namespace quantgate
