// Which operators of a variant are to blame, the guiltiest first.
#pragma once

#include <vector>

#include "harness/diagnosis/finding_table.h"

namespace quantgate {

struct GuiltyOp {
  int op_index = -1;  // -1: what the graph's input is fed
  std::string tensor;
  std::string op_type;
  double excess_db = 0;  // error of its own beyond what quantization has to cost
  double points = 0;     // lost by this operator's coding alone, where measured (Attribution)
};

// Operators whose own error is kGuiltyDb and more beyond the unavoidable. An input fed wrong comes
// before all; then by the damage that excess does: by points where they were measured, by the
// share of the operator's signal that its excess error destroys otherwise.
std::vector<GuiltyOp> RankGuilt(const FindingContext& context);

// Four times the unavoidable error power: rounding, tie rules and kernels' arithmetic stay below
// three times.
inline constexpr double kGuiltyDb = 6.0;

}  // namespace quantgate
