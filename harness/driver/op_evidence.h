// What each operator of a variant does wrong by itself (results/op_evidence.h).
#pragma once

#include <memory>

#include "harness/comparison/tensor_matching.h"
#include "harness/execution/input_feed.h"
#include "harness/results/op_evidence.h"

namespace quantgate {

struct OpEvidenceInput {
  std::shared_ptr<const Plan> reference;
  std::shared_ptr<const Plan> variant;
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
  TensorMap map = {};
  int64_t samples = 48;  // at most; spread evenly over the dataset
};

// One thread; each operator runs four times a sample. Operators whose inputs are not real values,
// that keep state or that run other subgraphs are left out. Fails when the data does not fit.
Result<OpEvidenceTable> MeasureOpEvidence(const OpEvidenceInput& input);

}  // namespace quantgate
