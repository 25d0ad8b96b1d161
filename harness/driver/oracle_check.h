// The integer kernels of a model against double precision: operator by operator, each from the
// codes it was given, over the first samples of a dataset.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "harness/execution/input_feed.h"
#include "reference/oracle/oracle.h"

namespace quantgate {

// The oracle is slow, and the distances say the same after a few samples.
inline constexpr int64_t kOracleSamples = 100;

struct OracleCheckInput {
  std::shared_ptr<const Plan> plan;
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
  FeedMode feed = FeedMode::kQuantize;
  int threads = 0;  // 0: all cores
  std::function<void(int64_t done, int64_t total)> progress = {};
};

// Distances by tensor index over the first kOracleSamples samples; no elements: not compared. Fails
// when the model does not take the dataset's samples. Does not depend on the number of threads.
Result<std::vector<OracleDistance>> MeasureOracle(const OracleCheckInput& input);

}  // namespace quantgate
