// One thread's share of an evaluation: runs the reference and every variant on a chunk of samples
// and measures them against each other.
#pragma once

#include <memory>

#include "harness/driver/evaluation_part.h"
#include "harness/driver/shared_evaluation.h"
#include "harness/execution/chunks.h"
#include "harness/execution/first_failure.h"

namespace quantgate {

using EvaluationWorker = ChunkWorker<EvaluationPart>;

// With sessions of its own. `shared` and `failure`, which gets the first sample on which the
// reference fails, outlive it.
Result<std::unique_ptr<EvaluationWorker>> MakeEvaluationWorker(const SharedEvaluation& shared,
                                                               FirstFailure& failure);

}  // namespace quantgate
