#include "tests/conformance/arithmetic_models.h"

namespace quantgate {

std::vector<OpCase> ArithmeticCases() {
  return Joined({&WindowCases, &UnaryCases, &ActivationCases, &ConversionCases, &BinaryCases,
                 &ReductionCases, &RecurrentCases, &DetectionCases});
}

schema::ActivationFunctionType SomeActivation(Choices& choices) {
  using enum schema::ActivationFunctionType;
  constexpr schema::ActivationFunctionType kAll[] = {NONE, RELU, RELU_N1_TO_1, RELU6};
  return kAll[choices.Integer(0, 3)];
}

}  // namespace quantgate
