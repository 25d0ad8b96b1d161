// What the random models of elementwise operators share.
#pragma once

#include <vector>

#include "tests/conformance/movement_models.h"

namespace quantgate {

template <OpCode kCode>
OneOpModel Unary(Choices& choices, DType dtype) {
  OneOpModel op(kCode, nullptr);
  const auto dims = choices.Extents(Between(choices, 1, 4));
  AddData(op, choices, dtype, dims);
  op.AddOutput(dtype, SomeQuant(choices, dtype));
  return op;
}

// Float32 values of low / 1000, ..., high / 1000 as the operator's next input.
inline void AddReals(OneOpModel& op, Choices& choices, const std::vector<int32_t>& dims,
                     int64_t low, int64_t high) {
  std::vector<float> values;
  for (int64_t i = 0; i < Elements(dims); ++i) {
    values.push_back(static_cast<float>(choices.Integer(low, high)) / 1000.0F);
  }
  op.AddInput(DType::kFloat32, dims, {}, BytesOf(values));
}

// Tolerance of exponentials, roots and sines, which every library approximates in its own way.
inline constexpr double kTranscendental = 3e-6;

}  // namespace quantgate
