// The options that describe a dataset on the command line, shared by several commands.
#pragma once

#include <optional>

#include "datasets/dataset_table.h"
#include "harness/cli/arguments.h"
#include "harness/driver/run_config.h"

namespace quantgate {

void DeclareDatasetFlags(ArgumentParser& parser);
// kUsage when the options make no dataset.
Result<DatasetConfig> DatasetFromFlags(const Arguments& arguments);
// Held-out samples of the same kind: --eval-images, --eval-labels, --eval-first, --eval-limit.
void DeclareEvaluationFlags(ArgumentParser& parser);
// `calibration` says what these flags do not. Absent when --eval-images is.
Result<std::optional<DatasetConfig>> EvaluationFromFlags(const Arguments& arguments,
                                                         const DatasetConfig& calibration);
Result<Preprocessing> PreprocessingFromFlags(const Arguments& arguments);

}  // namespace quantgate
