// What calibration observed on the float model, and the file it is kept in: plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quantgate {

struct TensorRange {
  int tensor = -1;  // index in the model's main subgraph
  std::string name;
  double min = 0;
  double max = 0;
  int64_t values = 0;      // finite values observed
  int64_t non_finite = 0;  // NaN or infinite values, left out of min and max
};

struct Ranges {
  static constexpr int kSchemaVersion = 2;
  std::string estimator;     // "percentile:99.99"
  std::string model_sha256;  // of the float model: FingerprintOf (driver/loaded_model.h)
  std::string dataset_name;
  std::string dataset_fingerprint;   // of the stored values of all samples, in order
  std::string preprocessing;         // "real = (raw - 0) / 255"
  std::string preprocessing_sha256;  // of the exact numbers
  int64_t samples = 0;
  std::vector<TensorRange> tensors;  // by tensor index

  // Null if the tensor was not observed.
  [[nodiscard]] const TensorRange* Find(int tensor) const {
    for (const TensorRange& range : tensors) {
      if (range.tensor == tensor) return &range;
    }
    return nullptr;
  }
};

}  // namespace quantgate
