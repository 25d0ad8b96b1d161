// Rules about layers with weights (lint_families.h).
#include <algorithm>
#include <cstring>

#include "harness/inspection/lint_families.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

// Reports about the weights of each layer for which `look` has something to say. Weights that two
// layers share are reported once a layer: their scales meet different inputs.
template <class Look>
void ForEachLayer(const LintView& view, const LintSink& sink, const Look& look) {
  for (const WeightedOp& layer : WeightedOps(view)) {
    const std::string message = look(layer, view.tensor(layer.weights));
    if (!message.empty()) sink({layer.op, layer.weights}, message);
  }
}

bool IsSigned(DType dtype) { return IsQuantizedStorage(dtype) && CodeRangeOf(dtype).min < 0; }

std::string ScalesAlong(const QuantParams& quant) {
  return std::to_string(quant.scales.size()) + " scales along axis " + std::to_string(quant.axis);
}

}  // namespace

// FULLY_CONNECTED kernels apply the zero point of one-scale weights, against the spec.
void LintWeightZeroPoint(const LintView& view, const LintSink& sink) {
  ForEachLayer(view, sink, [&](const WeightedOp& layer, const TensorInfo& weights) {
    if (!IsSigned(weights.dtype) || view.IsActivation(layer.weights)) return std::string();
    for (const int32_t zero : weights.quant.zero_points) {
      if (zero != 0) return "zero point is " + std::to_string(zero) + ", must be 0";
    }
    return std::string();
  });
}

void LintWeightMinus128(const LintView& view, const LintSink& sink) {
  ForEachLayer(view, sink, [&](const WeightedOp& layer, const TensorInfo& weights) {
    const auto bytes = view.Constant(layer.weights);
    if (weights.dtype != DType::kInt8 || bytes.empty() || weights.sparsity) return std::string();
    const auto* found = std::memchr(bytes.data(), 0x80, bytes.size());
    if (found == nullptr) return std::string();
    const auto count = std::count(bytes.begin(), bytes.end(), std::byte{0x80});
    return std::to_string(count) + " of " + std::to_string(bytes.size()) + " weights are -128";
  });
}

void LintWeightPerTensor(const LintView& view, const LintSink& sink) {
  ForEachLayer(view, sink, [&](const WeightedOp& layer, const TensorInfo& weights) {
    const int axis = layer.spec->channel_axis;
    if (layer.spec->weight_scales != WeightScales::kPerAxis || weights.dtype != DType::kInt8 ||
        weights.quant.scales.size() != 1 || weights.shape.rank() <= axis ||
        weights.shape.dim(axis) <= 1) {
      return std::string();
    }
    return "one scale for " + std::to_string(weights.shape.dim(axis)) + " output channels";
  });
}

void LintWeightAxis(const LintView& view, const LintSink& sink) {
  ForEachLayer(view, sink, [&](const WeightedOp& layer, const TensorInfo& weights) {
    if (!weights.quant.per_axis() || weights.quant.axis == layer.spec->channel_axis ||
        weights.dtype == DType::kUInt8 || IsFloat(weights.dtype)) {
      return std::string();
    }
    return ScalesAlong(weights.quant) + "; output channels lie along axis " +
           std::to_string(layer.spec->channel_axis);
  });
}

void LintDensePerAxis(const LintView& view, const LintSink& sink) {
  ForEachLayer(view, sink, [&](const WeightedOp& layer, const TensorInfo& weights) {
    if (layer.spec->weight_scales != WeightScales::kPerTensor || !weights.quant.per_axis() ||
        weights.quant.axis != layer.spec->channel_axis || weights.dtype == DType::kUInt8 ||
        IsFloat(weights.dtype)) {
      return std::string();
    }
    return ScalesAlong(weights.quant);
  });
}

void LintHybridUint8(const LintView& view, const LintSink& sink) {
  ForEachLayer(view, sink, [&](const WeightedOp& layer, const TensorInfo& weights) {
    if (!IsFloat(view.tensor(layer.input).dtype) || weights.dtype != DType::kUInt8) {
      return std::string();
    }
    return std::string("uint8 weights with ") +
           std::string(DTypeName(view.tensor(layer.input).dtype)) + " input";
  });
}

void LintFloatWeights(const LintView& view, const LintSink& sink) {
  ForEachLayer(view, sink, [&](const WeightedOp& layer, const TensorInfo& weights) {
    if (!IsQuantized(view.tensor(layer.input)) || !IsFloat(weights.dtype)) return std::string();
    return std::string(DTypeName(weights.dtype)) + " weights with " +
           std::string(DTypeName(view.tensor(layer.input).dtype)) + " input";
  });
}

void LintMultiplierLarge(const LintView& view, const LintSink& sink) {
  ForEachLayer(view, sink, [&](const WeightedOp& layer, const TensorInfo& weights) {
    const QuantParams& input = view.tensor(layer.input).quant;
    const QuantParams& output = view.tensor(layer.output).quant;
    if (!IsQuantized(view.tensor(layer.input)) || !IsQuantized(view.tensor(layer.output)) ||
        !IsQuantizedStorage(weights.dtype) || !weights.quant.quantized() || !input.quantized() ||
        !output.quantized() || output.scales[0] == 0) {
      return std::string();
    }
    const float largest =
        *std::max_element(weights.quant.scales.begin(), weights.quant.scales.end());
    const double multiplier = static_cast<double>(input.scales[0]) * static_cast<double>(largest) /
                              static_cast<double>(output.scales[0]);
    if (multiplier < 1) return std::string();
    return "the multiplier is " + ScaleText(multiplier);
  });
}

}  // namespace quantgate
