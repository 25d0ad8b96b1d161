// The inner loop of every comparison: sums over one tensor of reference and variant values. The
// elements go to eight running sums in turn, added up in order at the end, whatever the width of
// the machine's vectors: the same bytes on every instruction set.
#pragma once

#include <cstdint>
#include <span>

namespace quantgate {

struct ErrorSums {
  double error = 0;  // of v - r
  double error2 = 0;
  double reference = 0;
  double reference2 = 0;
  double variant2 = 0;
  double product = 0;
  double max_abs_error = 0;
  double reference_min = 0;
  double reference_max = 0;
  int64_t below = 0;   // reference values below `low`
  int64_t above = 0;   // reference values above `high`
  bool finite = true;  // false: some value is not, and nothing else holds
};

struct ClipLimits {
  double low = 0;
  double high = 0;
};

// Spans of one length, at least one element.
ErrorSums SumErrors(std::span<const float> reference, std::span<const float> variant,
                    ClipLimits limits);

// The same of codes whose real values are float(double(scale) * (code - zero_point)) (eq. 1).
struct CodeScale {
  float scale = 1;
  int32_t zero_point = 0;
};
ErrorSums SumErrors(std::span<const float> reference, std::span<const int8_t> variant,
                    CodeScale scale, ClipLimits limits);
ErrorSums SumErrors(std::span<const float> reference, std::span<const uint8_t> variant,
                    CodeScale scale, ClipLimits limits);

}  // namespace quantgate
