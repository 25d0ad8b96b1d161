// The rules of lint_table.cpp, by the file that holds them.
#pragma once

#include "harness/inspection/lint_view.h"

namespace quantgate {

// lint_tensors.cpp: what one tensor says of itself.
void LintScaleZero(const LintView& view, const LintSink& sink);
void LintScaleDenormal(const LintView& view, const LintSink& sink);
void LintScaleAbsurd(const LintView& view, const LintSink& sink);
void LintZeroPointRange(const LintView& view, const LintSink& sink);
void LintInt16ZeroPoint(const LintView& view, const LintSink& sink);
void LintZeroPointsMissing(const LintView& view, const LintSink& sink);
void LintAxisRange(const LintView& view, const LintSink& sink);
void LintAxisMeaningless(const LintView& view, const LintSink& sink);
void LintActivationPerAxis(const LintView& view, const LintSink& sink);
void LintUint8PerAxis(const LintView& view, const LintSink& sink);
void LintFloatWithScale(const LintView& view, const LintSink& sink);

// lint_weights.cpp: layers with weights.
void LintWeightZeroPoint(const LintView& view, const LintSink& sink);
void LintWeightMinus128(const LintView& view, const LintSink& sink);
void LintWeightPerTensor(const LintView& view, const LintSink& sink);
void LintWeightAxis(const LintView& view, const LintSink& sink);
void LintDensePerAxis(const LintView& view, const LintSink& sink);
void LintHybridUint8(const LintView& view, const LintSink& sink);
void LintFloatWeights(const LintView& view, const LintSink& sink);
void LintMultiplierLarge(const LintView& view, const LintSink& sink);

// lint_bias.cpp: biases, and the accumulator they start.
void LintBiasType(const LintView& view, const LintSink& sink);
void LintBiasUnscaled(const LintView& view, const LintSink& sink);
void LintBiasScale(const LintView& view, const LintSink& sink);
void LintBiasZeroPoint(const LintView& view, const LintSink& sink);
void LintConvBias(const LintView& view, const LintSink& sink);
void LintBiasNearLimit(const LintView& view, const LintSink& sink);
void LintAccumulatorOverflow(const LintView& view, const LintSink& sink);

// lint_ops.cpp: how operators tie tensors together.
void LintFixedOutput(const LintView& view, const LintSink& sink);
void LintSameScale(const LintView& view, const LintSink& sink);
void LintMultiplierBelowOne(const LintView& view, const LintSink& sink);
void LintFloatOutput(const LintView& view, const LintSink& sink);
void LintMixedInputs(const LintView& view, const LintSink& sink);
void LintNoScale(const LintView& view, const LintSink& sink);
void LintVersionUnknown(const LintView& view, const LintSink& sink);
void LintVersionOld(const LintView& view, const LintSink& sink);

// lint_ranges.cpp: where ranges may have come from.
void LintRangesAlike(const LintView& view, const LintSink& sink);

// lint_graph.cpp: the graph as a whole.
void LintNothingComputes(const LintView& view, const LintSink& sink);
void LintNothingReads(const LintView& view, const LintSink& sink);
void LintUnusedTensor(const LintView& view, const LintSink& sink);
void LintDuplicateName(const LintView& view, const LintSink& sink);
void LintMixedEnds(const LintView& view, const LintSink& sink);
void LintVariableTensor(const LintView& view, const LintSink& sink);

}  // namespace quantgate
