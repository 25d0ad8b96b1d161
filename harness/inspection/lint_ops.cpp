// Rules about how operators tie their tensors together (lint_families.h).
#include <algorithm>
#include <cmath>

#include "harness/inspection/lint_families.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

// TFLite compares fixed scales with a tolerance of a thousandth, copied ones with none or 1e-6.
constexpr double kFixedTolerance = 1e-3;
constexpr double kSameTolerance = 1e-6;

template <class Look>
void ForEachOp(const LintView& view, const Look& look) {
  for (size_t i = 0; i < view.graph().ops.size(); ++i) {
    const OpNode& op = view.graph().ops[i];
    const OpSpec* spec = FindOpSpec(op.code);
    if (spec != nullptr && !op.outputs.empty()) look(static_cast<int>(i), op, *spec);
  }
}

bool Near(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
}

std::string ParamsText(double scale, int64_t zero_point) {
  return ScaleText(scale) + " zp " + std::to_string(zero_point);
}

std::string ParamsText(const QuantParams& quant) {
  return ParamsText(static_cast<double>(quant.scale()), quant.zero_point());
}

bool PerTensor(const TensorInfo& tensor) {
  return IsQuantizedStorage(tensor.dtype) && tensor.quant.scales.size() == 1;
}

bool SameParams(const QuantParams& a, const QuantParams& b) {
  return a.zero_point() == b.zero_point() &&
         Near(static_cast<double>(a.scale()), static_cast<double>(b.scale()), kSameTolerance);
}

}  // namespace

void LintFixedOutput(const LintView& view, const LintSink& sink) {
  ForEachOp(view, [&](int index, const OpNode& op, const OpSpec&) {
    const std::vector<int> data = LintView::DataInputs(op);
    const TensorInfo& output = view.tensor(op.outputs[0]);
    if (data.empty() || !PerTensor(output)) return;
    const auto fixed = FixedOutputOf(op.code, view.tensor(data[0]).dtype, output.dtype);
    if (!fixed) return;
    const auto scale = static_cast<double>(output.quant.scale());
    if (Near(scale, fixed->scale, kFixedTolerance) &&
        output.quant.zero_point() == fixed->zero_point) {
      return;
    }
    sink({index, op.outputs[0]}, "scale and zero point are " + ParamsText(output.quant) +
                                     ", must be " + ParamsText(fixed->scale, fixed->zero_point));
  });
}

// Every data input against the first output, every other output against it too.
void LintSameScale(const LintView& view, const LintSink& sink) {
  ForEachOp(view, [&](int index, const OpNode& op, const OpSpec& spec) {
    const TensorInfo& first = view.tensor(op.outputs[0]);
    if (!spec.same_scale || !PerTensor(first)) return;
    if (spec.uint8_rescales && first.dtype == DType::kUInt8) return;
    std::vector<int> others = LintView::DataInputs(op);
    others.insert(others.end(), op.outputs.begin() + 1, op.outputs.end());
    for (const int other : others) {
      const TensorInfo& tensor = view.tensor(other);
      if (!PerTensor(tensor) || SameParams(tensor.quant, first.quant)) continue;
      sink({index, other}, "scale and zero point are " + ParamsText(tensor.quant) + ", those of '" +
                               first.name + "' " + ParamsText(first.quant));
    }
  });
}

// 2 max(s0, s1) / (2^20 s_out), what the 8-bit sum is multiplied with at the end.
void LintMultiplierBelowOne(const LintView& view, const LintSink& sink) {
  ForEachOp(view, [&](int index, const OpNode& op, const OpSpec& spec) {
    const std::vector<int> data = LintView::DataInputs(op);
    const TensorInfo& output = view.tensor(op.outputs[0]);
    if (!spec.multiplier_below_one || data.size() != 2 || !PerTensor(output) ||
        output.dtype == DType::kInt16 || output.quant.scale() == 0) {
      return;
    }
    double largest = 0;
    for (const int input : data) {
      if (!PerTensor(view.tensor(input))) return;
      largest = std::max(largest, static_cast<double>(view.tensor(input).quant.scale()));
    }
    const double multiplier = 2 * largest / (0x1p20 * static_cast<double>(output.quant.scale()));
    if (multiplier < 1) return;
    sink({index, op.outputs[0]},
         "the output multiplier is " + ScaleText(multiplier) + ", must be below 1");
  });
}

void LintFloatOutput(const LintView& view, const LintSink& sink) {
  ForEachOp(view, [&](int index, const OpNode& op, const OpSpec&) {
    const std::vector<int> data = LintView::DataInputs(op);
    const TensorInfo& output = view.tensor(op.outputs[0]);
    if (data.empty() || !IsFloat(output.dtype)) return;
    // Data inputs of several types are LintMixedInputs' business.
    const bool all_codes = std::all_of(data.begin(), data.end(),
                                       [&](int input) { return IsQuantized(view.tensor(input)); });
    if (!all_codes) return;
    sink({index, op.outputs[0]}, std::string(DTypeName(view.tensor(data[0]).dtype)) + " input, " +
                                     std::string(DTypeName(output.dtype)) + " output");
  });
}

void LintMixedInputs(const LintView& view, const LintSink& sink) {
  ForEachOp(view, [&](int index, const OpNode& op, const OpSpec& spec) {
    const std::vector<int> data = LintView::DataInputs(op);
    for (size_t i = 1; i < data.size(); ++i) {
      const DType first = view.tensor(data[0]).dtype;
      const DType other = view.tensor(data[i]).dtype;
      if (first == other) continue;
      const bool allowed = IsFloat(first)
                               ? spec.hybrid && IsQuantizedStorage(other)
                               : spec.hybrid && first == DType::kInt16 && other == DType::kInt8;
      if (allowed) continue;
      sink({index, data[i]}, std::string(DTypeName(other)) + " beside " +
                                 std::string(DTypeName(first)) + " of '" +
                                 view.tensor(data[0]).name + "'");
      return;
    }
  });
}

// Codes that operators compute with. Layers' weights count; bare uint8 images that are only cast or
// copied do not.
void LintNoScale(const LintView& view, const LintSink& sink) {
  ForEachOp(view, [&](int index, const OpNode& op, const OpSpec& spec) {
    if (!spec.computes) return;
    std::vector<int> codes = LintView::DataInputs(op);
    const int weights = LintView::InputOf(op, spec.weights);
    if (weights >= 0) codes.push_back(weights);
    codes.push_back(op.outputs[0]);
    for (const int tensor : codes) {
      const TensorInfo& info = view.tensor(tensor);
      if (!IsQuantizedStorage(info.dtype) || IsQuantized(info)) continue;
      sink({index, tensor}, std::string(DTypeName(info.dtype)) + " without a scale");
    }
  });
}

void LintVersionUnknown(const LintView& view, const LintSink& sink) {
  for (size_t i = 0; i < view.graph().ops.size(); ++i) {
    const OpNode& op = view.graph().ops[i];
    if (op.code == OpCode::kCUSTOM) continue;
    const VersionRange known = KnownVersions(op.code);
    if (op.version >= known.min && op.version <= known.max) continue;
    sink({static_cast<int>(i), -1}, "version " + std::to_string(op.version) + "; known are " +
                                        std::to_string(known.min) + " to " +
                                        std::to_string(known.max));
  }
}

void LintVersionOld(const LintView& view, const LintSink& sink) {
  ForEachOp(view, [&](int index, const OpNode& op, const OpSpec& spec) {
    const std::vector<int> data = LintView::DataInputs(op);
    if (data.empty() || view.tensor(data[0]).dtype != DType::kInt8) return;
    if (op.version >= spec.version_int8) return;
    sink({index, -1}, "version " + std::to_string(op.version) + "; int8 came with version " +
                          std::to_string(spec.version_int8));
  });
}

}  // namespace quantgate
