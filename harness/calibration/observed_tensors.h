// Which tensors an observation is about.
#pragma once

#include <vector>

#include "reference/interpreter/plan.h"

namespace quantgate {

// Float activations, states whose codes need a range included; some merely pass on the values of
// another one.
struct ObservedTensors {
  std::vector<int> channels;  // by tensor index; 0: not observed
  std::vector<int> source;    // by tensor index; -1, or the tensor with the same values
  std::vector<int> producer;  // by tensor index; operator, or -1
};

ObservedTensors FindObserved(const Plan& plan);

}  // namespace quantgate
