// Random valid models of the operators that compute.
#pragma once

#include <vector>

#include "reference/model/op_options.h"
#include "tests/conformance/op_case.h"

namespace quantgate {

// Every operator with every type the real runtime takes.
std::vector<OpCase> ArithmeticCases();

// The parts of the list, a file each.
std::vector<OpCase> WindowCases();  // convolutions, pools, dense layers, matrix products
std::vector<OpCase> UnaryCases();
std::vector<OpCase> ActivationCases();
std::vector<OpCase> ConversionCases();  // to codes and back, casts
std::vector<OpCase> BinaryCases();      // two operands and more, comparisons
std::vector<OpCase> ReductionCases();   // reductions, softmax, normalisation, ordering
std::vector<OpCase> DetectionCases();   // box decoding and suppression
std::vector<OpCase> RecurrentCases();   // operators with state

// What an operator can apply to its result.
schema::ActivationFunctionType SomeActivation(Choices& choices);

}  // namespace quantgate
