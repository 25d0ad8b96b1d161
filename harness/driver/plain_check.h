// A run's own proof that the accelerated kernels did not change it: a few samples once more with
// the plain ones.
#pragma once

#include "harness/driver/evaluate.h"

namespace quantgate {

// Runs the first sample and three more, spread evenly, through every model the built-in engine
// runs, accelerated and plain, and compares every tensor's bytes. The number of samples compared
// (0 when nothing was accelerated); kInternal for a difference, naming operator and tensor.
Result<int64_t> CheckAgainstPlain(const EvaluationInput& input);

}  // namespace quantgate
