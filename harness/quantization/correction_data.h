// What corrections know of the data a model works on.
#pragma once

#include <string>

#include "datasets/dataset.h"
#include "harness/calibration/estimator_table.h"

namespace quantgate {

// The samples that corrections look at.
struct CorrectionData {
  const Dataset* dataset = nullptr;
  std::string dataset_name;
  Preprocessing preprocessing;
  EstimatorChoice estimator;  // for ranges after the weights have changed
  int threads = 0;
};
inline constexpr int64_t kCorrectionSamples = 256;  // at most, from the start of the dataset

}  // namespace quantgate
