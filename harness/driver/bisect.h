// Bisecting in time: what changed between two models, and a ledger of what one computes.
#pragma once

#include <functional>

#include "harness/comparison/tensor_matching.h"
#include "harness/execution/input_feed.h"
#include "harness/results/bisection.h"

namespace quantgate {

struct BisectInput {
  std::shared_ptr<const Plan> before;
  std::shared_ptr<const Plan> after;
  TensorMap map = {};
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
  int threads = 0;  // 0: all cores
  std::function<void(int64_t done, int64_t total)> progress = {};
};

// `before`, `after` and `same_file` of the result are left to the caller.
Result<Bisection> Bisect(const BisectInput& input);

struct LedgerInput {
  std::shared_ptr<const Plan> plan;
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
  int threads = 0;
  std::function<void(int64_t done, int64_t total)> progress = {};
};

struct LedgerRow {
  int op_index = -1;
  std::string op_type;
  std::string tensor;
  std::string sha256;  // of the SHA-256 of the tensor's bytes, sample after sample
};

// One row a computed tensor, in the operators' order.
Result<std::vector<LedgerRow>> MakeLedger(const LedgerInput& input);

}  // namespace quantgate
