// Which tensor of a variant stands for which tensor of the reference model.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reference/interpreter/plan.h"

namespace quantgate {

struct TensorMatch {
  int reference = -1;  // tensor index in the reference's main subgraph
  int variant = -1;
  int variant_op = -1;     // operator of the variant that makes it; -1 for a graph input
  std::string matched_by;  // "map", "name", "weights" or "structure"
};

struct Matching {
  std::vector<TensorMatch> matches;  // in the order the variant computes its tensors
  std::vector<std::string> unmatched_reference;
  std::vector<std::string> unmatched_variant;
};

// What the user says about matches: the name of a reference tensor to that of a variant tensor;
// none where it has no counterpart.
using TensorMap = std::map<std::string, std::optional<std::string>>;

// Fails (kUsage) for a name that is no computed tensor of its model, for a tensor of the variant
// named twice, and for two tensors of different element counts.
Status CheckTensorMap(const TensorMap& map, const Plan& reference, const Plan& variant);

// Matches computed tensors (inputs and operator outputs) of equal element count, each by the first
// of these that knows a partner for it:
//
//   1. `map`, which must have passed CheckTensorMap;
//   2. equal names;
//   3. graph inputs and outputs by position;
//   4. weights: layers whose weights correlate (weight_prints.h). Where one of the two has an
//      activation fused into it and the other a RELU or the like behind it, the results after the
//      activation match;
//   5. structure: a longest common subsequence of (operator type, element count) between operators
//      not yet matched, in their order.
Matching MatchTensors(const Plan& reference, const Plan& variant, const TensorMap& map = {});

}  // namespace quantgate
