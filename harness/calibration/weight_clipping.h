// Closed forms for where to clip the weights of a tensor or of one channel, symmetric around zero:
// the step is the threshold divided by 2^(bits-1) - 1.
#pragma once

#include <span>

namespace quantgate {

// OCTAV (Sakr et al. 2022, "Optimal Clipping and Magnitude-aware Differentiation"): the fixed point
// of Newton's iteration for the least mean squared error,
//
//   s <- sum |w| [|w| > s] / (4^-bits / 3 * #{0 < |w| <= s} + #{|w| > s})
//
// started at the mean magnitude. Bounded by the largest magnitude, which it is when nothing should
// be clipped; 0 when all weights are 0. Values that are not finite are left out; 2 <= bits <= 16.
double OctavThreshold(std::span<const float> weights, int bits);

// The start value of LSQ (Esser et al. 2020): step = 2 mean |w| / sqrt(2^(bits-1) - 1), as the
// threshold step * (2^(bits-1) - 1), bounded by the largest magnitude.
double LsqThreshold(std::span<const float> weights, int bits);

// The mean squared error of rounding the weights to codes -q..q, q = 2^(bits-1) - 1, of step
// threshold / q; the mean square when the threshold is 0.
double ClippingError(std::span<const float> weights, int bits, double threshold);

}  // namespace quantgate
