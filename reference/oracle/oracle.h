// What an operator on codes should have answered: its inputs as reals in double, real arithmetic,
// and one rounding to the output's codes at the end,
//
//   code = clamp(round(f(s (q - z), ...) / s_out) + z_out)            ties away from zero
//
// Nothing here shares code with the integer kernels, so that a mistake in them is seen and not
// repeated. A bias counts in steps of input scale times weight scale, as the quantization spec has
// it, whatever its own tensor says.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "reference/core/shape.h"
#include "reference/model/graph.h"

namespace quantgate {

struct OracleTensor {
  const TensorInfo* info = nullptr;  // null: an optional input left out
  Shape shape;
  std::span<const std::byte> bytes;
};

// One operator of a finished run.
struct OracleOp {
  const OpNode* node = nullptr;
  std::vector<OracleTensor> inputs;
  OracleTensor output;  // with the codes the integer kernel computed
};

// A tensor as reals: codes through their parameters, other numbers as they are.
struct OracleReals {
  const TensorInfo* info = nullptr;  // null: left out
  Shape shape;
  std::vector<double> values;
};

struct OracleInputs {
  const OpNode* node = nullptr;
  std::vector<OracleReals> inputs;
  Shape output;
};

// Fills `out` (a value an element of the output); false when it does not cover this form of the
// operator.
using OracleFunction = bool (*)(const OracleInputs& op, std::vector<double>& out);

struct OracleDef {
  OpCode code;
  std::string_view summary;
  // Null: the operator moves codes and computes nothing, so there is nothing to be off by.
  OracleFunction compute;
};

std::span<const OracleDef> AllOracles();
const OracleDef* FindOracle(OpCode code);

// Distances between codes, over elements (and samples).
struct OracleDistance {
  int64_t elements = 0;
  double sum_lsb = 0;
  double max_lsb = 0;

  void Merge(const OracleDistance& other);
};

// How far the kernel's codes are from the oracle's. Nothing for an operator without a row or with
// inputs that are not there (state), and for an output that is not in codes.
std::optional<OracleDistance> DistanceFromOracle(const OracleOp& op);

}  // namespace quantgate
