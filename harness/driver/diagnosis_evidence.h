// What findings look at beyond the results of a run, measured when they are asked for.
#pragma once

#include <memory>
#include <optional>

#include "datasets/dataset.h"
#include "harness/results/op_evidence.h"
#include "harness/results/run_report.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

struct DiagnosisInput {
  std::shared_ptr<const Plan> reference;
  std::shared_ptr<const Plan> variant;
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
};

// Of every operator of the variant (MeasureOpEvidence); absent where it cannot be measured.
std::optional<OpEvidenceTable> OpEvidenceOf(const DiagnosisInput& input);

// The reference fed otherwise (TryInputs); absent where its accuracy leaves nothing to explain or
// there are no labels.
std::optional<InputTrials> InputTrialsOf(const DiagnosisInput& input,
                                         const VariantResult& reference,
                                         const DatasetFacts& dataset);

}  // namespace quantgate
