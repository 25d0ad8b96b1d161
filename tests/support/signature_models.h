// Models of several signatures, a subgraph each.
#pragma once

#include <string>
#include <vector>

#include "reference/model/graph.h"

namespace quantgate {

struct SignaturePart {
  std::string key;
  Model model;  // of one subgraph
};

// The subgraphs in their order, each the signature of its part; inputs and outputs are called as
// their tensors.
Model JoinSignatures(const std::vector<SignaturePart>& parts);

}  // namespace quantgate
