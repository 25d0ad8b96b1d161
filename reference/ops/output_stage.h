// From an int32 accumulator to an output code: the end of every quantized convolution and dense
// layer.
//
//   code = clamp(round(acc * input_scale * weight_scale[c] / output_scale) + zero_point)   (eq. 9)
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "reference/numeric/activation_range.h"
#include "reference/numeric/fixed_point.h"
#include "reference/numeric/float_requantization.h"
#include "reference/ops/op_def.h"

namespace quantgate {

struct OutputStage {
  std::vector<FixedMultiplier> multipliers;  // one, or one an output channel
  int32_t output_zero_point = 0;
  CodeRange clamp;
  RoundingMode rounding = RoundingMode::kDoubleTiesAway;
  // As many as multipliers where eq. 30 takes their place, else none.
  std::vector<float> float_scales;

  [[nodiscard]] int32_t Apply(int32_t accumulator, size_t channel) const {
    if (!float_scales.empty()) {
      return RequantizeFloat(accumulator, float_scales[float_scales.size() == 1 ? 0 : channel],
                             output_zero_point, clamp);
    }
    const FixedMultiplier& multiplier = multipliers[multipliers.size() == 1 ? 0 : channel];
    const int32_t code = MultiplyByFixed(accumulator, multiplier, rounding) + output_zero_point;
    return std::clamp(code, clamp.min, clamp.max);
  }
  // The same from a 64-bit accumulator (16-bit activations, eq. 24).
  [[nodiscard]] int32_t ApplyWide(int64_t accumulator, size_t channel) const {
    const FixedMultiplier& multiplier = multipliers[multipliers.size() == 1 ? 0 : channel];
    const int32_t code = MultiplyWideByFixed(accumulator, multiplier) + output_zero_point;
    return std::clamp(code, clamp.min, clamp.max);
  }
};

// How the real multiplier input_scale * weight_scale / output_scale is evaluated. TFLite does it
// both ways, and the last bit differs: all in double for int8 convolutions, the product first in
// float32 for uint8 convolutions and every dense layer.
enum class ScaleProduct { kDouble, kFloatFirst };

// int8 weights are symmetric by the spec; a second activation in their place is not.
enum class WeightZeroPoint { kZeroForInt8, kAny };

// Checks the quantization of input, weights [channels sliced along `channel_axis`] and output, and
// makes the stage. Weights may be per tensor or per axis; symmetric ones are not demanded (uint8).
Result<OutputStage> MakeOutputStage(const PrepareContext& context, int channel_axis,
                                    int32_t channels, Activation activation, ScaleProduct product,
                                    RoundingMode rounding,
                                    WeightZeroPoint zero_point = WeightZeroPoint::kZeroForInt8);

// The same with the tensors named, for operators that hold them elsewhere than in inputs 0 and 1.
Result<OutputStage> MakeOutputStage(const PrepareContext& context, const TensorInfo& input,
                                    const TensorInfo& weights, int channel_axis, int32_t channels,
                                    Activation activation, ScaleProduct product,
                                    RoundingMode rounding,
                                    WeightZeroPoint zero_point = WeightZeroPoint::kZeroForInt8);

// Makes `stage` of int8 codes end in eq. 30, with the scales' product and quotient in float32.
void UseFloatScales(const TensorInfo& input, const TensorInfo& weights, const TensorInfo& output,
                    Activation activation, OutputStage& stage);

// Checks that the bias, if there is one, is a vector of `channels` elements of `dtype`.
Status CheckBias(const PrepareContext& context, size_t index, int32_t channels, DType dtype);

}  // namespace quantgate
