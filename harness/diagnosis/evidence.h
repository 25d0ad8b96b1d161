// Small helpers the findings share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/diagnosis/finding_table.h"

namespace quantgate {

// The rows of the graph's inputs, and the one that is fed furthest off, in its steps; or null.
std::vector<const TensorError*> InputRows(const VariantResult& variant);
const TensorError* InputRow(const VariantResult& variant);

// The reals an input is fed: those of the dataset, or, as the dataset's are of all inputs together,
// what the reference read there.
struct FedRange {
  double low = 0;
  double high = 0;
};
FedRange RangeFed(const FindingContext& context, const TensorError& input);

// A data range this many times too narrow or too wide for the input is a factor like 255 gone
// wrong, not contrast.
inline constexpr double kLostNormalisation = 48.0;

// True when the variant lost accuracy, the 95 % interval of the drop lies above zero, and the loss
// matters: the gate failed it, or it is half a point and more.
bool LostAccuracy(const VariantResult& variant);

// RMS distance of what a quantized input was fed from its reals, in its steps, without what
// clipping costs however it is fed: sqrt((mse - clipping_mse) / scale^2). The code nearest to a
// real leaves 0.29. `input` has a scale above 0.
double FeedErrorLsb(const TensorError& input);

// True when that is more than a step.
bool IsFedWrong(const TensorError& input);

// True when an input is fed wrong: then the measurements of the layers behind say little about the
// layers.
bool InputIsBroken(const VariantResult& variant);

// error when the variant lost accuracy, otherwise `otherwise`.
Severity SeverityByEffect(const VariantResult& variant, Severity otherwise);
// The same for a cause inside the network, which a broken input hides: then a note.
Severity SeverityOfLayer(const VariantResult& variant, Severity otherwise);

// Values beyond the representable range by more than rounding and the fixed ranges of the spec
// explain: a softmax reaches 1.0, one step above its largest code.
bool ClipsBeyondRounding(const TensorError& row);

// The row of a tensor of the variant, or null.
const TensorError* RowOfTensor(const VariantResult& variant, int tensor_index);

// Of a defect that the two models show by themselves: error where accuracy was lost, a note where
// the operator's own error is what quantization costs anyway, a warning otherwise.
Severity SeverityOfDefect(const FindingContext& context, const OpEvidence& op);

// Most of the power of the operator's own error is clipping: only another range helps.
bool ErrsByClipping(const OpEvidence& op);
// What then helps: the range observed, and how much of the error is clipping.
std::string ClippingFix(const OpEvidence& op);

// What was measured of the operator, or null.
const OpEvidence* EvidenceOf(const FindingContext& context, int op_index);

// A tensor's name in quotes. Of a long name that a converter made of the names of fused operators,
// "a;b;c", the first: 'a;...'.
std::string TensorText(const std::string& name);

// "op 3, CONV_2D"
std::string PlaceOf(const OpEvidence& op);

// Fixed-point text with `digits` decimals; three significant digits with FormatReal.
std::string FormatFixed(double value, int digits);
std::string FormatReal(double value);
// With as few digits as give the float back: for formulas that are typed in elsewhere.
std::string FormatScale(double scale);

// A Finding with id, name and variant filled in.
Finding MakeFinding(std::string_view id, const FindingContext& context);

}  // namespace quantgate
