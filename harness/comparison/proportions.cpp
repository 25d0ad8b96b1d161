#include "harness/comparison/proportions.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace quantgate {

double NormalQuantile(double confidence) {
  return boost::math::quantile(boost::math::normal_distribution<double>(), 0.5 + confidence / 2);
}

Interval WilsonInterval(int64_t successes, int64_t n, double confidence) {
  if (n <= 0) return {0, 1};
  const double z = NormalQuantile(confidence);
  const auto count = static_cast<double>(n);
  const double p = static_cast<double>(successes) / count;
  const double center = p + z * z / (2 * count);
  const double spread = z * std::sqrt(p * (1 - p) / count + z * z / (4 * count * count));
  const double denominator = 1 + z * z / count;
  // The exact ends are 0 and 1 at no and all successes; rounding must not step over them.
  return {successes == 0 ? 0.0 : std::max(0.0, (center - spread) / denominator),
          successes == n ? 1.0 : std::min(1.0, (center + spread) / denominator)};
}

Interval PairedDifferenceInterval(int64_t b, int64_t c, int64_t n, double confidence) {
  if (n <= 0) return {-1, 1};
  const double z = NormalQuantile(confidence);
  const double b_adjusted = static_cast<double>(b) + 0.5;
  const double c_adjusted = static_cast<double>(c) + 0.5;
  const double n_adjusted = static_cast<double>(n) + 2;
  const double difference = (b_adjusted - c_adjusted) / n_adjusted;
  const double variance =
      (b_adjusted + c_adjusted - n_adjusted * difference * difference) / (n_adjusted * n_adjusted);
  const double spread = z * std::sqrt(std::max(0.0, variance));
  return {std::max(-1.0, difference - spread), std::min(1.0, difference + spread)};
}

}  // namespace quantgate
