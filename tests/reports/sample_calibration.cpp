// The sample report's calibration samples.
#include "tests/reports/sample_parts.h"

namespace quantgate::sample {

CalibrationCheck MakeCalibrationCheck() {
  CalibrationCheck check;
  check.samples = 1'000;
  check.sample_counts = {62, 125, 250, 500, 1'000};
  check.held_out_samples = kSamples;
  check.shared_samples = 3;
  check.first_shared_sample = 17;
  check.verdict = CalibrationVerdict::kOtherSamples;
  check.advice = {"Held-out samples go beyond the range of 1 of 2 tensors."};
  TensorCalibration image;
  image.tensor = "image";
  image.tensor_index = 0;
  image.max = 1;
  image.values = 784'000;
  image.width_shares = {1, 1, 1, 1, 1};
  image.held_out_clipped_share = 0;
  TensorCalibration logits = image;
  logits.tensor = "logits <b>";
  logits.tensor_index = 16;
  logits.op_index = 6;
  logits.min = -20.5;
  logits.max = 18.25;
  logits.values = 9'998;
  logits.non_finite = 2;
  logits.first_non_finite_sample = 40;
  logits.width_shares = {0.8, 0.9, 0.95, 0.97, 1};
  logits.widest_sample_share = 0.02;
  logits.held_out_clipped_share = 0.0002;
  logits.late_samples_share = 0.01;
  check.estimators = {"minmax", "percentile:99.99", "mse", "entropy"};
  image.estimates = {{0, 1}, {0, 1}, {0, 1}, {0, 0.97}};
  logits.estimates = {{-20.5, 18.25}, {-17.1, 16.4}, {-15.2, 15.9}, {-6.5, 7.75}};
  check.tensors = {image, logits};
  return check;
}

}  // namespace quantgate::sample
