// Where a variant's loss comes from, for people and for programs.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/results/attribution.h"
#include "harness/results/finding.h"

namespace quantgate {

// The findings with what each explains of the loss, the sources as a table and a bar each, the
// operators that cost most, and what was left out. `ops`: how many operators to show; 0 for all.
std::string AttributionText(const Attribution& attribution,
                            const std::vector<Finding>& findings = {}, size_t ops = 12);

// One JSON document with everything.
std::string AttributionJson(const Attribution& attribution,
                            const std::vector<Finding>& findings = {});

}  // namespace quantgate
