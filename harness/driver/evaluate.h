// Runs the reference model and its variants over a dataset, each sample once, and measures
// predictions and per-tensor errors. The result does not depend on the number of threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "harness/comparison/layer_errors.h"
#include "harness/comparison/predictions.h"
#include "harness/comparison/tensor_matching.h"
#include "harness/execution/input_feed.h"
#include "harness/results/code_difference.h"
#include "harness/runtimes/runtime.h"

namespace quantgate {

struct EvaluatedModel {
  std::shared_ptr<const RuntimeModel> runtime;
  FeedMode feed = FeedMode::kQuantize;
  // Also run the model by the built-in interpreter and compare every tensor's codes.
  bool compare_with_builtin = false;
  TensorMap map = {};  // matches with the reference, as the user wants them
};

struct EvaluationInput {
  EvaluatedModel reference;
  std::vector<EvaluatedModel> variants;
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
  bool classify = true;
  std::optional<double> threshold;  // of a single score, where it is not the usual (classifier.h)
  bool reconstruct = false;         // measure by how much the first output misses the input
  int threads = 0;                  // 0: all cores
  std::function<void(int64_t done, int64_t total)> progress = {};
};

struct VariantMeasurement {
  std::vector<Prediction> predictions;  // by sample; empty unless classified
  std::vector<double> errors;           // by sample; empty unless reconstructed
  Matching matching;
  std::vector<TensorError> tensors;
  std::optional<DriftReport> drift;  // when compared with the built-in interpreter
  std::string error;  // not empty: the runtime failed while running; nothing else holds
};

struct Evaluation {
  std::vector<Prediction> reference_predictions;
  std::vector<double> reference_errors;
  std::vector<VariantMeasurement> variants;  // in the order of the input
  double real_min = 0;                       // of the preprocessed values
  double real_max = 0;
  int classes = 0;  // that the reference's first output tells apart
};

// Fails when the dataset does not fit a model's input, or when a session cannot be made.
Result<Evaluation> Evaluate(const EvaluationInput& input);

}  // namespace quantgate
