// The inner loops of observation. Each position of a row has running sums of its own, added row by
// row, whatever the width of the machine's vectors: the same bytes on every instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace quantgate {

// Of one position of a row over the rows seen. Structure of arrays, each `width` long.
struct ColumnStats {
  float* min;
  float* max;
  double* sum;
  double* sum2;  // of squares
};

// Folds `rows` rows of `width` floats into `into`. Sums are taken in float over kRowsInFloat rows
// and in double beyond: a relative error of about 1e-6. NaN, infinity or an overflow of the squares
// leaves a sum that is not finite.
inline constexpr size_t kRowsInFloat = 64;
void AddRows(const float* values, size_t rows, size_t width, const ColumnStats& into);

// A row that is the only one of its sample: each value goes into `min` and `max`, its square to
// `squares`, all `count` long.
struct RowSummary {
  float min = 0;  // of the row
  float max = 0;
  bool finite = false;  // false: something is not, or squares overflow; nothing else holds then
};
RowSummary AddSingleRow(const float* values, size_t count, float* min, float* max, float* squares);

// For every value that is not zero: one more in counts[2 * bin] or counts[2 * bin + 1], where bin =
// trunc(value * inverse_width) - first. The caller guarantees that this lies in the array and that
// no count overflows. Returns the number of zeros.
size_t CountBins(const float* values, size_t count, float inverse_width, int32_t first,
                 uint16_t* counts);

// sums[i] += values[i] for values that are zero or of a magnitude in [low, high); the positions of
// the others go to `left`, and their number is returned.
size_t AddWithin(const float* values, size_t count, float low, float high, double* sums,
                 uint32_t* left);

}  // namespace quantgate
