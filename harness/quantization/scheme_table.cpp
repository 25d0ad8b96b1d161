#include "harness/quantization/scheme_table.h"

#include <array>

namespace quantgate {
namespace {

constexpr DType kFloat = DType::kFloat32;

constexpr SchemeDef Blockwise(std::string_view name, std::string_view summary, int32_t block) {
  return {.name = name,
          .summary = summary,
          .activation = kFloat,
          .weights = DType::kInt4,
          .use = WeightUse::kHybrid,
          .block_size = block};
}

// "int8" leaves dense layers per tensor: TensorFlow Lite 2.9 silently misreads more scales (it
// applies the first to every unit), and converters of that age write one.
constexpr std::array kSchemes = {
    SchemeDef{.name = "int8",
              .summary = "int8; convolutions' weights with a scale a channel, dense ones with one",
              .activation = DType::kInt8,
              .weights = DType::kInt8,
              .per_axis_weights = true},
    SchemeDef{.name = "int8-per-channel-dense",
              .summary = "int8, dense weights too with a scale a unit: TFLite 2.9 misreads those",
              .activation = DType::kInt8,
              .weights = DType::kInt8,
              .per_axis_weights = true,
              .per_axis_dense = true},
    SchemeDef{.name = "int8-per-tensor",
              .summary = "int8 activations, symmetric int8 weights with one scale a tensor",
              .activation = DType::kInt8,
              .weights = DType::kInt8},
    SchemeDef{
        .name = "uint8",
        .summary = "legacy QUANTIZED_UINT8: uint8 activations and weights, one scale a tensor",
        .activation = DType::kUInt8,
        .weights = DType::kUInt8,
        .symmetric_weights = false},
    SchemeDef{.name = "int16x8",
              .summary = "symmetric int16 activations, int8 weights as in int8, int64 biases",
              .activation = DType::kInt16,
              .weights = DType::kInt8,
              .per_axis_weights = true},
    SchemeDef{
        .name = "int4",
        .summary = "int8 activations, int4 weights with a scale a channel or unit: LiteRT only",
        .activation = DType::kInt8,
        .weights = DType::kInt4,
        .per_axis_weights = true,
        .per_axis_dense = true},
    SchemeDef{.name = "dynamic-range",
              .summary = "float activations, int8 weights that the kernels multiply as integers",
              .activation = kFloat,
              .weights = DType::kInt8,
              .use = WeightUse::kHybrid,
              .per_axis_weights = true,
              .min_weight_elements = 1024},
    SchemeDef{.name = "weight-only-int8",
              .summary = "int8 weights made float again when the model loads; float arithmetic",
              .activation = kFloat,
              .weights = DType::kInt8,
              .use = WeightUse::kDequantized,
              .per_axis_weights = true,
              .per_axis_dense = true},
    SchemeDef{.name = "weight-only-int4",
              .summary = "the same with int4 weights: LiteRT only",
              .activation = kFloat,
              .weights = DType::kInt4,
              .use = WeightUse::kDequantized,
              .per_axis_weights = true,
              .per_axis_dense = true},
    Blockwise("int4-blockwise-32",
              "float activations, dense int4 weights with a scale for 32 inputs: LiteRT only", 32),
    Blockwise("int4-blockwise-64", "the same with a scale for 64 inputs: LiteRT only", 64),
    Blockwise("int4-blockwise-128", "the same with a scale for 128 inputs: LiteRT only", 128),
    Blockwise("int4-blockwise-256", "the same with a scale for 256 inputs: LiteRT only", 256),
    SchemeDef{.name = "float16",
              .summary = "weights and biases in half precision; float arithmetic",
              .activation = kFloat,
              .weights = DType::kFloat16,
              .use = WeightUse::kDequantized},
};

}  // namespace

std::span<const SchemeDef> AllSchemes() { return kSchemes; }

const SchemeDef* FindScheme(std::string_view name) {
  for (const SchemeDef& scheme : kSchemes) {
    if (scheme.name == name) return &scheme;
  }
  return nullptr;
}

}  // namespace quantgate
