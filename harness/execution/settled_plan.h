// Plans for work on a dataset, which compares tensors sample by sample and so wants their shapes to
// be the same in all of them.
#pragma once

#include <memory>

#include "harness/execution/input_feed.h"

namespace quantgate {

// `plan`, or, where values computed in a run decide shapes (Plan::dynamic), the plan with which the
// first sample ran. A later sample that makes other shapes fails then, and says so
// (RunShapes::kAsPlanned). Errors of InputFeed::Make and of the run.
Result<std::shared_ptr<const Plan>> SettlePlan(const std::shared_ptr<const Plan>& plan,
                                               const Dataset& dataset,
                                               const Preprocessing& preprocessing,
                                               FeedMode mode = FeedMode::kQuantize);

}  // namespace quantgate
