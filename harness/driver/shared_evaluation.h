// What all workers of an evaluation share.
#pragma once

#include <vector>

#include "harness/comparison/classifier.h"
#include "harness/comparison/tensor_matching.h"
#include "harness/driver/evaluate.h"
#include "harness/execution/input_feed.h"

namespace quantgate {

struct SharedEvaluation {
  const EvaluationInput& input;
  InputFeed reference_feed;
  std::vector<InputFeed> variant_feeds;
  std::vector<Matching> matchings;
};

// The variants' scores are read as the reference's are.
inline Classifier ClassifierOf(const SharedEvaluation& shared) {
  return Classifier::Of(shared.input.reference.runtime->plan()->subgraph(), shared.input.threshold);
}

}  // namespace quantgate
