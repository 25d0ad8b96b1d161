// How two numerics profiles drift apart: one model, run twice over a dataset by the built-in
// interpreter, every computed tensor compared.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/execution/input_feed.h"
#include "harness/results/code_difference.h"
#include "reference/numeric/profile.h"

namespace quantgate {

struct DriftInput {
  std::shared_ptr<const Model> model;
  std::string file;  // for messages
  const Profile* first = nullptr;
  const Profile* second = nullptr;
  const Dataset* dataset = nullptr;
  Preprocessing preprocessing;
  FeedMode feed = FeedMode::kQuantize;
  // Whether answers are compared; absent: where the first output looks like one (settled_task.h).
  std::optional<bool> classify = {};
  std::optional<double> threshold = {};  // of a single score, where it is not the usual
  int threads = 0;                       // 0: all cores
  std::function<void(int64_t done, int64_t total)> progress = {};
};

// Errors: the model does not run under one of the profiles, or does not take the dataset's samples.
// The result does not depend on the number of threads.
Result<DriftReport> MeasureDrift(const DriftInput& input);

}  // namespace quantgate
