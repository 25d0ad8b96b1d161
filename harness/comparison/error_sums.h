// The inner loop of every comparison: sums over one tensor of reference and variant values. The
// elements go to eight running sums in turn, added up in order at the end, whatever the width of
// the machine's vectors: the same bytes on every instruction set.
#pragma once

#include <cstdint>
#include <span>

namespace quantgate {

// Of the reference's values r, whatever they are compared with.
struct ReferenceSums {
  double sum = 0;
  double sum2 = 0;  // of r^2
  double min = 0;
  double max = 0;
  bool finite = true;  // false: some value is not, and nothing else holds
  friend bool operator==(const ReferenceSums&, const ReferenceSums&) = default;
};

// At least one element.
ReferenceSums SumReference(std::span<const float> reference);

// Of the differences e = v - r to the variant's values v.
struct ErrorSums {
  double error = 0;
  double error2 = 0;         // of e^2
  double variant = 0;        // of v
  double variant2 = 0;       // of v^2
  double max_abs_error = 0;  // of e rounded to float
  bool finite = true;        // false: r, v or e (as a float) is not somewhere; nothing else holds,
                             // but the sums do where it is e alone
};

// Spans of one length, at least one element. Differences, squares and sums are doubles.
ErrorSums SumErrors(std::span<const float> reference, std::span<const float> variant);

// The same of codes whose real values are v = float(double(scale) * (code - zero_point)) (eq. 1),
// with at most kMostSteps between a code and the zero point. Sums of codes are exact, and v and v^2
// stand for them without the rounding to float; e and e^2 are floats, of which runs of 32 are added
// in float and the runs in double: a relative error of at most 33 * 2^-24 of the sum of |e| and of
// e^2 (below 1e-5 dB). Also not `finite` (and the reals are to be summed) where
// the largest |e| lies outside [2^-50, 2^50] and is not 0, for then floats do not hold e^2.
// `of_reference`, unless null, gets SumReference of the same pass over the values.
inline constexpr int32_t kMostSteps = 511;
struct CodeScale {
  float scale = 1;
  int32_t zero_point = 0;
};
ErrorSums SumErrors(std::span<const float> reference, std::span<const int8_t> variant,
                    CodeScale scale, ReferenceSums* of_reference);
ErrorSums SumErrors(std::span<const float> reference, std::span<const uint8_t> variant,
                    CodeScale scale, ReferenceSums* of_reference);

// How many values lie below and above limits by more than `tolerance`.
struct ClipLimits {
  double low = 0;
  double high = 0;
  double tolerance = 0;
};
struct Clipped {
  int64_t below = 0;
  int64_t above = 0;
  double excess2 = 0;  // sum of the squares of how far these values lie beyond the limits
};
Clipped CountClipped(std::span<const float> values, const ClipLimits& limits);

}  // namespace quantgate
