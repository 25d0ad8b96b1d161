// The options that describe a dataset on the command line, shared by several commands.
#pragma once

#include "datasets/dataset_table.h"
#include "harness/cli/arguments.h"
#include "harness/driver/run_config.h"

namespace quantgate {

void DeclareDatasetFlags(ArgumentParser& parser);
// kUsage when the options make no dataset.
Result<DatasetConfig> DatasetFromFlags(const Arguments& arguments);
Result<Preprocessing> PreprocessingFromFlags(const Arguments& arguments);

}  // namespace quantgate
