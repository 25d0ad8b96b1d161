// Annotations for GitHub Actions: workflow commands, a line each.
#pragma once

#include <string>

#include "harness/results/run_report.h"

namespace quantgate {

// At most ten errors, ten warnings and ten notices, which is what a step may show; the worst first.
// The variant's model file, or the config, is the file annotated.
std::string RenderGithub(const RunReport& report);

}  // namespace quantgate
