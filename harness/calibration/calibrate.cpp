#include "harness/calibration/calibrate.h"

namespace quantgate {

Result<Ranges> EstimateRanges(const Observation& observation, const EstimatorChoice& estimator) {
  Ranges ranges;
  ranges.estimator = estimator.ToString();
  ranges.model_sha256 = observation.model_sha256;
  ranges.dataset_name = observation.dataset_name;
  ranges.dataset_fingerprint = observation.dataset.ToHex();
  ranges.preprocessing = observation.preprocessing;
  ranges.preprocessing_sha256 = observation.preprocessing_sha256;
  ranges.samples = observation.samples;
  for (const TensorObservation& tensor : observation.tensors) {
    const ValueRange seen = RangeOf(tensor.stats);
    const int64_t non_finite = tensor.stats.non_finite();
    if (seen.values == 0 && non_finite == 0) continue;  // a tensor without elements
    if (seen.values == 0) {
      return Error{ErrorCode::kInput,
                   "every observed value is NaN or infinite",
                   {},
                   tensor.op_index < 0 ? std::nullopt : std::optional(tensor.op_index),
                   tensor.name,
                   "check the model and the preprocessing"};
    }
    const EstimatedRange range = EstimateRange(estimator, tensor.stats);
    ranges.tensors.push_back(
        {tensor.tensor, tensor.name, range.min, range.max, seen.values, non_finite});
  }
  return ranges;
}

}  // namespace quantgate
