// Intervals for accuracies and for the difference of two accuracies on the same samples.
#pragma once

#include <cstdint>

#include "harness/results/metric_value.h"

namespace quantgate {

// The two-sided standard normal quantile of a confidence level in (0, 1): 1.96 for 0.95.
double NormalQuantile(double confidence);

// Wilson's score interval for a proportion of `successes` in `n` (Wilson 1927). [0, 1] for n = 0.
Interval WilsonInterval(int64_t successes, int64_t n, double confidence);

// Interval of the paired difference (b - c) / n, b and c being the discordant counts: the adjusted
// Wald interval of Agresti and Min (2005), which adds 1/2 to each of the four cells. [-1, 1] for
// n = 0.
Interval PairedDifferenceInterval(int64_t b, int64_t c, int64_t n, double confidence);

}  // namespace quantgate
