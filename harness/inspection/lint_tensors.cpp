// Rules about what one tensor says of itself (lint_families.h).
#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/inspection/lint_families.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

template <class Look>
void ForEachTensor(const LintView& view, const Look& look) {
  for (size_t i = 0; i < view.graph().tensors.size(); ++i) {
    look(static_cast<int>(i), view.graph().tensors[i]);
  }
}

// "scale 3 of 8" or "scale".
std::string Which(const char* what, size_t slice, const QuantParams& quant) {
  if (!quant.per_axis()) return what;
  return std::string(what) + " " + std::to_string(slice) + " of " +
         std::to_string(quant.scales.size());
}

// Reports the first scale of each tensor for which `bad` holds.
template <class Bad>
void FirstBadScale(const LintView& view, const LintSink& sink, const char* why, const Bad& bad) {
  ForEachTensor(view, [&](int index, const TensorInfo& tensor) {
    const std::vector<float>& scales = tensor.quant.scales;
    const auto found =
        std::find_if(scales.begin(), scales.end(), [&](float s) { return bad(tensor, s); });
    if (found == scales.end()) return;
    const auto slice = static_cast<size_t>(found - scales.begin());
    sink({-1, index}, Which("scale", slice, tensor.quant) + " is " +
                          ScaleText(static_cast<double>(*found)) + why);
  });
}

// The tensor is written by a SOFTMAX from 8 to 16 bits, whose zero point is fixed at -32768.
bool IsWideSoftmax(const LintView& view, int index) {
  const int writer = view.Writer(index);
  if (writer < 0) return false;
  const OpNode& op = view.graph().ops[static_cast<size_t>(writer)];
  const int input = LintView::InputOf(op, 0);
  return op.code == OpCode::kSOFTMAX && input >= 0 && view.tensor(input).dtype != DType::kInt16;
}

}  // namespace

void LintScaleZero(const LintView& view, const LintSink& sink) {
  FirstBadScale(view, sink, "", [](const TensorInfo&, float scale) { return scale == 0; });
}

void LintScaleDenormal(const LintView& view, const LintSink& sink) {
  FirstBadScale(
      view, sink, ", below the smallest normal float32",
      [](const TensorInfo&, float scale) { return std::fpclassify(scale) == FP_SUBNORMAL; });
}

// A bias's scale is a product of two, so it may be small.
void LintScaleAbsurd(const LintView& view, const LintSink& sink) {
  FirstBadScale(view, sink, ", outside [2^-40, 2^20]", [](const TensorInfo& tensor, float scale) {
    if (scale == 0 || std::fpclassify(scale) == FP_SUBNORMAL) return false;
    return scale > 0x1p20F || (IsQuantizedStorage(tensor.dtype) && scale < 0x1p-40F);
  });
}

void LintZeroPointRange(const LintView& view, const LintSink& sink) {
  ForEachTensor(view, [&](int index, const TensorInfo& tensor) {
    if (!IsQuantizedStorage(tensor.dtype)) return;
    const CodeRange codes = CodeRangeOf(tensor.dtype);
    for (size_t i = 0; i < tensor.quant.zero_points.size(); ++i) {
      const int32_t zero = tensor.quant.zero_points[i];
      if (zero >= codes.min && zero <= codes.max) continue;
      sink({-1, index}, Which("zero point", i, tensor.quant) + " is " + std::to_string(zero) +
                            ", outside [" + std::to_string(codes.min) + ", " +
                            std::to_string(codes.max) + "]");
      return;
    }
  });
}

void LintInt16ZeroPoint(const LintView& view, const LintSink& sink) {
  ForEachTensor(view, [&](int index, const TensorInfo& tensor) {
    if (tensor.dtype != DType::kInt16 || IsWideSoftmax(view, index)) return;
    for (const int32_t zero : tensor.quant.zero_points) {
      if (zero == 0) continue;
      sink({-1, index}, "zero point is " + std::to_string(zero) + ", must be 0");
      return;
    }
  });
}

void LintZeroPointsMissing(const LintView& view, const LintSink& sink) {
  ForEachTensor(view, [&](int index, const TensorInfo& tensor) {
    if (!tensor.zero_points_filled_in) return;
    sink({-1, index}, std::to_string(tensor.quant.scales.size()) +
                          " scales with fewer zero points; read as " +
                          std::to_string(tensor.quant.zero_points.front()));
  });
}

void LintAxisRange(const LintView& view, const LintSink& sink) {
  ForEachTensor(view, [&](int index, const TensorInfo& tensor) {
    const int rank = tensor.shape.rank();
    if (!tensor.quant.quantized() || rank == 0) return;  // runtimes pass over scalars
    if (tensor.stored_axis >= 0 && tensor.stored_axis < rank) return;
    sink({-1, index}, "quantized_dimension is " + std::to_string(tensor.stored_axis) +
                          " for shape " + tensor.shape.ToString());
  });
}

void LintAxisMeaningless(const LintView& view, const LintSink& sink) {
  ForEachTensor(view, [&](int index, const TensorInfo& tensor) {
    if (tensor.quant.scales.size() != 1 || tensor.stored_axis <= 0) return;
    if (tensor.stored_axis >= tensor.shape.rank()) return;  // LintAxisRange
    // One output channel: per-axis along an axis of extent 1 is per-tensor, and says so on purpose.
    if (tensor.shape.dim(tensor.stored_axis) == 1) return;
    sink({-1, index}, "quantized_dimension is " + std::to_string(tensor.stored_axis) +
                          " of shape " + tensor.shape.ToString() + " with one scale");
  });
}

void LintActivationPerAxis(const LintView& view, const LintSink& sink) {
  ForEachTensor(view, [&](int index, const TensorInfo& tensor) {
    if (!view.IsActivation(index) || !tensor.quant.per_axis()) return;
    if (tensor.dtype == DType::kUInt8 || IsFloat(tensor.dtype)) return;  // rules of their own
    sink({view.Writer(index), index}, std::to_string(tensor.quant.scales.size()) +
                                          " scales along axis " +
                                          std::to_string(tensor.quant.axis));
  });
}

void LintUint8PerAxis(const LintView& view, const LintSink& sink) {
  ForEachTensor(view, [&](int index, const TensorInfo& tensor) {
    if (tensor.dtype != DType::kUInt8 || !tensor.quant.per_axis()) return;
    sink({-1, index}, std::to_string(tensor.quant.scales.size()) + " scales on a uint8 tensor");
  });
}

void LintFloatWithScale(const LintView& view, const LintSink& sink) {
  ForEachTensor(view, [&](int index, const TensorInfo& tensor) {
    if (!IsFloat(tensor.dtype) || !tensor.quant.quantized()) return;
    sink({-1, index}, std::string(DTypeName(tensor.dtype)) + " with scale " +
                          ScaleText(static_cast<double>(tensor.quant.scales[0])));
  });
}

}  // namespace quantgate
