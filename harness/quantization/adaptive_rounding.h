// Weights rounded so that the layer's output, rather than each weight, is off as little as can be.
#pragma once

#include <span>
#include <vector>

#include "harness/quantization/layer_inputs.h"
#include "reference/core/quant_params.h"

namespace quantgate {

// Codes for the weights of a layer, one output row after the other. Within a row the values are
// coded in the order of their inputs' energy, largest first, and what one is off by is made good by
// those still to come, as far as their inputs go together:
//   H = E[x x^T] + lambda I, lambda = 0.01 mean diag(H); U upper triangular with U^T U = H^-1
//   e = (w_k - real(code_k)) / U_kk;   w_j -= e U_kj for all later j
// which lowers the expected squared error of the output, E[((w - real(codes)) x)^2]. Source:
// Frantar et al. 2022, "GPTQ", after Hassibi and Stork 1993. Empty when `inputs` holds no products.
std::vector<int32_t> RoundAdaptively(std::span<const float> weights, const LayerShape& layer,
                                     const LayerInputs& inputs, const QuantParams& quant,
                                     CodeRange codes);

}  // namespace quantgate
