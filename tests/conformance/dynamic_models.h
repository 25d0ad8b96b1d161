// Random models whose shapes are decided by values of the run.
#pragma once

#include <optional>
#include <vector>

#include "tests/conformance/op_case.h"

namespace quantgate {

struct DynamicModel {
  Model model;
  std::vector<std::vector<std::vector<std::byte>>> runs;  // by run and graph input
};

// The same operator with every constant operand a graph input that another operator passes on, so
// that no plan can know it; nothing where it has no constant operand.
std::optional<DynamicModel> WithComputedOperands(const OneOpModel& op);

using DynamicCase = CaseOf<DynamicModel>;

// Chains in which an operator's shape follows from values and others stand behind it.
std::vector<DynamicCase> DynamicCases();

}  // namespace quantgate
