#include "harness/comparison/auc.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include "reference/core/check.h"

namespace quantgate {
namespace {

constexpr double kZ95 = 1.959963984540054;

// 1-based ranks; equal values share the mean of theirs.
std::vector<double> Midranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t from = 0; from < order.size();) {
    size_t to = from;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    const double rank = static_cast<double>(from + to + 1) / 2;
    for (size_t i = from; i < to; ++i) ranks[order[i]] = rank;
    from = to;
  }
  return ranks;
}

// V10 of the anomalous samples, V01 of the normal ones.
struct Placements {
  std::vector<double> anomalous;
  std::vector<double> normal;
};

Placements PlacementsOf(std::span<const double> scores, std::span<const int> labels) {
  constexpr double kHighest = std::numeric_limits<double>::infinity();
  std::vector<double> anomalous;
  std::vector<double> normal;
  for (size_t i = 0; i < labels.size(); ++i) {
    const bool nan = std::isnan(scores[i]);
    if (labels[i] == 1) anomalous.push_back(nan ? -kHighest : scores[i]);
    if (labels[i] == 0) normal.push_back(nan ? kHighest : scores[i]);
  }
  std::vector<double> all = anomalous;
  all.insert(all.end(), normal.begin(), normal.end());
  const std::vector<double> among_all = Midranks(all);
  const std::vector<double> among_anomalous = Midranks(anomalous);
  const std::vector<double> among_normal = Midranks(normal);
  Placements placements;
  const auto m = static_cast<double>(anomalous.size());
  const auto n = static_cast<double>(normal.size());
  for (size_t i = 0; i < anomalous.size(); ++i) {
    placements.anomalous.push_back((among_all[i] - among_anomalous[i]) / n);
  }
  for (size_t j = 0; j < normal.size(); ++j) {
    placements.normal.push_back(1 - (among_all[anomalous.size() + j] - among_normal[j]) / m);
  }
  return placements;
}

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The sample variance of the mean.
double VarianceOfMean(const std::vector<double>& values) {
  const double mean = Mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  const auto n = static_cast<double>(values.size());
  return sum / (n - 1) / n;
}

bool Enough(const Placements& placements) {
  return placements.anomalous.size() >= 2 && placements.normal.size() >= 2;
}

std::vector<double> Difference(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> difference(a.size());
  std::transform(a.begin(), a.end(), b.begin(), difference.begin(), std::minus<>());
  return difference;
}

}  // namespace

std::optional<Auc> MeasureAuc(std::span<const double> scores, std::span<const int> labels) {
  QG_CHECK_EQ(scores.size(), labels.size());
  const Placements placements = PlacementsOf(scores, labels);
  if (!Enough(placements)) return std::nullopt;
  Auc auc;
  auc.normal = static_cast<int64_t>(placements.normal.size());
  auc.anomalous = static_cast<int64_t>(placements.anomalous.size());
  auc.value = Mean(placements.anomalous);
  auc.standard_error =
      std::sqrt(VarianceOfMean(placements.anomalous) + VarianceOfMean(placements.normal));
  auc.delong95 = {std::max(0.0, auc.value - kZ95 * auc.standard_error),
                  std::min(1.0, auc.value + kZ95 * auc.standard_error)};
  return auc;
}

std::optional<AucDrop> CompareAuc(std::span<const double> reference,
                                  std::span<const double> variant, std::span<const int> labels) {
  QG_CHECK_EQ(reference.size(), labels.size());
  QG_CHECK_EQ(variant.size(), labels.size());
  const Placements first = PlacementsOf(reference, labels);
  const Placements second = PlacementsOf(variant, labels);
  if (!Enough(first)) return std::nullopt;
  const std::vector<double> anomalous = Difference(first.anomalous, second.anomalous);
  const std::vector<double> normal = Difference(first.normal, second.normal);
  AucDrop drop;
  drop.value = Mean(anomalous);
  drop.standard_error = std::sqrt(VarianceOfMean(anomalous) + VarianceOfMean(normal));
  drop.delong95 = {drop.value - kZ95 * drop.standard_error,
                   drop.value + kZ95 * drop.standard_error};
  return drop;
}

double ReconstructionError(std::span<const float> input, std::span<const float> output) {
  QG_CHECK_EQ(input.size(), output.size());
  double sum = 0;
  for (size_t i = 0; i < input.size(); ++i) {
    const double error = static_cast<double>(output[i]) - static_cast<double>(input[i]);
    sum += error * error;
  }
  return sum / static_cast<double>(std::max<size_t>(1, input.size()));
}

}  // namespace quantgate
