#include "tests/conformance/arithmetic_models.h"

namespace quantgate {

std::vector<OpCase> ArithmeticCases() {
  return Joined(
      {&WindowCases, &ElementwiseCases, &ReductionCases, &RecurrentCases, &DetectionCases});
}

}  // namespace quantgate
