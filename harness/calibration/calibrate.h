// Runs the float model over samples and turns what its tensors did into ranges.
#pragma once

#include <functional>

#include "datasets/dataset.h"
#include "harness/calibration/estimator_table.h"
#include "harness/results/ranges.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

struct CalibrationInput {
  std::shared_ptr<const Plan> plan;  // of the float model
  std::string model_sha256;
  const Dataset* dataset = nullptr;
  std::string dataset_name;
  Preprocessing preprocessing;
  const EstimatorDef* estimator = nullptr;
  int threads = 0;  // 0: all cores
  std::function<void(int64_t done, int64_t total)> progress = {};
};

// A range for every float tensor the run computes, the input included. Fails when the dataset does
// not fit the model, is empty, or a tensor was never finite.
Result<Ranges> Calibrate(const CalibrationInput& input);

}  // namespace quantgate
