// Empirical bias correction: the mean error of each output channel taken out of the bias.
#pragma once

#include <string>
#include <vector>

#include "harness/quantization/layer_inputs.h"
#include "harness/quantization/quantizer.h"

namespace quantgate {

struct BiasCorrection {
  std::shared_ptr<const Model> model;
  int layers = 0;
  std::vector<std::string> skipped;  // "conv1: why"
};

// Layer by layer, in the order they run, with the corrections before in place:
//   b[o] += (W_f[o] mean(x_f) + b_f[o]) - (W_q[o] mean(x_q) + b_q[o])
// where x_f are the patches the layer is fed in the float model and x_q those in the quantized one,
// over the same samples; that is the mean of float minus quantized output per channel, in front of
// the activation. Source: Nagel et al. 2019 (section 4.2), in its empirical form. `places`: by
// operator of the float model, its index in the quantized one.
Result<BiasCorrection> CorrectBiases(const std::shared_ptr<const Model>& reference,
                                     const std::shared_ptr<const Model>& quantized,
                                     const std::vector<int>& places, const CorrectionData& data);

}  // namespace quantgate
