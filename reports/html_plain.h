// The run report as one page without any script: for builds without Node, for mail, for archives.
#pragma once

#include <string>

#include "harness/results/run_report.h"

namespace quantgate {

// A complete HTML page; everything in the report except single timings, in words and tables.
std::string RenderHtmlPlain(const RunReport& report);

}  // namespace quantgate
