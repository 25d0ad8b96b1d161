// The activation that an operator applies to its results in the same step.
#pragma once

#include "reference/model/graph.h"
#include "reference/numeric/activation_range.h"

namespace quantgate {

// Of a convolution, a depthwise convolution or a dense layer, as the file states it: it may be none
// that kernels clamp with. kNone for other operators.
Activation FusedActivation(const OpNode& op);

}  // namespace quantgate
