// What a task needs of the data and of the reference model.
#pragma once

#include <span>

#include "datasets/dataset.h"
#include "harness/driver/run_config.h"
#include "reference/interpreter/plan.h"

namespace quantgate {

// `anomaly` needs labels 0 and 1, and a first output with the elements of a sample; the others take
// what there is. kInput, with the reference's file where the model is at fault.
Status CheckTask(const RunConfig& config, std::span<const int> labels, const Plan& reference,
                 const Dataset& dataset);

}  // namespace quantgate
