#include "harness/driver/diagnosis_evidence.h"

#include "harness/driver/input_trials.h"
#include "harness/driver/op_evidence.h"

namespace quantgate {

std::optional<OpEvidenceTable> OpEvidenceOf(const DiagnosisInput& input) {
  auto table =
      MeasureOpEvidence({input.reference, input.variant, input.dataset, input.preprocessing});
  if (!table.ok()) return std::nullopt;
  return std::move(*table);
}

std::optional<InputTrials> InputTrialsOf(const DiagnosisInput& input,
                                         const VariantResult& reference,
                                         const DatasetFacts& dataset) {
  // Another reading of the data that is ten points better needs ten points of room, and is not
  // looked for where the reference is as good as models are.
  constexpr double kGoodEnough = 0.85;
  if (reference.accuracy.n == 0 || reference.accuracy.top1 >= kGoodEnough) return std::nullopt;
  auto trials = TryInputs(
      {input.reference, input.dataset, input.preprocessing, dataset.real_min, dataset.real_max});
  if (!trials.ok() || trials->n == 0) return std::nullopt;
  return std::move(*trials);
}

}  // namespace quantgate
