// Where a variant's loss comes from: `quantgate diagnose`.
#pragma once

#include <functional>
#include <string_view>

#include "harness/comparison/tensor_matching.h"
#include "harness/driver/evaluate.h"
#include "harness/results/attribution.h"

namespace quantgate {

struct AttributionInput {
  std::shared_ptr<const Plan> reference;
  std::shared_ptr<const Plan> variant;
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
  FeedMode feed = FeedMode::kQuantize;  // of the variant
  TensorMap map = {};                   // matches as the user wants them
  bool classify = true;                 // the first output answers with a class
  std::optional<double> threshold;      // of a single score, where it is not the usual
  bool by_operator = true;              // measure every operator, not only the sources
  // Seconds the operators may take; above, fewer samples are used and the result says so. 0: all.
  double budget_seconds = 0;
  int threads = 0;  // 0: all cores
  std::function<void(std::string_view phase, int64_t done, int64_t total)> progress = {};
};

// `reference` and `variant` of the result are left empty. Fails when the data does not fit.
Result<Attribution> Attribute(const AttributionInput& input);

}  // namespace quantgate
