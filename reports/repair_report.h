// What a repair tried, for people and for programs.
#pragma once

#include <string>

#include "harness/results/repair.h"

namespace quantgate {

// The frontier as a table, the step that was chosen, and what is left to do where none passes.
std::string RepairText(const Repair& repair);

std::string RepairJson(const Repair& repair);

}  // namespace quantgate
