// Which scale and zero point every activation of a graph gets, once the spec's ties between
// tensors (same scale, fixed output) are honoured.
#pragma once

#include <map>
#include <optional>

#include "harness/quantization/activation_plan.h"
#include "harness/results/ranges.h"

namespace quantgate {

struct DefaultRange {
  double min = 0;
  double max = 0;
};

struct InputContract {  // real = (code - mean) / std
  double mean = 0;
  double std = 1;
};

struct ActivationOptions {
  // Stands in for every range that is missing: tflite_convert's --default_ranges_min/max.
  std::optional<DefaultRange> default_range;
  // Overrides the parameters of the graph's inputs: --mean_values, --std_dev_values.
  std::optional<InputContract> input;
  // Types of the graph's inputs and outputs: --inference_input_type, --inference_output_type.
  BorderTypes types;
};

// By tensor index: ranges that the model itself carries (FAKE_QUANT); they replace calibrated ones.
using OwnRanges = std::map<int, DefaultRange>;

// Fills in the parameters of every slot of codes. `ranges` may be null when default or own ranges
// cover everything. Where an operator ties a tensor of fixed parameters to others, the plan gains a
// copy of it, converted in front of that operator. Fails with the tensor's name when a range is
// missing.
Status AssignParams(const Model& model, const std::vector<OpAssignment>& assignments,
                    const Ranges* ranges, const OwnRanges& own, const ActivationOptions& options,
                    ActivationPlan& plan);

}  // namespace quantgate
