#include "harness/diagnosis/evidence.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "reference/core/check.h"

namespace quantgate {

std::vector<const TensorError*> InputRows(const VariantResult& variant) {
  std::vector<const TensorError*> rows;
  for (const TensorError& row : variant.tensors) {
    if (row.op_index < 0) rows.push_back(&row);
  }
  return rows;
}

const TensorError* InputRow(const VariantResult& variant) {
  const std::vector<const TensorError*> rows = InputRows(variant);
  // -1 for one that is not quantized.
  const auto error_lsb = [](const TensorError* row) {
    return row->scale && *row->scale > 0 ? FeedErrorLsb(*row) : -1.0;
  };
  const auto worst = std::max_element(
      rows.begin(), rows.end(),
      [&](const TensorError* a, const TensorError* b) { return error_lsb(a) < error_lsb(b); });
  return worst == rows.end() ? nullptr : *worst;
}

FedRange RangeFed(const FindingContext& context, const TensorError& input) {
  if (InputRows(context.variant).size() > 1) return {input.reference_min, input.reference_max};
  return {context.dataset.real_min, context.dataset.real_max};
}

bool LostAccuracy(const VariantResult& variant) {
  // Below half a point a drop that no gate objects to is what quantization costs.
  constexpr double kMaterialDrop = 0.005;
  return variant.paired && variant.accuracy.n > 0 && variant.paired->drop95.low > 0 &&
         (variant.verdict == Verdict::kFail || variant.paired->drop >= kMaterialDrop);
}

double FeedErrorLsb(const TensorError& input) {
  // What summing floats may leave of the difference: several times the bound of error_sums.h.
  constexpr double kNoise = 1e-5;
  const double all = input.rmse_per_scale.value_or(0);
  const double clipping = input.clipping_mse.value_or(0) / (*input.scale * *input.scale);
  return std::sqrt(std::max(0.0, all * all * (1 - kNoise) - clipping));
}

bool IsFedWrong(const TensorError& input) {
  // A correctly quantized input is off by at most half a step where it is not clipped. Twice that
  // allows for another tie rule and for float arithmetic in the feeding code.
  constexpr double kLargestFeedErrorLsb = 1.0;
  return input.scale && *input.scale > 0 && FeedErrorLsb(input) > kLargestFeedErrorLsb;
}

bool InputIsBroken(const VariantResult& variant) {
  const TensorError* const input = InputRow(variant);
  return input != nullptr && IsFedWrong(*input);
}

Severity SeverityOfLayer(const VariantResult& variant, Severity otherwise) {
  return InputIsBroken(variant) ? Severity::kNote : SeverityByEffect(variant, otherwise);
}

bool ClipsBeyondRounding(const TensorError& row) {
  constexpr double kToleranceLsb = 1.5;
  if (!row.representable_min || !row.representable_max || !row.scale) return false;
  const double tolerance = kToleranceLsb * *row.scale;
  return row.reference_min < *row.representable_min - tolerance ||
         row.reference_max > *row.representable_max + tolerance;
}

const TensorError* RowOfTensor(const VariantResult& variant, int tensor_index) {
  for (const TensorError& row : variant.tensors) {
    if (row.tensor_index == tensor_index) return &row;
  }
  return nullptr;
}

Severity SeverityByEffect(const VariantResult& variant, Severity otherwise) {
  return LostAccuracy(variant) ? Severity::kError : otherwise;
}

Severity SeverityOfDefect(const FindingContext& context, const OpEvidence& op) {
  // Twice the unavoidable error power.
  constexpr double kHarmlessDb = 3.0;
  if (op.excess_db < kHarmlessDb) return Severity::kNote;
  return SeverityByEffect(context.variant, Severity::kWarning);
}

bool ErrsByClipping(const OpEvidence& op) { return 2 * op.clipping_mse > op.own_mse; }

std::string ClippingFix(const OpEvidence& op) {
  return "Calibrate its range to what is observed, " + FormatReal(op.observed_min) + ".." +
         FormatReal(op.observed_max) + ": " +
         FormatFixed(100 * std::min(1.0, op.clipping_mse / op.own_mse), 0) +
         " % of its error's power is clipping.";
}

const OpEvidence* EvidenceOf(const FindingContext& context, int op_index) {
  if (context.ops == nullptr) return nullptr;
  for (const OpEvidence& op : context.ops->ops) {
    if (op.variant_op == op_index) return &op;
  }
  return nullptr;
}

std::string TensorText(const std::string& name) {
  constexpr size_t kLong = 60;
  const size_t first = name.find(';');
  const bool shorten = name.size() > kLong && first != std::string::npos && first > 0;
  return "'" + (shorten ? name.substr(0, first) + ";..." : name) + "'";
}

std::string PlaceOf(const OpEvidence& op) {
  return "op " + std::to_string(op.variant_op) + ", " + op.op_type;
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

std::string FormatScale(double scale) {
  std::array<char, 32> text{};
  return {text.data(),
          std::to_chars(text.data(), text.data() + text.size(), static_cast<float>(scale)).ptr};
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
