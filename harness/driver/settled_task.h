// What a run asks of the first output: an answer, a reconstruction or nothing.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "datasets/dataset.h"
#include "harness/driver/run_config.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

struct SettledTask {
  Task task = Task::kClassification;
  std::string reason;  // why it is not classification; empty where it is
};

// The task named; where none is, what output and labels look like. An output with as many values as
// the input that SOFTMAX did not make looks like a reconstruction. `anomaly` for one of more than
// two with labels 0 and 1; `none` for a single score with other labels than those, and without
// labels for a reconstruction, for scores that are no vector and for a single number that is no
// probability and no class; else `classification`.
// kInput where it does not fit: `anomaly` needs labels 0 and 1 and a first output with the elements
// of a sample, `classification` one vector of scores, a `threshold` a single score.
Result<SettledTask> SettleTask(std::optional<Task> named, std::span<const int> labels,
                               const Plan& reference, const Dataset& dataset,
                               std::optional<double> threshold = {});

// Whether the first output answers with a class, by what output and labels look like.
bool AnswersWithAClass(const Plan& plan, const Dataset& dataset);

}  // namespace quantgate
