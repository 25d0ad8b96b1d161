// Which scheme every operator of a graph gets, and why an operator stays float32.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/quantization/recipe.h"

namespace quantgate {

struct OpAssignment {
  const SchemeDef* scheme = nullptr;  // null: stays as it is
  std::string reason;                 // why it stays float32; empty: quantized, or nothing is float
  int rule = -1;                      // of the recipe, that matched it; -1: none
  bool asked_for = false;             // it stays float32 because that rule says so

  // The operator's kernel computes with codes.
  [[nodiscard]] bool integer() const { return scheme != nullptr && scheme->integer(); }
  // Type of the activations it reads and writes.
  [[nodiscard]] DType activation() const {
    return integer() ? scheme->activation : DType::kFloat32;
  }
};

// By operator index: operators that are to stay float32 whatever the recipe says, and why.
using KeptFloat = std::map<int, std::string>;

// Of the main subgraph. An operator whose kernels or weights do not allow its scheme stays float32.
// kUnsupported for activations that are codes already, kConfig for a wrong recipe.
Result<std::vector<OpAssignment>> AssignSchemes(const Model& model, const SchemeDef& main,
                                                const Recipe& recipe, const KeptFloat& kept);

}  // namespace quantgate
