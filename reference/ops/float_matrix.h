// A constant matrix times a vector of floats, for recurrent operators: the matrix in float32, or in
// int8 with one scale, and then the vector is quantized on the fly (row_quantization.h).
#pragma once

#include <cstdint>

#include "reference/ops/op_def.h"

namespace quantgate {

struct FloatMatrix {
  size_t input = 0;  // which input of the operator it is
  int32_t rows = 0;
  int32_t columns = 0;
  bool quantized = false;
  bool asymmetric = false;  // how the vector is quantized
  float scale = 1;

  // sums[r] += sum_c matrix[r, c] vector[c]. `codes` is scratch of `columns` bytes.
  void Accumulate(const KernelArgs& args, const float* vector, float* sums, int8_t* codes) const;
};

// Checks that input `input` is a [rows, columns] matrix of float32, or of int8 with one scale and
// zero point 0.
Result<FloatMatrix> MakeFloatMatrix(const PrepareContext& context, size_t input, int32_t rows,
                                    int32_t columns, bool asymmetric);

}  // namespace quantgate
