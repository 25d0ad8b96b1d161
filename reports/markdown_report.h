// Markdown for a pull request or a job summary: the verdict, one row a variant, the findings.
#pragma once

#include <string>

#include "harness/results/run_report.h"

namespace quantgate {

// At most 60,000 bytes (a comment on GitHub takes 65,536 characters, a job summary 1 MiB).
std::string RenderMarkdown(const RunReport& report);

}  // namespace quantgate
