#include "tests/conformance/arithmetic_models.h"

namespace quantgate {

std::vector<ArithmeticCase> ArithmeticCases() {
  std::vector<ArithmeticCase> all;
  for (auto* part :
       {&WindowCases, &ElementwiseCases, &ReductionCases, &RecurrentCases, &DetectionCases}) {
    const std::vector<ArithmeticCase> cases = part();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

}  // namespace quantgate
