// Small helpers the findings share.
#pragma once

#include <string>
#include <string_view>

#include "harness/diagnosis/finding_table.h"

namespace quantgate {

// The row of the graph's input, or null.
const TensorError* InputRow(const VariantResult& variant);

// True when the variant lost accuracy and the 95 % interval of the drop lies above zero.
bool LostAccuracy(const VariantResult& variant);

// error when the variant lost accuracy, otherwise `otherwise`.
Severity SeverityByEffect(const VariantResult& variant, Severity otherwise);

// Fixed-point text with `digits` decimals; three significant digits with FormatReal.
std::string FormatFixed(double value, int digits);
std::string FormatReal(double value);

// A Finding with id, name and variant filled in.
Finding MakeFinding(std::string_view id, const FindingContext& context);

}  // namespace quantgate
