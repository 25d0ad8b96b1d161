// From a float model and ranges to a quantized model, following TFLite's quantization spec. Tensor
// names and their order stay, so that float and quantized match; tensors in a second type carry
// the type in their name ("conv1_int8").
#pragma once

#include <functional>
#include <memory>

#include "harness/quantization/activation_params.h"

namespace quantgate {

// Chooses the codes of a layer's weights instead of the nearest ones: operator index, weights,
// their shape, their parameters, the codes allowed. Empty: the nearest ones after all.
using WeightRounding =
    std::function<std::vector<int32_t>(int op, std::span<const float> weights, const Shape& shape,
                                       const QuantParams& quant, CodeRange codes)>;

struct QuantizeOptions {
  const SchemeDef* scheme = nullptr;
  Recipe recipe = {};  // exceptions from `scheme`
  ActivationOptions activations = {};
  bool full_integer = false;          // fail where an operator would stay float32 unasked
  bool widen_for_bias = true;         // WidenForBias (quantize_weights.h)
  bool clip_weights = false;          // ClipWeights (quantize_weights.h)
  WeightRounding rounding = nullptr;  // null: the nearest codes
};

// What became of one operator of the float model.
struct QuantizedOp {
  std::string type;                   // "CONV_2D"
  std::string name;                   // of its first output
  const SchemeDef* scheme = nullptr;  // null: as it was
  std::string kept_float;  // why it stays float32; empty: quantized, or nothing in it is float
  int place = -1;          // operator index in the quantized model; -1: gone (FAKE_QUANT)
};

struct QuantizationResult {
  std::shared_ptr<const Model> model;
  std::vector<QuantizedOp> ops;  // as in the float model
  int conversions = 0;           // QUANTIZE and DEQUANTIZE inserted
  int folded_fake_quants = 0;
  int widened_scales = 0;         // by WidenForBias
  int clipped_scales = 0;         // by ClipWeights
  std::vector<int> unused_rules;  // of the recipe, from 0: no operator is left for them to match
};

// Quantizes the main subgraph; others stay as they are, and so do the operators that run them.
// Ranges of FAKE_QUANT operators replace those of `ranges`. Errors name operator and tensor.
Result<QuantizationResult> QuantizeModel(const Model& model, const Ranges* ranges,
                                         const QuantizeOptions& options);

}  // namespace quantgate
