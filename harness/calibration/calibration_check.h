// Judges a set of calibration samples by what was seen on it. The rules, with their thresholds,
// stand in README.md.
#pragma once

#include "harness/calibration/observation.h"
#include "harness/results/calibration_check.h"

namespace quantgate {

// `held_out`: the same model on other samples, such as the evaluation's; may be null.
CalibrationCheck CheckCalibration(const Observation& calibration, const Observation* held_out);

// Looks for samples of `held_out` among `calibration` by the fingerprints of their stored values
// and fills shared_samples and first_shared_sample.
[[nodiscard]] Status FindSharedSamples(const Dataset& calibration, const Dataset& held_out,
                                       CalibrationCheck& check);

// Fills the check's estimates: what every estimator of a sweep makes of each tensor. `calibration`
// is the one of CheckCalibration.
void EstimateWithAll(const Observation& calibration, CalibrationCheck& check);

}  // namespace quantgate
