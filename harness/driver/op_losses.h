// The effect of every operator on the answer, by the experiments of op_experiments.h. Each model
// runs only from the operator on; what comes before is taken from one run of the reference and one
// of the variant.
#pragma once

#include <functional>

#include "harness/diagnosis/mixed_model.h"
#include "harness/execution/input_feed.h"
#include "harness/results/attribution.h"

namespace quantgate {

struct OpLossInput {
  std::shared_ptr<const Plan> reference;
  std::shared_ptr<const Plan> variant;
  const OpPairing* pairing = nullptr;
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
  FeedMode feed = FeedMode::kQuantize;  // of the variant
  bool labelled = false;
  bool classify = true;             // otherwise points are of the output's relative error
  std::optional<double> threshold;  // of a single score, where it is not the usual
  int64_t samples = 0;              // the first ones of the dataset
  int threads = 0;                  // 0: all cores
  // Weights that the models of one batch of experiments may hold; the samples pass once a batch.
  int64_t batch_bytes = int64_t{512} << 20;
  std::function<void(int64_t done, int64_t total)> progress = {};
};

struct OpLosses {
  TaskLoss variant;
  std::vector<OpLoss> ops;  // one a pair
  std::vector<GroupLoss> groups;
  std::vector<ExplainedFlip> flips;
};

// The same numbers for any number of threads. Fails when the data does not fit the models.
Result<OpLosses> MeasureOpLosses(const OpLossInput& input);

}  // namespace quantgate
