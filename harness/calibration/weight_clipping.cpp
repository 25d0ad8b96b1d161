#include "harness/calibration/weight_clipping.h"

#include <algorithm>
#include <cmath>

#include "reference/core/check.h"

namespace quantgate {
namespace {

struct Magnitudes {
  double largest = 0;
  double sum = 0;
  double count = 0;  // of finite weights
};

Magnitudes MagnitudesOf(std::span<const float> weights) {
  Magnitudes found;
  for (const float weight : weights) {
    if (!std::isfinite(weight)) continue;
    const double size = std::abs(static_cast<double>(weight));
    found.largest = std::max(found.largest, size);
    found.sum += size;
    ++found.count;
  }
  return found;
}

double LargestCode(int bits) {
  QG_CHECK(bits >= 2 && bits <= 16);
  return std::ldexp(1.0, bits - 1) - 1;
}

// One step of Newton's iteration.
double NextThreshold(std::span<const float> weights, double rounding, double threshold) {
  double clipped_sum = 0;
  double clipped = 0;
  double rounded = 0;
  for (const float weight : weights) {
    const double size = std::abs(static_cast<double>(weight));
    if (!std::isfinite(weight) || size == 0) continue;
    if (size > threshold) {
      clipped_sum += size;
      ++clipped;
    } else {
      ++rounded;
    }
  }
  return clipped_sum / (rounding * rounded + clipped);
}

}  // namespace

double OctavThreshold(std::span<const float> weights, int bits) {
  const double rounding = 1 / ((LargestCode(bits) + 1) * (LargestCode(bits) + 1) * 4) / 3;
  const Magnitudes all = MagnitudesOf(weights);
  if (all.largest == 0) return 0;
  constexpr int kMostSteps = 100;
  constexpr double kClose = 1e-9;
  double threshold = all.sum / all.count;
  for (int i = 0; i < kMostSteps; ++i) {
    const double next = NextThreshold(weights, rounding, threshold);
    // Nothing lies beyond the threshold: it is the largest magnitude or would be above it.
    if (next == 0) return all.largest;
    if (std::abs(next - threshold) <= kClose * threshold) break;
    threshold = next;
  }
  return std::min(threshold, all.largest);
}

double LsqThreshold(std::span<const float> weights, int bits) {
  const double largest_code = LargestCode(bits);
  const Magnitudes all = MagnitudesOf(weights);
  if (all.largest == 0) return 0;
  return std::min(all.largest, 2 * all.sum / all.count * std::sqrt(largest_code));
}

double ClippingError(std::span<const float> weights, int bits, double threshold) {
  const double largest_code = LargestCode(bits);
  double error2 = 0;
  double count = 0;
  for (const float weight : weights) {
    if (!std::isfinite(weight)) continue;
    const auto value = static_cast<double>(weight);
    double rounded = 0;
    if (threshold > 0) {
      const double step = threshold / largest_code;
      rounded = step * std::clamp(std::round(value / step), -largest_code, largest_code);
    }
    error2 += (value - rounded) * (value - rounded);
    ++count;
  }
  return count == 0 ? 0 : error2 / count;
}

}  // namespace quantgate
