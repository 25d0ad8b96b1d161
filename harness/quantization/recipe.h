// Which operators of a graph are quantized in which way: ordered rules over one main scheme.
#pragma once

#include <string>
#include <vector>

#include "harness/quantization/scheme_table.h"
#include "reference/model/graph.h"

namespace quantgate {

struct RecipeRule {
  std::string op;                     // operator type, "CONV_2D"; empty: any
  std::string tensor;                 // regular expression, see below; empty: any
  const SchemeDef* scheme = nullptr;  // null: float32
};

// The first rule that matches an operator decides; the main scheme where none does. `tensor` is an
// ECMAScript regular expression without back-references, searched for in the name of the
// operator's first output.
using Recipe = std::vector<RecipeRule>;

// Finds the rule for each operator of `graph`: its index, or -1. kConfig for a regular expression
// or an operator type that means nothing.
Result<std::vector<int>> MatchRecipe(const Recipe& recipe, const Subgraph& graph);

}  // namespace quantgate
