// Tests of the two hypotheses behind a gate's limit: that it is kept, and that it is broken. One
// sample of the dataset is one observation; variant and reference answer the same samples, so
// differences are tested paired.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/results/metric_value.h"

namespace quantgate {

// p-values, each in [0, 1]: small `p_kept` shows that the limit is broken, small `p_broken` that it
// is kept. At the limit itself both hypotheses hold.
struct LimitTest {
  double p_kept = 1;
  double p_broken = 1;
};

// A share of `successes` in `n` against a smallest allowed share `limit` in [0, 1]. Exact binomial
// tails (Clopper and Pearson 1934).
LimitTest TestShareAtLeast(int64_t successes, int64_t n, double limit);

// The exact two-sided interval that belongs to the test above. [0, 1] for n = 0.
Interval ClopperPearsonInterval(int64_t successes, int64_t n, double confidence);

// (lost - gained) / n against a largest allowed drop `limit` in (-1, 1). Tango's score test
// (Statistics in Medicine 17, 1998); for limit 0 the exact test of McNemar: lost out of
// lost + gained is binomial with 1/2.
LimitTest TestDropAtMost(int64_t lost, int64_t gained, int64_t n, double limit);

// Variant accuracy / reference accuracy against a smallest allowed ratio. With x = 1 where the
// variant is right and y = 1 where the reference is, the mean of x - ratio y is tested against 0 by
// its normal approximation; no evidence (p = 1) below 30 samples.
LimitTest TestRatioAtLeast(int64_t both_right, int64_t lost, int64_t gained, int64_t n,
                           double ratio);

// A number that is normal with this standard error, against "at most 0". No evidence (p = 1)
// without a standard error above 0.
LimitTest TestNormalAtMost(double value, double standard_error);

// How many samples would decide, with a chance of 80 %, were the observed difference between the
// number and its limit the true one: n = variance ((z_confidence + z_0.8) / difference)^2, where
// `variance` is that of one observation. Absent when the difference is nothing, or above 1e12.
std::optional<int64_t> SamplesToDecide(double difference, double variance, double confidence);

// Holm's step-down adjustment (Scandinavian Journal of Statistics 6, 1979): comparing the results
// with alpha keeps the chance of one false rejection among all of them at most alpha.
std::vector<double> HolmAdjusted(std::span<const double> p_values);

}  // namespace quantgate
