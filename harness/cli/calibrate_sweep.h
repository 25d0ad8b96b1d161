// `quantgate calibrate --sweep`: which estimator's ranges serve the model best.
#pragma once

#include "harness/calibration/estimator_table.h"
#include "harness/cli/arguments.h"
#include "harness/driver/run_config.h"

namespace quantgate {

// Quantizes the model with every estimator of SweepChoices, evaluates each on `evaluation`, prints
// one row an estimator (with --json the whole report as JSON, the table on standard error) and
// writes reports to the folder of --report. The value is the exit code.
Result<int> RunSweep(const Arguments& arguments, const CalibrationConfig& calibration,
                     const DatasetConfig& evaluation, const Preprocessing& preprocessing);

}  // namespace quantgate
