// How much of a measured loss each finding explains.
#pragma once

#include <string_view>
#include <vector>

#include "harness/results/attribution.h"
#include "harness/results/finding.h"

namespace quantgate {

// The source of Attribution::sources that a finding is about: "input", "weights", "clipping",
// "rounding", "fixed-outputs", "arithmetic"; empty where it is about none of them.
std::string_view SourceOf(std::string_view finding_id);

// Adds to the evidence of each finding that has a place in the attribution `loss_points`: what its
// operator loses by its own coding, or, where the finding is about no operator or has no such loss,
// what its source loses on the way from the float model to the variant. Causes come first, then
// symptoms, then notes; in each the most severe, and among those the ones that explain most.
void AddLossShares(const Attribution& attribution, std::vector<Finding>& findings);

}  // namespace quantgate
