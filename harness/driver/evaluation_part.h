// What the samples of one chunk contribute to an evaluation.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "harness/comparison/layer_errors.h"
#include "harness/comparison/predictions.h"
#include "harness/comparison/tensor_details.h"
#include "harness/results/code_difference.h"

namespace quantgate {

struct EvaluationPart {
  std::vector<Prediction> reference_predictions;
  std::vector<double> reference_errors;
  struct Variant {
    std::vector<Prediction> predictions;
    std::vector<double> reconstruction_errors;
    LayerErrorStats errors;
    TensorDetailStats details;
    std::vector<CodeDifference> differences;
    int64_t arg_max_flips = 0;
    std::string error;
  };
  std::vector<Variant> variants;
  float real_min = std::numeric_limits<float>::infinity();
  float real_max = -std::numeric_limits<float>::infinity();
};

}  // namespace quantgate
