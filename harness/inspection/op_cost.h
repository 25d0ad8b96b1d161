// What an operator costs: multiplications, and how many weights it holds.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "reference/model/graph.h"

namespace quantgate {

// Sums and products of counts, saturated at 2^63 - 1; both operands >= 0.
int64_t AddCounts(int64_t a, int64_t b);
int64_t MultiplyCounts(int64_t a, int64_t b);

// A rule for the multiply-accumulate operations of one operator type.
struct MacsRule {
  OpCode code;
  std::string_view rule;  // one line, for the docs
  // `shapes` holds one shape a tensor of the graph. Absent where the shapes do not fit.
  std::optional<int64_t> (*count)(const Model& model, const Subgraph& graph, const OpNode& op,
                                  std::span<const Shape> shapes);
};

// The operators whose work is products of inputs and weights. Element-wise operators, pools and
// data movement have no row and count 0.
std::span<const MacsRule> AllMacsRules();

// MACs of one run of `op`, saturated at 2^63 - 1. Absent for operators of which nothing is known:
// custom, StableHLO, and those that run other subgraphs.
std::optional<int64_t> MacsOf(const Model& model, const Subgraph& graph, const OpNode& op,
                              std::span<const Shape> shapes);

// Share of the main subgraph's MACs, at the shapes the file states, whose factors are wider than 8
// bits, 0 to 1: float or 16-bit activations, or weights that are float when they are multiplied.
// Float activations that a hybrid kernel codes for integer weights are 8 bits.
double ShareOfMacsAbove8Bits(const Model& model);

// A constant that is learned rather than structural: of a float type, of an 8-bit, 4-bit, 2-bit or
// 16-bit type, or an integer with a scale (a bias). Shapes, axes, paddings and indices are not.
bool IsWeight(const Model& model, const TensorInfo& tensor);

}  // namespace quantgate
