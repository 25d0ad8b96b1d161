// How a graph, or one operator of it, is quantized. One row a scheme.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "reference/core/dtype.h"

namespace quantgate {

// What happens to weights between the file and the sums of a layer.
enum class WeightUse {
  kInteger,      // the kernel multiplies codes with codes
  kHybrid,       // the kernel takes float activations and codes them itself while it runs
  kDequantized,  // a DEQUANTIZE in front makes them float32 again
};

struct SchemeDef {
  std::string_view name;
  std::string_view summary;
  DType activation;  // float32: activations stay as they are
  DType weights;
  WeightUse use = WeightUse::kInteger;
  bool symmetric_weights = true;    // zero point 0, codes [-max, max]; else the whole code range
  bool per_axis_weights = false;    // convolutions: one scale an output channel
  bool per_axis_dense = false;      // FULLY_CONNECTED: one scale a unit
  int64_t min_weight_elements = 0;  // layers with fewer stay float32
  // FULLY_CONNECTED alone: a float16 scale for so many weights of a unit in a row; 0: none.
  int32_t block_size = 0;

  [[nodiscard]] bool integer() const { return use == WeightUse::kInteger; }
};

std::span<const SchemeDef> AllSchemes();
const SchemeDef* FindScheme(std::string_view name);

}  // namespace quantgate
