// Constants from float to codes.
#pragma once

#include <span>
#include <vector>

#include "harness/quantization/scheme_table.h"
#include "reference/core/quant_params.h"
#include "reference/core/shape.h"

namespace quantgate {

struct QuantizedConstant {
  QuantParams quant;
  std::vector<std::byte> codes;
};

// Weights under `scheme`; `axis` >= 0 asks for one scale a slice of that axis (symmetric schemes
// only). A slice of zeros takes the largest scale of the other slices, so that its bias keeps a
// sensible step.
QuantizedConstant QuantizeWeights(std::span<const float> weights, const Shape& shape,
                                  const SchemeDef& scheme, int axis);

// bias [channels] to int32 with scale input_scale * weight_scale[channel] and zero point 0;
// saturates at the int32 range.
QuantizedConstant QuantizeBias(std::span<const float> bias, float input_scale,
                               const QuantParams& weights);

}  // namespace quantgate
