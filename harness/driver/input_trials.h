// Feeds the reference its samples in other orders and other normalisations, to see whether one of
// them is what it was trained with (results/op_evidence.h, InputTrials).
#pragma once

#include <memory>

#include "datasets/dataset.h"
#include "harness/results/op_evidence.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

struct InputTrialsInput {
  std::shared_ptr<const Plan> reference;
  const Dataset* dataset = nullptr;  // with labels
  Preprocessing preprocessing;
  double real_min = 0;  // of the preprocessed values
  double real_max = 0;
  std::optional<double> threshold = {};  // of a single score, where it is not the usual
  int64_t samples = 200;                 // at most; spread evenly over the dataset
};

// One thread; every sample runs about a dozen times. Fails when the data does not fit the model.
Result<InputTrials> TryInputs(const InputTrialsInput& input);

}  // namespace quantgate
