#include "harness/diagnosis/evidence.h"

#include <array>
#include <cstdio>

#include "reference/core/check.h"

namespace quantgate {

const TensorError* InputRow(const VariantResult& variant) {
  for (const TensorError& row : variant.tensors) {
    if (row.op_index < 0) return &row;
  }
  return nullptr;
}

bool LostAccuracy(const VariantResult& variant) {
  return variant.paired && variant.accuracy.n > 0 && variant.paired->drop > 0 &&
         variant.paired->drop95.low > 0;
}

Severity SeverityByEffect(const VariantResult& variant, Severity otherwise) {
  return LostAccuracy(variant) ? Severity::kError : otherwise;
}

std::string FormatFixed(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string FormatReal(double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

Finding MakeFinding(std::string_view id, const FindingContext& context) {
  const FindingDef* def = FindFinding(id);
  QG_CHECK(def != nullptr);
  Finding finding;
  finding.id = def->id;
  finding.name = def->name;
  finding.variant = context.variant.name;
  return finding;
}

}  // namespace quantgate
