// Numbers by name, for tools that plot them over time (DVC, MLflow).
#pragma once

#include <string>

#include "harness/results/run_report.h"

namespace quantgate {

// One flat JSON object, "VARIANT.metric": number, sorted; what was not measured is left out.
std::string RenderMetrics(const RunReport& report);

}  // namespace quantgate
