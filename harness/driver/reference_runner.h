// The reference model within one worker of an evaluation: runs several samples in a row and keeps
// what it computed for each, until the variants have been measured against it.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "harness/comparison/layer_errors.h"
#include "harness/driver/evaluation_part.h"
#include "harness/driver/sample_runner.h"
#include "harness/driver/shared_evaluation.h"
#include "harness/execution/first_failure.h"

namespace quantgate {

// A sample, and what the reference computed for it.
struct ReferenceSlot {
  ReferenceSlot(const SharedEvaluation& shared, bool views_last)
      : sample(*shared.input.dataset, shared.input.preprocessing),
        record(*shared.input.reference.runtime->plan(), views_last) {}
  int64_t index = 0;
  SampleReader sample;
  ReferenceRecord record;
};

class ReferenceRunner {
 public:
  // `shared` outlives it.
  static Result<std::unique_ptr<ReferenceRunner>> Make(const SharedEvaluation& shared);

  // As many samples as run at a time.
  [[nodiscard]] size_t size() const { return slots_.size(); }
  // Runs as many of the samples first..last - 1, and adds what the reference itself contributes to
  // `partial`. Returns those before one that fails; `failure` knows of it.
  std::span<const ReferenceSlot> Run(int64_t first, int64_t last, FirstFailure& failure,
                                     EvaluationPart& partial);

 private:
  ReferenceRunner(const SharedEvaluation& shared, std::unique_ptr<RuntimeSession> session);
  void Tell(size_t slot, EvaluationPart& partial);

  const EvaluationInput& input_;
  SampleRunner runner_;
  std::vector<ReferenceSlot> slots_;
  std::vector<Observer*> observers_;  // of the slots
};

}  // namespace quantgate
