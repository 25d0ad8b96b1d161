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
#include "reference/ops/op_def.h"

namespace quantgate {

struct OutputStage {
  std::vector<FixedMultiplier> multipliers;  // one, or one an output channel
  int32_t output_zero_point = 0;
  CodeRange clamp;
  RoundingMode rounding = RoundingMode::kDoubleTiesAway;

  [[nodiscard]] int32_t Apply(int32_t accumulator, size_t channel) const {
    const FixedMultiplier& multiplier = multipliers[multipliers.size() == 1 ? 0 : channel];
    const int32_t code = MultiplyByFixed(accumulator, multiplier, rounding) + output_zero_point;
    return std::clamp(code, clamp.min, clamp.max);
  }
};

// How the real multiplier input_scale * weight_scale / output_scale is evaluated. TFLite does it
// both ways, and the last bit differs: all in double for int8 convolutions, the product first in
// float32 for uint8 convolutions and every dense layer.
enum class ScaleProduct { kDouble, kFloatFirst };

// Checks the quantization of input, weights [channels sliced along `channel_axis`] and output, and
// makes the stage. Weights may be per tensor or per axis; symmetric ones are not demanded (uint8).
Result<OutputStage> MakeOutputStage(const PrepareContext& context, int channel_axis,
                                    int32_t channels, Activation activation, ScaleProduct product,
                                    RoundingMode rounding);

// Checks that the bias, if there is one, is a vector of `channels` elements of `dtype`.
Status CheckBias(const PrepareContext& context, size_t index, int32_t channels, DType dtype);

}  // namespace quantgate
