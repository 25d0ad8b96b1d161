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

// Scales and zero points of weights under `scheme`; `axis` >= 0 asks for one scale a slice of that
// axis (symmetric schemes only). A slice of zeros takes the largest scale of the other slices, so
// that its bias keeps a sensible step. float16 has none. A scheme of blocks gives a scale a block
// (the last extent is a multiple of it), each of RoundToBlockScale.
QuantParams WeightParams(std::span<const float> weights, const Shape& shape,
                         const SchemeDef& scheme, int axis);

// Narrows each scale of symmetric weights to OCTAV's threshold (harness/calibration/
// weight_clipping.h) where that lowers the squared error of rounding the slice. Returns the number
// of scales changed; none for asymmetric weights and float16.
int ClipWeights(std::span<const float> weights, const Shape& shape, const SchemeDef& scheme,
                QuantParams& quant);

// The codes weights of `scheme` may take: [-127, 127] for symmetric int8.
CodeRange WeightCodes(const SchemeDef& scheme);

// The scale of a block nearest to `scale` that is stored and used alike everywhere: a bfloat16
// (XNNPACK computes with those) that is a float16, too (files store those), in
// [2^-24, kLargestBlockScale].
float RoundToBlockScale(float scale);
inline constexpr float kLargestBlockScale = 0x1.FEp15F;

// `scale`, rounded so, for every block of a tensor of `shape`.
QuantParams SameForAllBlocks(float scale, const Shape& shape, int32_t block);

// Which scale element `i` of a tensor has: i / inner % slices.
struct SliceOf {
  size_t inner = 1;
  size_t slices = 1;
  SliceOf(const Shape& shape, const QuantParams& quant);
  [[nodiscard]] size_t operator()(size_t i) const { return i / inner % slices; }
};

// Nearest codes.
std::vector<int32_t> RoundToCodes(std::span<const float> weights, const Shape& shape,
                                  const QuantParams& quant, CodeRange codes);
// Codes as the bytes of a tensor of `dtype`: int8, uint8 or packed int4.
std::vector<std::byte> PackCodes(std::span<const int32_t> codes, DType dtype);

// All of it: nearest codes, or halves for float16.
QuantizedConstant QuantizeWeights(std::span<const float> weights, const Shape& shape,
                                  const SchemeDef& scheme, int axis);

// Scales as the bytes of a float16 tensor.
std::vector<std::byte> PackHalves(std::span<const float> values);

// IEEE 754 half precision, ties to even; what is too large becomes the largest finite half.
uint16_t FloatToHalf(float value);

// bias [channels] to `dtype` (int32, int64) with scale input_scale * weight_scale[channel] and zero
// point 0; saturates at the int32 range, and at 2^39 for int64, which the kernels' last step takes.
QuantizedConstant QuantizeBias(std::span<const float> bias, float input_scale,
                               const QuantParams& weights, DType dtype = DType::kInt32);

// Enlarges the scale of weights where a bias would not fit into int32, as TFLite's quantizer does:
//   where |bias| >= input_scale * weight_scale * 2^31 / 2:
//     weight_scale = 2 |bias| / (input_scale * 2^31)
// Returns the number of scales changed.
int WidenForBias(std::span<const float> bias, float input_scale, QuantParams& weights);

}  // namespace quantgate
