// What findings look at beyond the results of a run, measured when they are asked for.
#pragma once

#include <memory>
#include <optional>

#include "datasets/dataset.h"
#include "harness/comparison/tensor_matching.h"
#include "harness/results/op_evidence.h"
#include "harness/results/run_report.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

struct DiagnosisInput {
  std::shared_ptr<const Plan> reference;
  std::shared_ptr<const Plan> variant;
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
  TensorMap map = {};
  std::optional<double> threshold = {};  // of a single score, where it is not the usual
};

struct MeasuredEvidence {
  std::optional<OpEvidenceTable> ops;  // absent where it cannot be measured
  // Absent where the reference's accuracy leaves nothing to explain, or without labels.
  std::optional<InputTrials> trials;
};

// `reference`: how the reference did on the same samples; null: no trials are wanted.
MeasuredEvidence MeasureEvidence(const DiagnosisInput& input, const DatasetFacts& dataset,
                                 const VariantResult* reference);

}  // namespace quantgate
