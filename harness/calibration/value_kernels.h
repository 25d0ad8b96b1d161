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

// Folds `rows` rows of `width` floats into `into`, or starts it where it is `fresh`. Sums are taken
// in float over kRowsInFloat rows and in double beyond: a relative error of about 1e-6. False where
// a sum of squares is not finite: a NaN, an infinity or an overflow; then nothing there holds.
inline constexpr size_t kRowsInFloat = 64;
bool AddRows(const float* values, size_t rows, size_t width, const ColumnStats& into, bool fresh);

// The extremes of one sample; min > max when no value was finite.
struct SampleExtremes {
  float min = 0;
  float max = 0;
  friend bool operator==(const SampleExtremes&, const SampleExtremes&) = default;
};

// Of one channel. Structure of arrays.
struct ChannelStats {
  float* min;  // of everything seen
  float* max;
  float* sum;  // of one sample
  float* sum2;
};

struct SampleSummary {
  SampleExtremes extremes;  // never -0, so that they depend on no order
  float largest_sum = 0;    // of the channels' magnitudes
  float largest_sum2 = 0;
};

// From the `used` positions of a sample to its channels, which follow each other again and again:
// position by position. `used` is a multiple of `channels`.
SampleSummary FoldPositions(const ColumnStats& positions, size_t used, size_t channels,
                            const ChannelStats& into);

// Samples of one row: each of the `samples` x `width` values goes into `min` and `max`, `width`
// long. Gives each sample's extremes. False where something is not finite, or squares or their sum
// overflow: then nothing there holds.
bool AddSingleRows(const float* values, size_t samples, size_t width, float* min, float* max,
                   SampleExtremes* extremes);

// For every value that is not zero: one more in zeroth[trunc(value * inverse_width)], where
// `zeroth` is the counter of bin 0 in the middle of an array. The caller guarantees that the bin
// lies in it and that no count overflows. Returns the number of zeros.
size_t CountBins(const float* values, size_t count, float inverse_width, uint32_t* zeroth);

// For `rows` rows of `width` values or, if `squared`, their squares: sums[i % width] += value for
// those that are zero or of a magnitude of at least `low`, a normal float; the positions i of the
// others go to `left`, and their number is returned.
size_t AddFrom(float low, const float* values, size_t rows, size_t width, bool squared,
               double* sums, uint32_t* left);

}  // namespace quantgate
