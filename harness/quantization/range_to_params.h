// From a range of real values to (scale, zero_point), as TFLite's converter derives them.
#pragma once

#include <cstdint>

#include "reference/core/dtype.h"
#include "reference/core/quant_params.h"
#include "reference/core/result.h"

namespace quantgate {

// Asymmetric parameters for activations of `dtype`:
//   min' = min(min, 0), max' = max(max, 0)      (zero must have a code of its own)
//   scale = (max' - min') / (code_max - code_min)
//   zero_point = clamp(round(code_min - min' / scale)), ties away from zero
// A range that is zero alone gives scale 1 and the lowest code as zero point.
QuantParams AsymmetricParams(double min, double max, DType dtype);

// Symmetric parameters for codes of `dtype` of largest magnitude `max_abs`, which gets the largest
// code: scale = max_abs / 127 for int8, / 7 for int4, / 32767 for int16; zero point 0; scale 1 when
// max_abs is 0.
QuantParams SymmetricParams(double max_abs, DType dtype = DType::kInt8);

// What activations of `dtype` get: symmetric for int16, asymmetric otherwise.
QuantParams ActivationRangeParams(double min, double max, DType dtype);

// The legacy contract real = (code - mean) / std of an input: scale = 1 / std, zero_point = mean.
// kConfig where `mean` is no code of `dtype`, or 1 / std is no scale.
Result<QuantParams> MeanStdParams(double mean, double std, DType dtype);

}  // namespace quantgate
