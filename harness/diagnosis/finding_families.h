// The look functions of every family, for finding_table.cpp.
#pragma once

#include "harness/diagnosis/finding_table.h"

namespace quantgate {

// input_findings.cpp
void LookInputNotQuantized(const FindingContext& context, std::vector<Finding>& findings);
void LookInputNormalisation(const FindingContext& context, std::vector<Finding>& findings);
// range_findings.cpp
void LookDummyRanges(const FindingContext& context, std::vector<Finding>& findings);
void LookNotQuantizationAware(const FindingContext& context, std::vector<Finding>& findings);
// Whether the tensor is one of those that QG002 speaks of: other findings about ranges leave it
// out.
bool HasDummyRange(const FindingContext& context, const TensorError& row);
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
// data_findings.cpp
void LookNormalisationTrial(const FindingContext& context, std::vector<Finding>& findings);
void LookNormalisedTwice(const FindingContext& context, std::vector<Finding>& findings);
void LookInputTruncated(const FindingContext& context, std::vector<Finding>& findings);
void LookChannelOrder(const FindingContext& context, std::vector<Finding>& findings);
void LookLayout(const FindingContext& context, std::vector<Finding>& findings);
void LookLabelsShifted(const FindingContext& context, std::vector<Finding>& findings);
void LookLabelsPermuted(const FindingContext& context, std::vector<Finding>& findings);
// scale_findings.cpp
void LookRangeTooWide(const FindingContext& context, std::vector<Finding>& findings);
void LookOutliers(const FindingContext& context, std::vector<Finding>& findings);
void LookZeroPointWrong(const FindingContext& context, std::vector<Finding>& findings);
void LookSameScale(const FindingContext& context, std::vector<Finding>& findings);
void LookFixedOutput(const FindingContext& context, std::vector<Finding>& findings);
// The width of a tensor's range fits, its place does not: the zero point is to blame.
bool IsShifted(const TensorError& row);
// bias_findings.cpp
void LookBiasWrong(const FindingContext& context, std::vector<Finding>& findings);
void LookBiasOverflow(const FindingContext& context, std::vector<Finding>& findings);
// outcome_findings.cpp
void LookHotSpot(const FindingContext& context, std::vector<Finding>& findings);
void LookMeanShift(const FindingContext& context, std::vector<Finding>& findings);
void LookProfilesFlip(const FindingContext& context, std::vector<Finding>& findings);
void LookClassCollapse(const FindingContext& context, std::vector<Finding>& findings);
void LookNotAsNamed(const FindingContext& context, std::vector<Finding>& findings);
// weight_content_findings.cpp
// Whether none of the defects of this family is there. Biases are judged where it is so: their
// units hang on the weights' scales.
bool WeightsAreSound(const WeightEvidence& weights);
void LookDeadChannels(const FindingContext& context, std::vector<Finding>& findings);
void LookAccumulatorOverflow(const FindingContext& context, std::vector<Finding>& findings);
void LookWeightScale(const FindingContext& context, std::vector<Finding>& findings);
void LookSwappedScales(const FindingContext& context, std::vector<Finding>& findings);
void LookWeightOrder(const FindingContext& context, std::vector<Finding>& findings);
void LookWeightContent(const FindingContext& context, std::vector<Finding>& findings);
void LookWeightZeroPoint(const FindingContext& context, std::vector<Finding>& findings);

}  // namespace quantgate
