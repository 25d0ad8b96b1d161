// A function over an interval as a table of 16-bit values with straight lines between them: what
// TFLite's 16-bit kernels read exponentials and reciprocals from.
#pragma once

#include <array>
#include <cstdint>

namespace quantgate {

class InterpolatedTable {
 public:
  // 512 lines of `function`, times 2^15, over [low, high]. Each entry is moved by half of the error
  // that its line has in the middle, all in whole steps.
  InterpolatedTable(double (*function)(double), double low, double high);

  // -2^15 <= x < 2^15 runs from `low` to `high`; the result is Q0.15.
  [[nodiscard]] int16_t At(int32_t x) const;

 private:
  std::array<int16_t, 513> entries_;
};

}  // namespace quantgate
