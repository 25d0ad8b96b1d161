#include "harness/driver/diagnosis_evidence.h"

#include "harness/driver/input_trials.h"
#include "harness/driver/op_evidence.h"

namespace quantgate {

MeasuredEvidence MeasureEvidence(const DiagnosisInput& input, const DatasetFacts& dataset,
                                 const VariantResult* reference) {
  // Another reading of the data that is ten points better needs ten points of room, and is not
  // looked for where the reference is as good as models are.
  constexpr double kGoodEnough = 0.85;
  MeasuredEvidence measured;
  auto table =
      MeasureOpEvidence({input.reference, input.variant, input.dataset, input.preprocessing});
  if (table.ok()) measured.ops = std::move(*table);
  if (reference == nullptr || reference->accuracy.n == 0 ||
      reference->accuracy.top1 >= kGoodEnough) {
    return measured;
  }
  auto trials = TryInputs({input.reference, input.dataset, input.preprocessing, dataset.real_min,
                           dataset.real_max, input.threshold});
  if (trials.ok() && trials->n > 0) measured.trials = std::move(*trials);
  return measured;
}

}  // namespace quantgate
