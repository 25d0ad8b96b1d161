// The inner loops of TensorDetails. The same results on every instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace quantgate {

// A value r lies at (r * inverse_step + offset) * shrink on a grid, the place rounded as written.
struct GridPlace {
  double inverse_step = 1;
  double offset = 0;
  double shrink = 1;
};

// bins[i] = floor(place of values[i]) - first, which is 0 to 255; places lie within 2^52 of 0.
void GridBins(std::span<const float> values, const GridPlace& place, int64_t first, uint8_t* bins);

// counts[bytes[i]] += 1 for all i; `counts` has 256 entries.
void CountBytes(std::span<const uint8_t> bytes, int64_t* counts);

// min[c] and max[c] follow the values [rows, columns] of column c; NaN never wins.
void TrackColumns(std::span<const float> values, size_t columns, float* min, float* max);

}  // namespace quantgate
