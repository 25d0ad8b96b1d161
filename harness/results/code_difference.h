// How the same model differs when two runtimes, or two numerics profiles, run it on the same
// inputs: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/core/dtype.h"

namespace quantgate {

// One tensor, over all samples. Differences are in codes for quantized and integer tensors, in
// reals for floats.
struct CodeDifference {
  std::string tensor;
  int tensor_index = -1;
  int op_index = -1;
  std::string op_type;
  DType dtype = DType::kFloat32;
  int64_t elements = 0;   // compared
  int64_t different = 0;  // of them
  double largest = 0;     // difference
  int64_t samples_different = 0;
  // The first difference, by sample and then by element; -1 where there is none.
  int64_t first_sample = -1;
  int64_t first_element = -1;
  double first_value = 0;  // by the first of the two, and by the second
  double second_value = 0;
  bool inputs_equal = true;  // in the first sample that differs, every input of the op was equal
};

struct DriftReport {
  std::string first;  // "tflite", "builtin, profile tflite-reference", ...
  std::string second;
  int64_t samples = 0;
  std::vector<CodeDifference> tensors;  // in the order the operators run
  // Samples whose answer differs; absent where the first output does not answer with a class.
  std::optional<int64_t> arg_max_flips;

  // The first tensor that differs, or null.
  [[nodiscard]] const CodeDifference* First() const {
    for (const CodeDifference& row : tensors) {
      if (row.different > 0) return &row;
    }
    return nullptr;
  }
};

}  // namespace quantgate
