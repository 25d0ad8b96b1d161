#include "harness/comparison/weight_errors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantgate {
namespace {

// Below this cosine two sets of weights are not the same up to rounding: 8-bit codes of one tensor
// reach 0.999, and still 0.95 in a channel that is left with three codes a side.
constexpr double kSameCorrelation = 0.9;
constexpr size_t kMostChannelsToPair = 1024;

struct Products {
  double rr = 0;
  double qq = 0;
  double rq = 0;

  void Add(double r, double q) {
    rr += r * r;
    qq += q * q;
    rq += r * q;
  }
  [[nodiscard]] double Cosine() const {
    if (!(rr > 0) && !(qq > 0)) return 1;
    return rr > 0 && qq > 0 ? rq / std::sqrt(rr * qq) : 0;
  }
  [[nodiscard]] double Gain() const { return rr > 0 ? rq / rr : 1; }
};

struct Channels {
  size_t count = 1;
  size_t inner = 1;
  [[nodiscard]] size_t Of(size_t i) const { return i / inner % count; }
};

Channels ChannelsOf(const Shape& shape, int axis) {
  Channels channels;
  channels.count = static_cast<size_t>(shape.dim(axis));
  for (int k = axis + 1; k < shape.rank(); ++k) {
    channels.inner *= static_cast<size_t>(shape.dim(k));
  }
  return channels;
}

// The values of each channel, one after the other.
std::vector<std::vector<float>> ByChannel(std::span<const float> values, const Channels& channels) {
  std::vector<std::vector<float>> rows(channels.count);
  for (size_t i = 0; i < values.size(); ++i) rows[channels.Of(i)].push_back(values[i]);
  return rows;
}

double Cosine(std::span<const float> r, std::span<const float> q) {
  Products products;
  for (size_t i = 0; i < r.size(); ++i) {
    products.Add(static_cast<double>(r[i]), static_cast<double>(q[i]));
  }
  return products.Cosine();
}

void FindBestMatches(const WeightPair& pair, const Channels& channels, WeightEvidence& evidence) {
  if (channels.count > kMostChannelsToPair) return;
  const auto ours = ByChannel(pair.reference, channels);
  const auto theirs = ByChannel(pair.variant, channels);
  for (size_t c = 0; c < channels.count; ++c) {
    for (size_t k = 0; k < channels.count; ++k) {
      const double here = Cosine(ours[k], theirs[c]);
      if (here <= evidence.best_correlation[c] + 1e-9) continue;
      evidence.best_correlation[c] = here;
      evidence.best_match[c] = static_cast<int>(k);
    }
  }
}

// `values` of `shape`, read along the axes in `order`, axis `reversed` (if any) backwards.
std::vector<float> Rearranged(std::span<const float> values, const Shape& shape,
                              const std::vector<int>& order, int reversed) {
  const int rank = shape.rank();
  std::vector<size_t> stride(static_cast<size_t>(rank), 1);
  for (int k = rank - 2; k >= 0; --k) {
    const auto at = static_cast<size_t>(k);
    stride[at] = stride[at + 1] * static_cast<size_t>(shape.dim(k + 1));
  }
  std::vector<float> out;
  out.reserve(values.size());
  std::vector<int> index(static_cast<size_t>(rank), 0);
  for (size_t n = 0; n < values.size(); ++n) {
    size_t from = 0;
    for (size_t k = 0; k < order.size(); ++k) {
      const int axis = order[k];
      const int at = axis == reversed ? shape.dim(axis) - 1 - index[k] : index[k];
      from += static_cast<size_t>(at) * stride[static_cast<size_t>(axis)];
    }
    out.push_back(values[from]);
    for (size_t k = order.size(); k-- > 0;) {
      if (++index[k] < shape.dim(order[k])) break;
      index[k] = 0;
    }
  }
  return out;
}

std::string OrderText(const std::vector<int>& order) {
  std::string text = "axes in the order ";
  for (size_t i = 0; i < order.size(); ++i) text += (i > 0 ? "," : "") + std::to_string(order[i]);
  return text;
}

void FindRearrangement(const WeightPair& pair, WeightEvidence& evidence) {
  const auto consider = [&](const std::vector<int>& order, int reversed, const std::string& what) {
    const double here =
        Cosine(Rearranged(pair.reference, pair.shape, order, reversed), pair.variant);
    if (here <= std::max(evidence.rearranged_correlation, evidence.plain_correlation) + 1e-6)
      return;
    evidence.rearranged_correlation = here;
    evidence.rearranged = what;
  };
  std::vector<int> order(static_cast<size_t>(pair.shape.rank()));
  std::iota(order.begin(), order.end(), 0);
  for (const int axis : order) {
    if (pair.shape.dim(axis) > 1)
      consider(order, axis, "axis " + std::to_string(axis) + " reversed");
  }
  while (std::next_permutation(order.begin(), order.end())) consider(order, -1, OrderText(order));
}

// How much of the error one offset for all explains, the gain taken as one.
void MeasureOffset(const WeightPair& pair, WeightEvidence& evidence) {
  double sum = 0;
  double energy = 0;
  for (size_t i = 0; i < pair.reference.size(); ++i) {
    const double e = static_cast<double>(pair.variant[i]) - static_cast<double>(pair.reference[i]);
    sum += e;
    energy += e * e;
  }
  const auto n = static_cast<double>(pair.reference.size());
  if (!(energy > 0) || pair.quant.per_axis() || !pair.quant.quantized()) return;
  evidence.offset_share = sum * sum / n / energy;
  evidence.offset_steps = sum / n / static_cast<double>(pair.quant.scale());
}

}  // namespace

std::optional<double> SqnrDb(std::span<const float> reference, std::span<const float> variant) {
  double signal = 0;
  double error = 0;
  for (size_t i = 0; i < reference.size(); ++i) {
    const double r = static_cast<double>(reference[i]);
    const double e = static_cast<double>(variant[i]) - r;
    signal += r * r;
    error += e * e;
  }
  if (!(signal > 0) || !(error > 0)) return std::nullopt;
  return 10 * std::log10(signal / error);
}

std::vector<float> RoundWeights(std::span<const float> weights, const Shape& shape, int axis,
                                const RoundingStyle& style) {
  const Channels channels = style.per_axis ? ChannelsOf(shape, axis) : Channels{1, weights.size()};
  std::vector<double> low(channels.count, 0);
  std::vector<double> high(channels.count, 0);
  for (size_t i = 0; i < weights.size(); ++i) {
    const double value = static_cast<double>(weights[i]);
    if (!std::isfinite(value)) continue;
    const size_t c = channels.Of(i);
    low[c] = std::min(low[c], value);
    high[c] = std::max(high[c], value);
  }
  std::vector<float> rounded(weights.begin(), weights.end());
  for (size_t i = 0; i < weights.size(); ++i) {
    const size_t c = channels.Of(i);
    const double width = style.symmetric ? 2 * std::max(-low[c], high[c]) : high[c] - low[c];
    const double step = width / (style.levels - 1);
    if (step > 0) {
      rounded[i] = static_cast<float>(std::round(static_cast<double>(weights[i]) / step) * step);
    }
  }
  return rounded;
}

WeightEvidence CompareWeights(const WeightPair& pair) {
  WeightEvidence evidence;
  evidence.per_axis = pair.quant.per_axis();
  evidence.sqnr_db = SqnrDb(pair.reference, pair.variant);
  const Channels channels = ChannelsOf(pair.shape, pair.axis);
  std::vector<Products> sums(channels.count);
  Products all;
  evidence.largest.assign(channels.count, 0);
  for (size_t i = 0; i < pair.reference.size(); ++i) {
    const double r = static_cast<double>(pair.reference[i]);
    const double q = static_cast<double>(pair.variant[i]);
    double& largest = evidence.largest[channels.Of(i)];
    largest = std::max(largest, std::abs(r));
    sums[channels.Of(i)].Add(r, q);
    all.Add(r, q);
  }
  bool alike = true;
  for (size_t c = 0; c < channels.count; ++c) {
    evidence.correlation.push_back(sums[c].Cosine());
    evidence.gain.push_back(sums[c].Gain());
    evidence.scale.push_back(pair.quant.quantized() ? static_cast<double>(pair.quant.scale(c))
                                                    : 0.0);
    evidence.norm.push_back(std::sqrt(sums[c].rr));
    evidence.best_match.push_back(static_cast<int>(c));
    evidence.best_correlation.push_back(evidence.correlation.back());
    alike = alike && evidence.correlation.back() >= kSameCorrelation;
  }
  evidence.plain_correlation = all.Cosine();
  MeasureOffset(pair, evidence);
  if (alike) return evidence;
  FindBestMatches(pair, channels, evidence);
  FindRearrangement(pair, evidence);
  return evidence;
}

}  // namespace quantgate
