// SmallFloatModel (tests/support) quantized, with ranges that suit it.
#pragma once

#include <utility>

#include "harness/quantization/quantizer.h"
#include "tests/support/sample_models.h"

namespace quantgate {

inline QuantizeOptions OptionsFor(const char* scheme) {
  QuantizeOptions options;
  options.scheme = FindScheme(scheme);
  return options;
}

inline Ranges SmallModelRanges() {
  Ranges ranges;
  ranges.tensors = {{0, "in", -1, 1, 1, 0},
                    {3, "conv", 0, 4, 1, 0},
                    {4, "flat", 0, 4, 1, 0},
                    {7, "logits", -8, 8, 1, 0},
                    {8, "probabilities", 0, 1, 1, 0}};
  return ranges;
}

inline QuantizationResult QuantizeSmallModel(const QuantizeOptions& options) {
  const Ranges ranges = SmallModelRanges();
  auto made = QuantizeModel(SmallFloatModel(), &ranges, options);
  if (!made.ok()) CheckFailed("quantize", made.error().ToString().c_str(), __FILE__, __LINE__);
  return std::move(*made);
}

}  // namespace quantgate
