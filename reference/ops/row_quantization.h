// Float values quantized to int8 while a hybrid operator runs.
#pragma once

#include <cstdint>
#include <span>

namespace quantgate {

struct RowQuantization {
  float scale = 1;
  int32_t zero_point = 0;
};

// Symmetric: scale = max |x| / 127, codes round(x * 127 / max |x|) in [-127, 127], ties away from
// zero; all zeros give scale 1. Source: TFLite PortableSymmetricQuantizeFloats.
RowQuantization QuantizeRowSymmetric(std::span<const float> values, int8_t* codes);

// Asymmetric: the range of the values, widened to hold zero, onto [-128, 127], zero falling on the
// code nearest to where it would lie. Source: TFLite PortableAsymmetricQuantizeFloats.
RowQuantization QuantizeRowAsymmetric(std::span<const float> values, int8_t* codes);

}  // namespace quantgate
