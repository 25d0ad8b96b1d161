#include "reference/ops/xnnpack_rules.h"

namespace quantgate {
namespace {

bool IsPerTensorInt8(const TensorInfo& tensor) {
  return tensor.dtype == DType::kInt8 && tensor.quant.scales.size() == 1 && tensor.quant.axis == 0;
}

bool IsWithin(float ratio, float low, float high) { return ratio >= low && ratio < high; }

}  // namespace

bool XnnpackTakes(const PrepareContext& context, size_t first, size_t count) {
  if (context.profile().code_kernels == CodeKernels::kBuiltin) return false;
  for (size_t i = first; i < first + count; ++i) {
    if (!context.has_input(i) || !IsPerTensorInt8(context.input(i))) return false;
  }
  return IsPerTensorInt8(context.output(0));
}

bool XnnpackTakesLayer(const PrepareContext& context, const XnnpackLayer& layer) {
  if (!XnnpackTakes(context, layer.input, 1)) return false;
  const TensorInfo& weights = context.input(layer.weights);
  if (weights.dtype != DType::kInt8 || context.input_constant(layer.weights).empty()) return false;
  if (!layer.per_axis && !IsPerTensorInt8(weights)) return false;
  for (const float scale : weights.quant.scales) {
    const float product = context.input(layer.input).quant.scale() * scale;
    if (!IsWithin(product / context.output(0).quant.scale(), 0, 256.0F)) return false;
  }
  if (!context.has_input(layer.bias)) return !layer.needs_bias;
  const QuantParams& bias = context.input(layer.bias).quant;
  if (bias.axis != 0 || !bias.quantized()) return false;
  if (!layer.per_axis && bias.per_axis()) return false;
  return !context.input_constant(layer.bias).empty();
}

bool XnnpackTakesHybrid(const PrepareContext& context) {
  if (context.profile().code_kernels != CodeKernels::kLitert) return false;
  if (context.input_constant(1).empty()) return false;
  return !context.has_input(2) || !context.input_constant(2).empty();
}

bool XnnpackTakesSum(const PrepareContext& context) {
  if (!XnnpackTakes(context, 0, 2)) return false;
  const float out = context.output(0).quant.scale();
  return IsWithin(context.input(0).quant.scale() / out, 0x1p-10F, 256.0F) &&
         IsWithin(context.input(1).quant.scale() / out, 0x1p-10F, 256.0F);
}

bool XnnpackTakesProduct(const PrepareContext& context) {
  if (!XnnpackTakes(context, 0, 2)) return false;
  const float product = context.input(0).quant.scale() * context.input(1).quant.scale();
  return IsWithin(product / context.output(0).quant.scale(), 0x1p-16F, 256.0F);
}

}  // namespace quantgate
