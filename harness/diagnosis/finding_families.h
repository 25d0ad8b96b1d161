// The look functions of every family, for finding_table.cpp.
#pragma once

#include "harness/diagnosis/finding_table.h"

namespace quantgate {

// input_findings.cpp
void LookInputNotQuantized(const FindingContext& context, std::vector<Finding>& findings);
void LookInputNormalisation(const FindingContext& context, std::vector<Finding>& findings);
// range_findings.cpp
void LookDummyRanges(const FindingContext& context, std::vector<Finding>& findings);
void LookRangeClipped(const FindingContext& context, std::vector<Finding>& findings);
// weight_findings.cpp
void LookUnbalancedChannels(const FindingContext& context, std::vector<Finding>& findings);
// output_findings.cpp
void LookConstantPrediction(const FindingContext& context, std::vector<Finding>& findings);
void LookWorstLayer(const FindingContext& context, std::vector<Finding>& findings);
void LookNonFinite(const FindingContext& context, std::vector<Finding>& findings);
void LookUnmatched(const FindingContext& context, std::vector<Finding>& findings);
// calibration_findings.cpp
void LookSharedSamples(const FindingContext& context, std::vector<Finding>& findings);
// runtime_findings.cpp
void LookRuntimeMisruns(const FindingContext& context, std::vector<Finding>& findings);
void LookRuntimeDiffers(const FindingContext& context, std::vector<Finding>& findings);

}  // namespace quantgate
