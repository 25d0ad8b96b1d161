// What a range is tried on: a tensor, and the operators that its codes act on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/quantization/range_to_params.h"
#include "harness/results/ranges.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

// Both ends in sixteenths of what calibration says.
struct Shrink {
  int low = 16;
  int high = 16;
};
inline constexpr int kNarrowest = 4;

// A tensor, and the part of the graph that its codes act on.
struct RangeProbe {
  int tensor = -1;
  double low = 0;
  double high = 0;
  std::shared_ptr<const Plan> plan;  // its inputs: `tensor` and whatever else is read
  std::vector<int> outputs;          // tensors of the whole graph, as in the plan's outputs
  Shrink best;
  [[nodiscard]] QuantParams Params(Shrink shrink, DType dtype) const {
    return ActivationRangeParams(low * shrink.low / 16, high * shrink.high / 16, dtype);
  }
};

// One for each float tensor with a range whose effect can be measured; the others are named in
// `skipped`, with why. Tensors that only move values of others, and outputs whose parameters the
// spec fixes, have none and no name there.
std::vector<RangeProbe> MakeRangeProbes(const Plan& plan, const Ranges& ranges,
                                        std::vector<std::string>& skipped);

// Whether the operator only moves values: inputs and outputs share their parameters.
bool MovesValues(const OpNode& op);

}  // namespace quantgate
