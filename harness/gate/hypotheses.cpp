#include "harness/gate/hypotheses.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

namespace quantgate {
namespace {

using Binomial = boost::math::binomial_distribution<double>;

// P(X >= successes) and P(X <= successes) for X ~ binomial(n, p).
double AtLeast(int64_t successes, int64_t n, double p) {
  if (successes <= 0) return 1;
  const Binomial x(static_cast<double>(n), p);
  return boost::math::cdf(boost::math::complement(x, static_cast<double>(successes - 1)));
}

double AtMost(int64_t successes, int64_t n, double p) {
  if (successes >= n) return 1;
  return boost::math::cdf(Binomial(static_cast<double>(n), p), static_cast<double>(successes));
}

double NormalBelow(double z) {
  return boost::math::cdf(boost::math::normal_distribution<double>(), z);
}

LimitTest FromScore(double z_broken) { return {NormalBelow(-z_broken), NormalBelow(z_broken)}; }

// Tango's statistic: standard normal when the drop is `limit`.
double TangoScore(double lost, double gained, double n, double limit) {
  const double a = 2 * n;
  const double b = -lost - gained + (2 * n - lost + gained) * limit;
  const double c = -gained * limit * (1 - limit);
  const double q = (std::sqrt(std::max(0.0, b * b - 4 * a * c)) - b) / (2 * a);
  const double variance = n * (2 * q + limit * (1 - limit));
  const double distance = lost - gained - n * limit;
  if (variance <= 0) return distance == 0 ? 0 : std::copysign(40.0, distance);
  return distance / std::sqrt(variance);
}

}  // namespace

LimitTest TestShareAtLeast(int64_t successes, int64_t n, double limit) {
  if (n <= 0) return {};
  if (limit <= 0) return {1, 0};
  if (limit > 1) return {0, 1};
  if (limit == 1) return {successes == n ? 1.0 : 0.0, 1};
  return {AtMost(successes, n, limit), AtLeast(successes, n, limit)};
}

Interval ClopperPearsonInterval(int64_t successes, int64_t n, double confidence) {
  if (n <= 0) return {0, 1};
  const double tail = (1 - confidence) / 2;
  const auto trials = static_cast<double>(n);
  const auto count = static_cast<double>(successes);
  return {successes == 0 ? 0 : Binomial::find_lower_bound_on_p(trials, count, tail),
          successes == n ? 1 : Binomial::find_upper_bound_on_p(trials, count, tail)};
}

LimitTest TestDropAtMost(int64_t lost, int64_t gained, int64_t n, double limit) {
  if (n <= 0) return {};
  if (limit >= 1) return {1, 0};
  if (limit <= -1) return {0, 1};
  if (limit == 0) {
    const int64_t discordant = lost + gained;
    return {AtLeast(lost, discordant, 0.5), AtMost(lost, discordant, 0.5)};
  }
  return FromScore(TangoScore(static_cast<double>(lost), static_cast<double>(gained),
                              static_cast<double>(n), limit));
}

LimitTest TestRatioAtLeast(int64_t both_right, int64_t lost, int64_t gained, int64_t n,
                           double ratio) {
  constexpr int64_t kFewest = 30;
  if (n < kFewest) return {};
  const auto count = static_cast<double>(n);
  const double both = static_cast<double>(both_right) / count;
  const double only_reference = static_cast<double>(lost) / count;
  const double only_variant = static_cast<double>(gained) / count;
  const double mean = both * (1 - ratio) - only_reference * ratio + only_variant;
  const double square =
      both * (1 - ratio) * (1 - ratio) + only_reference * ratio * ratio + only_variant;
  // Half an observation keeps the variance above zero where no answer differs.
  const double variance = std::max(square - mean * mean, 0.5 / count);
  return FromScore(-mean / std::sqrt(variance / count));
}

LimitTest TestNormalAtMost(double value, double standard_error) {
  if (!(standard_error > 0)) return {};
  return FromScore(value / standard_error);
}

std::optional<int64_t> SamplesToDecide(double difference, double variance, double confidence) {
  constexpr double kPower = 0.8;
  constexpr double kMost = 1e12;
  const boost::math::normal_distribution<double> normal;
  const double z =
      boost::math::quantile(normal, confidence) + boost::math::quantile(normal, kPower);
  const double n = variance * (z / difference) * (z / difference);
  if (!(n >= 0 && n <= kMost)) return std::nullopt;
  return static_cast<int64_t>(std::ceil(n));
}

std::vector<double> HolmAdjusted(std::span<const double> p_values) {
  std::vector<size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double so_far = 0;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    const double scaled = p_values[order[rank]] * static_cast<double>(order.size() - rank);
    so_far = std::max(so_far, std::min(1.0, scaled));
    adjusted[order[rank]] = so_far;
  }
  return adjusted;
}

}  // namespace quantgate
