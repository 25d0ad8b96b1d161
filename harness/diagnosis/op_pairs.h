// Which operator of a variant does the work of which operator of the reference model.
#pragma once

#include <string>
#include <vector>

#include "harness/comparison/tensor_matching.h"

namespace quantgate {

struct OpPair {
  int reference_op = -1;
  int variant_op = -1;
};

struct OpPairing {
  std::vector<OpPair> pairs;  // in the order of the reference's operators
  // Operators of the reference without a partner: "op 3 SOFTMAX: why".
  std::vector<std::string> unpaired;
};

// Two operators are a pair when their outputs match (MatchTensors), they are of one type, and each
// input of the one stands for the same input of the other: both constants, or tensors that match
// when QUANTIZE and DEQUANTIZE of the variant are looked through.
OpPairing PairOps(const Plan& reference, const Plan& variant, const Matching& matching);

}  // namespace quantgate
