// Rules about biases and the accumulators they start (lint_families.h).
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "harness/inspection/lint_families.h"
#include "reference/numeric/element.h"

namespace quantgate {
namespace {

// The part of input scale x weight scale that a bias's scale may be off by. Converters compute the
// product in float32 or float64; TFLite refuses from about 2 % of an output step on.
constexpr double kScaleTolerance = 1e-3;
// Three quarters of the way; converters widen weight scales to keep biases at half of it.
constexpr int64_t kNearLimit = int64_t{3} << 29;
constexpr int64_t kInt32Max = INT32_MAX;

bool IsInteger(DType dtype) { return dtype == DType::kInt32 || dtype == DType::kInt64; }

// Element `i` of an int32 constant, which may lie anywhere.
int32_t Int32At(std::span<const std::byte> bytes, size_t i) {
  int32_t value = 0;
  std::memcpy(&value, bytes.data() + i * sizeof(value), sizeof(value));
  return value;
}

template <class Look>
void ForEachBias(const LintView& view, const LintSink& sink, const Look& look) {
  for (const WeightedOp& layer : WeightedOps(view)) {
    if (layer.bias < 0) continue;
    const std::string message = look(layer, view.tensor(layer.bias));
    if (!message.empty()) sink({layer.op, layer.bias}, message);
  }
}

// What the bias of a layer must be: "int32", "int64", "int32 or int64", "a float type"; empty where
// the types of the layer say nothing.
std::string WantedType(const LintView& view, const WeightedOp& layer) {
  const TensorInfo& input = view.tensor(layer.input);
  if (IsFloat(input.dtype)) return "a float type";
  if (!IsQuantized(input)) return "";
  if (input.dtype != DType::kInt16) return "int32";
  return view.graph().ops[static_cast<size_t>(layer.op)].code == OpCode::kDEPTHWISE_CONV_2D
             ? "int64"
             : "int32 or int64";
}

bool FitsType(const std::string& wanted, DType dtype) {
  if (wanted.empty()) return true;
  if (wanted == "a float type") return IsFloat(dtype);
  return IsInteger(dtype) && wanted.find(DTypeName(dtype)) != std::string::npos;
}

// An 8-bit layer of constant dense weights whose sums can be bounded.
bool HasBound(const LintView& view, const WeightedOp& layer) {
  const TensorInfo& input = view.tensor(layer.input);
  const TensorInfo& weights = view.tensor(layer.weights);
  const bool eight_bit = (input.dtype == DType::kInt8 && weights.dtype == DType::kInt8) ||
                         (input.dtype == DType::kUInt8 && weights.dtype == DType::kUInt8);
  return eight_bit && input.quant.quantized() && weights.quant.quantized() &&
         !view.Constant(layer.weights).empty() && !weights.sparsity &&
         layer.spec->channel_axis < weights.shape.rank();
}

template <class Code>
std::vector<int64_t> AbsoluteSums(const Code* codes, const TensorInfo& weights, int axis) {
  const auto dims = weights.shape.dims();
  size_t outer = 1;
  size_t inner = 1;
  for (int i = 0; i < axis; ++i) outer *= static_cast<size_t>(dims[static_cast<size_t>(i)]);
  for (size_t i = static_cast<size_t>(axis) + 1; i < dims.size(); ++i) {
    inner *= static_cast<size_t>(dims[i]);
  }
  const auto channels = static_cast<size_t>(dims[static_cast<size_t>(axis)]);
  std::vector<int64_t> sums(channels);
  for (size_t o = 0; o < outer; ++o) {
    for (size_t c = 0; c < channels; ++c) {
      const int zero = weights.quant.zero_point(weights.quant.axis == axis ? c : 0);
      int64_t sum = 0;
      for (size_t i = 0; i < inner; ++i) sum += std::abs(static_cast<int>(*codes++) - zero);
      sums[c] += sum;
    }
  }
  return sums;
}

// The sum of |weight - zero point| of each output channel.
std::vector<int64_t> WeightSums(const LintView& view, const WeightedOp& layer) {
  const TensorInfo& weights = view.tensor(layer.weights);
  const std::byte* bytes = view.Constant(layer.weights).data();
  const int axis = layer.spec->channel_axis;
  if (weights.dtype == DType::kInt8) {
    return AbsoluteSums(reinterpret_cast<const int8_t*>(bytes), weights, axis);
  }
  return AbsoluteSums(reinterpret_cast<const uint8_t*>(bytes), weights, axis);
}

// |bias| of output channel `c`; 0 without a constant one.
int64_t BiasSize(const LintView& view, const WeightedOp& layer, size_t c) {
  if (layer.bias < 0 || view.tensor(layer.bias).dtype != DType::kInt32) return 0;
  const auto bytes = view.Constant(layer.bias);
  if (bytes.size() < (c + 1) * sizeof(int32_t)) return 0;
  return std::abs(static_cast<int64_t>(Int32At(bytes, c)));
}

}  // namespace

void LintBiasType(const LintView& view, const LintSink& sink) {
  ForEachBias(view, sink, [&](const WeightedOp& layer, const TensorInfo& bias) {
    const std::string wanted = WantedType(view, layer);
    if (FitsType(wanted, bias.dtype)) return std::string();
    return std::string(DTypeName(bias.dtype)) + " bias with " +
           std::string(DTypeName(view.tensor(layer.input).dtype)) + " input; must be " + wanted;
  });
}

void LintBiasUnscaled(const LintView& view, const LintSink& sink) {
  ForEachBias(view, sink, [&](const WeightedOp& layer, const TensorInfo& bias) {
    const bool bare =
        IsInteger(bias.dtype) && !bias.quant.quantized() && IsQuantized(view.tensor(layer.input));
    return bare ? std::string(DTypeName(bias.dtype)) + " without a scale" : std::string();
  });
}

void LintBiasScale(const LintView& view, const LintSink& sink) {
  ForEachBias(view, sink, [&](const WeightedOp& layer, const TensorInfo& bias) {
    const QuantParams& input = view.tensor(layer.input).quant;
    const QuantParams& weights = view.tensor(layer.weights).quant;
    if (!IsInteger(bias.dtype) || !bias.quant.quantized() || !input.quantized() ||
        !weights.quantized() || !IsQuantized(view.tensor(layer.input))) {
      return std::string();
    }
    const size_t count = std::max(bias.quant.scales.size(), weights.scales.size());
    if (bias.quant.per_axis() && weights.per_axis() &&
        bias.quant.scales.size() != weights.scales.size()) {
      return std::to_string(bias.quant.scales.size()) + " scales for weights with " +
             std::to_string(weights.scales.size());
    }
    for (size_t i = 0; i < count; ++i) {
      const double wanted =
          static_cast<double>(input.scale()) * static_cast<double>(weights.scale(i));
      const auto have = static_cast<double>(bias.quant.scale(i));
      if (std::abs(have - wanted) <= kScaleTolerance * wanted) continue;
      const std::string which = count > 1 ? "scale " + std::to_string(i) : std::string("scale");
      return which + " is " + ScaleText(have) + ", input scale x weight scale is " +
             ScaleText(wanted);
    }
    return std::string();
  });
}

void LintBiasZeroPoint(const LintView& view, const LintSink& sink) {
  ForEachBias(view, sink, [&](const WeightedOp&, const TensorInfo& bias) {
    if (!IsInteger(bias.dtype)) return std::string();
    for (const int32_t zero : bias.quant.zero_points) {
      if (zero != 0) return "zero point is " + std::to_string(zero) + ", must be 0";
    }
    return std::string();
  });
}

// Measured on 2.9.0 and LiteRT 2.5.3, of all types; the latter's page in a browser then answers
// with what lies in memory.
void LintConvBias(const LintView& view, const LintSink& sink) {
  for (const WeightedOp& layer : WeightedOps(view)) {
    const OpNode& op = view.graph().ops[static_cast<size_t>(layer.op)];
    if (op.code == OpCode::kCONV_2D && layer.bias < 0) {
      sink({layer.op, layer.weights}, "these weights have no bias beside them");
    }
  }
}

void LintBiasNearLimit(const LintView& view, const LintSink& sink) {
  ForEachBias(view, sink, [&](const WeightedOp& layer, const TensorInfo& bias) {
    const auto bytes = view.Constant(layer.bias);
    if (bias.dtype != DType::kInt32 || !IsQuantized(view.tensor(layer.input))) {
      return std::string();
    }
    for (size_t i = 0; i < bytes.size() / sizeof(int32_t); ++i) {
      const int32_t value = Int32At(bytes, i);
      if (std::abs(static_cast<int64_t>(value)) <= kNearLimit) continue;
      return "element " + std::to_string(i) + " is " + std::to_string(value);
    }
    return std::string();
  });
}

// |sum (x - zx)(w - zw) + b| <= max |x - zx| * sum |w - zw| + |b|, reached by some input.
void LintAccumulatorOverflow(const LintView& view, const LintSink& sink) {
  for (const WeightedOp& layer : WeightedOps(view)) {
    if (!HasBound(view, layer)) continue;
    const TensorInfo& input = view.tensor(layer.input);
    const CodeRange codes = CodeRangeOf(input.dtype);
    const int64_t zero = input.quant.zero_point();
    const int64_t largest = std::max(zero - codes.min, codes.max - zero);
    const std::vector<int64_t> sums = WeightSums(view, layer);
    for (size_t c = 0; c < sums.size(); ++c) {
      const int64_t bound = largest * sums[c] + BiasSize(view, layer, c);
      if (bound <= kInt32Max) continue;
      sink({layer.op, layer.weights}, "output channel " + std::to_string(c) + " can sum to +-" +
                                          std::to_string(bound) + ", int32 ends at " +
                                          std::to_string(kInt32Max));
      break;
    }
  }
}

}  // namespace quantgate
