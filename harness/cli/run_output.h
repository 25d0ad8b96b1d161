// What a finished run leaves behind, shared by the commands that run.
#pragma once

#include "harness/cli/arguments.h"
#include "harness/driver/run.h"

namespace quantgate {

void DeclareRunOutputFlags(ArgumentParser& parser);

// Runs, writes the reports, prints the table (or, with --json, the JSON report on standard output
// and the table on standard error). The value is the exit code: 0 pass, 1 not.
Result<int> RunAndReport(RunConfig config, const Arguments& arguments);

}  // namespace quantgate
