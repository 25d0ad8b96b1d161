// From a float model and ranges to a quantized model with integer inputs and outputs, following
// TFLite's quantization spec. Tensor names and order stay, so that float and quantized match.
#pragma once

#include <memory>

#include "harness/quantization/activation_params.h"

namespace quantgate {

struct QuantizeOptions {
  const SchemeDef* scheme = nullptr;
  ActivationOptions activations;
};

// Quantizes the main subgraph; other subgraphs must not exist. Errors name operator and tensor.
Result<std::shared_ptr<const Model>> QuantizeModel(const Model& model, const Ranges* ranges,
                                                   const QuantizeOptions& options);

}  // namespace quantgate
