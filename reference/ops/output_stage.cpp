#include "reference/ops/output_stage.h"

#include <cmath>

#include "reference/ops/op_checks.h"

namespace quantgate {
namespace {

Status CheckWeightQuantization(const TensorInfo& weights, int channel_axis, int32_t channels,
                               WeightZeroPoint zero_point) {
  const QuantParams& quant = weights.quant;
  Error error = PrepareContext::Malformed("");
  error.tensor = weights.name;
  if (!quant.quantized()) {
    error.message = "weights carry no scale";
    return error;
  }
  if (quant.per_axis() &&
      (quant.axis != channel_axis || quant.scales.size() != static_cast<size_t>(channels))) {
    error.message = std::to_string(quant.scales.size()) + " scales along axis " +
                    std::to_string(quant.axis) + " where " + std::to_string(channels) +
                    " along axis " + std::to_string(channel_axis) + " are needed";
    return error;
  }
  for (size_t i = 0; i < quant.scales.size(); ++i) {
    if (!std::isfinite(quant.scales[i]) || quant.scales[i] < 0) {
      error.message = "scale " + std::to_string(i) + " is negative or not finite";
      return error;
    }
    if (weights.dtype == DType::kInt8 && zero_point == WeightZeroPoint::kZeroForInt8 &&
        quant.zero_points[i] != 0) {
      error.message = "int8 weights must have zero point 0, slice " + std::to_string(i) + " has " +
                      std::to_string(quant.zero_points[i]);
      return error;
    }
    if (quant.zero_points[i] != quant.zero_points[0]) {
      error.code = ErrorCode::kUnsupported;
      error.message = "zero points that differ by channel";
      return error;
    }
  }
  return OkStatus();
}

}  // namespace

Result<OutputStage> MakeOutputStage(const PrepareContext& context, int channel_axis,
                                    int32_t channels, Activation activation, ScaleProduct product,
                                    RoundingMode rounding, WeightZeroPoint zero_point) {
  return MakeOutputStage(context, context.input(0), context.input(1), channel_axis, channels,
                         activation, product, rounding, zero_point);
}

Result<OutputStage> MakeOutputStage(const PrepareContext& context, const TensorInfo& input,
                                    const TensorInfo& weights, int channel_axis, int32_t channels,
                                    Activation activation, ScaleProduct product,
                                    RoundingMode rounding, WeightZeroPoint zero_point) {
  const TensorInfo& output = context.output(0);
  QG_RETURN_IF_ERROR(CheckPerTensor(input));
  QG_RETURN_IF_ERROR(CheckPerTensor(output));
  QG_RETURN_IF_ERROR(CheckWeightQuantization(weights, channel_axis, channels, zero_point));
  const float input_scale = input.quant.scale();
  const float output_scale = output.quant.scale();
  OutputStage stage;
  stage.output_zero_point = output.quant.zero_point();
  stage.clamp = ActivationCodes(activation, output_scale, output.quant.zero_point(), output.dtype);
  stage.rounding = rounding;
  for (float weight_scale : weights.quant.scales) {
    const double scales = product == ScaleProduct::kFloatFirst
                              ? static_cast<double>(input_scale * weight_scale)
                              : static_cast<double>(input_scale) * weight_scale;
    stage.multipliers.push_back(ToFixedMultiplier(scales / output_scale));
  }
  return stage;
}

void UseFloatScales(const TensorInfo& input, const TensorInfo& weights, const TensorInfo& output,
                    Activation activation, OutputStage& stage) {
  const float output_scale = output.quant.scale();
  stage.clamp = ActivationCodesTiesEven(ActivationRange(activation), output_scale,
                                        output.quant.zero_point(), output.dtype);
  for (const float weight_scale : weights.quant.scales) {
    stage.float_scales.push_back(input.quant.scale() * weight_scale / output_scale);
  }
}

Status CheckBias(const PrepareContext& context, size_t index, int32_t channels, DType dtype) {
  if (!context.has_input(index)) return OkStatus();
  const TensorInfo& bias = context.input(index);
  Error error = PrepareContext::Malformed("");
  error.tensor = bias.name;
  if (bias.dtype != dtype) {
    return PrepareContext::Unsupported("bias of type " + std::string(DTypeName(bias.dtype)) +
                                       " where " + std::string(DTypeName(dtype)) + " is needed");
  }
  if (context.input_shape(index).num_elements() != channels) {
    error.message = "bias of shape " + context.input_shape(index).ToString() + " for " +
                    std::to_string(channels) + " output channels";
    return error;
  }
  return OkStatus();
}

}  // namespace quantgate
