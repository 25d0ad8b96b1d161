// The weights and the bias of an operator, in the reference and in a variant.
#pragma once

#include <optional>
#include <vector>

#include "harness/results/op_evidence.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

struct LayerConstants {
  std::optional<WeightEvidence> weights;
  std::optional<BiasEvidence> bias;
  // The reference's weights, rounded afresh at the variant's granularity; empty without weights.
  std::vector<float> rounded;
};

// `twin` is the variant's operator for `op`. Empty for operators without constant weights on both
// sides.
LayerConstants ConstantsOf(const Plan& reference, const Plan& variant, const OpNode& op,
                           const OpNode& twin);

}  // namespace quantgate
