// Recognising a layer by its weights, whatever its name: quantized weights still correlate with the
// float weights they were made from.
#pragma once

#include <vector>

#include "reference/interpreter/plan.h"

namespace quantgate {

// A layer with constant weights.
struct WeightPrint {
  int op = -1;
  OpCode code = OpCode::kCUSTOM;
  int activation = 0;         // fused one, as the format numbers them; 0: none
  int64_t elements = 0;       // of the weights
  std::vector<float> values;  // real values at kPrintValues positions spread over them, centred
};
inline constexpr int64_t kPrintValues = 2048;

// Convolutions, dense layers and the like of the plan's subgraph, in order.
std::vector<WeightPrint> WeightPrints(const Plan& plan);

// Pearson's correlation of two prints of equal length; 0 when one of them is constant.
double Correlation(const WeightPrint& a, const WeightPrint& b);

// Prints that belong together: same operator type, as many weights, a correlation of at least
// kSameWeights, and for neither of the two another partner that is as good within 0.01 (layers that
// share weights cannot be told apart by them). Best pairs first.
struct PrintPair {
  size_t a = 0;  // positions in the lists given
  size_t b = 0;
  double correlation = 0;
};
inline constexpr double kSameWeights = 0.9;
std::vector<PrintPair> PairPrints(const std::vector<WeightPrint>& a,
                                  const std::vector<WeightPrint>& b);

}  // namespace quantgate
