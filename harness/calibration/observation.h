// What a float model's tensors did over samples: observed once, merged from parts, kept in a file
// (observation_file.h), and turned into ranges by any estimator.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "harness/calibration/fingerprint.h"
#include "harness/calibration/tensor_stats.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

struct TensorObservation {
  int tensor = -1;    // index in the model's main subgraph
  int op_index = -1;  // operator that computes it; -1: a graph input
  std::string name;
  TensorStats stats;
};

struct Observation {
  static constexpr int kSchemaVersion = 1;
  std::string model_sha256;  // of the float model: FingerprintOf (driver/loaded_model.h)
  std::string dataset_name;
  SequenceFingerprint dataset;       // of the stored values of all samples, in order
  std::string preprocessing;         // "real = (raw - 0) / 255"
  std::string preprocessing_sha256;  // of the exact numbers
  int64_t samples = 0;
  std::vector<TensorObservation> tensors;  // by tensor index; only those that were computed
};

struct ObservationInput {
  std::shared_ptr<const Plan> plan;  // of the float model
  std::string model_sha256;
  const Dataset* dataset = nullptr;
  std::string dataset_name;
  Preprocessing preprocessing;
  int threads = 0;  // 0: all cores
  std::function<void(int64_t done, int64_t total)> progress = {};
};

// Runs the model over all samples. The result does not depend on the number of threads. Fails when
// the dataset does not fit the model or is empty.
Result<Observation> Observe(const ObservationInput& input);

// `parts` in the order of their samples: the same as one pass over all of them. Fails naming what
// does not fit when the parts are not of one model, one preprocessing and the same tensors.
Result<Observation> MergeObservations(const std::vector<Observation>& parts);

// Hexadecimal SHA-256 of the exact numbers of a preprocessing.
std::string PreprocessingHash(const Preprocessing& preprocessing);

}  // namespace quantgate
