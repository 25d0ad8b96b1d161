// The report for a terminal: one row a variant, then the findings in sentences.
#pragma once

#include <string>

#include "harness/results/run_report.h"

namespace quantgate {

struct ConsoleStyle {
  bool color = false;  // ANSI colours for the verdicts and severities
  size_t width = 100;  // columns to wrap sentences at
};

std::string RenderConsole(const RunReport& report, const ConsoleStyle& style);

}  // namespace quantgate
