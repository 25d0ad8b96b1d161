// JUnit XML, as CI services show test results: one suite a variant, one case a rule.
#pragma once

#include <string>

#include "harness/results/run_report.h"

namespace quantgate {

// A rule that fails is a failure, an inconclusive one is skipped with its reason, a variant that
// could not run is an error. Fits the schema that Jenkins publishes for its JUnit plugin.
std::string RenderJunit(const RunReport& report);

}  // namespace quantgate
