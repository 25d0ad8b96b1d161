#include "harness/quantization/scheme_table.h"

#include <array>

namespace quantgate {
namespace {

constexpr std::array kSchemes = {
    SchemeDef{"int8", "int8 activations, symmetric int8 weights with a scale an output channel",
              DType::kInt8, true, true},
    SchemeDef{"int8-per-tensor", "int8 activations, symmetric int8 weights with one scale a tensor",
              DType::kInt8, true, false},
    SchemeDef{"uint8", "legacy QUANTIZED_UINT8: uint8 activations and weights, one scale a tensor",
              DType::kUInt8, false, false},
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
