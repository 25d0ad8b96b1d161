// What the random models are made of: an operator, a type, and the function that draws a model.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <initializer_list>
#include <ostream>
#include <string>
#include <vector>

#include "tests/conformance/one_op_model.h"

namespace quantgate {

template <class Made>
struct CaseOf {
  const char* name = "";
  DType dtype = DType::kFloat32;  // of the data
  Made (*make)(Choices& choices, DType dtype) = nullptr;
  // Allowed difference of float outputs relative to the tensor's largest magnitude: other orders of
  // summation, other exponentials. Integer outputs must be equal.
  double float_tolerance = 0;
};

using OpCase = CaseOf<OneOpModel>;

template <class Made>
std::ostream& operator<<(std::ostream& out, const CaseOf<Made>& of) {
  return out << of.name << " of " << DTypeName(of.dtype);
}

// A case for each type.
template <class Made>
void AddEach(std::vector<CaseOf<Made>>& cases, const char* name, Made (*make)(Choices&, DType),
             std::initializer_list<DType> types, double float_tolerance = 0) {
  for (const DType dtype : types) cases.push_back({name, dtype, make, float_tolerance});
}

// The cases of the parts, one part after the other.
inline std::vector<OpCase> Joined(std::initializer_list<std::vector<OpCase> (*)()> parts) {
  std::vector<OpCase> all;
  for (auto* part : parts) {
    const std::vector<OpCase> cases = part();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

// How a test of the case is named: ADD_INT8.
struct CaseName {
  template <class Made>
  std::string operator()(const testing::TestParamInfo<CaseOf<Made>>& info) const {
    return std::string(info.param.name) + "_" + std::string(DTypeName(info.param.dtype));
  }
};

// Random models a case: `usual`, or as many as QUANTGATE_CONFORMANCE_CASES asks for.
inline uint64_t ModelsPerCase(uint64_t usual = 100) {
  const char* asked = std::getenv("QUANTGATE_CONFORMANCE_CASES");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : usual;
}

}  // namespace quantgate
