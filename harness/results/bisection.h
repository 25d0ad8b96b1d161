// Where two models, yesterday's and today's, begin to compute something else: plain data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/results/code_difference.h"

namespace quantgate {

// An operator of both models whose file entries differ.
struct EntryDifference {
  int op_index = -1;  // in the later model
  std::string op_type;
  std::string tensor;                // its first output
  std::vector<std::string> changes;  // "scale of the output 0.1 -> 0.2", "weights: 12 of 144 codes"
};

struct Bisection {
  std::string before;  // files as given
  std::string after;
  std::string profile;
  int64_t samples = 0;
  bool same_file = false;
  // One row a matched tensor, in the order the later model computes them; first_value is the
  // earlier model's. Tensors of different types are in `entries` only.
  std::vector<CodeDifference> tensors;
  std::vector<EntryDifference> entries;
  std::vector<std::string> only_before;  // tensors without a partner
  std::vector<std::string> only_after;
  // Samples whose answer differs; absent where the first output does not answer with a class.
  std::optional<int64_t> arg_max_flips;

  // The first tensor that differs, or null.
  [[nodiscard]] const CodeDifference* First() const {
    for (const CodeDifference& row : tensors) {
      if (row.different > 0) return &row;
    }
    return nullptr;
  }
  // What the file says of the operator at `op_index`, or null when its entry is unchanged.
  [[nodiscard]] const EntryDifference* EntryOf(int op_index) const {
    for (const EntryDifference& entry : entries) {
      if (entry.op_index == op_index) return &entry;
    }
    return nullptr;
  }
};

}  // namespace quantgate
