// Which tensor of a variant stands for which tensor of the reference model.
#pragma once

#include <string>
#include <vector>

#include "reference/interpreter/plan.h"

namespace quantgate {

struct TensorMatch {
  int reference = -1;  // tensor index in the reference's main subgraph
  int variant = -1;
  int variant_op = -1;     // operator of the variant that makes it; -1 for a graph input
  std::string matched_by;  // "name" or "structure"
};

struct Matching {
  std::vector<TensorMatch> matches;  // in the order the variant computes its tensors
  std::vector<std::string> unmatched_reference;
  std::vector<std::string> unmatched_variant;
};

// Matches computed tensors (inputs and operator outputs) of equal element count: by name first;
// the rest by structure, a longest common subsequence of (operator type, shape) between operators
// not yet matched, in their order. Graph inputs and outputs match by position when nothing else
// has matched them.
Matching MatchTensors(const Plan& reference, const Plan& variant);

}  // namespace quantgate
