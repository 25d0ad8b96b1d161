// Random models whose shapes are decided by values of the run.
#pragma once

#include <optional>
#include <ostream>
#include <vector>

#include "tests/conformance/one_op_model.h"

namespace quantgate {

struct DynamicModel {
  Model model;
  std::vector<std::vector<std::vector<std::byte>>> runs;  // by run and graph input
};

// The same operator with every constant operand a graph input that another operator passes on, so
// that no plan can know it; nothing where it has no constant operand.
std::optional<DynamicModel> WithComputedOperands(const OneOpModel& op);

struct DynamicCase {
  const char* name = "";
  DType dtype = DType::kFloat32;
  DynamicModel (*make)(Choices& choices, DType dtype) = nullptr;
};

inline std::ostream& operator<<(std::ostream& out, const DynamicCase& of) {
  return out << of.name << " of " << DTypeName(of.dtype);
}

// Chains in which an operator's shape follows from values and others stand behind it.
std::vector<DynamicCase> DynamicCases();

}  // namespace quantgate
