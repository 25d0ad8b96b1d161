// What a finished run leaves behind, shared by the commands that run.
#pragma once

#include "harness/cli/arguments.h"
#include "harness/driver/run.h"

namespace quantgate {

// `config`: for the help, whether a config file says what is not given.
void DeclareRunOutputFlags(ArgumentParser& parser, bool config);

// Runs, writes the reports, prints the table (or, with --json, the JSON report on standard output
// and the table on standard error). The value is the exit code: 0 pass, 1 not.
// `partial`: not all variants of the config are run, which a renewed baseline must not forget.
Result<int> RunAndReport(RunConfig config, const Arguments& arguments, bool partial = false);

}  // namespace quantgate
