// SARIF 2.1.0, as code scanning services take findings: broken rules of the gate and named causes.
#pragma once

#include <string>

#include "harness/results/run_report.h"

namespace quantgate {

// Fits the schema of OASIS. A result points at the variant's model file, or at the config for a
// model made during the run, and names operator and tensor as logical location.
std::string RenderSarif(const RunReport& report);

}  // namespace quantgate
