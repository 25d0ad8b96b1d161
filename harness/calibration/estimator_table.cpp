#include "harness/calibration/estimator_table.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/calibration/estimator_families.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

constexpr std::array kEstimators = {
    EstimatorDef{"minmax", "the smallest and the largest value seen", &EstimateMinMax},
    EstimatorDef{"moving-average", "moving average of each sample's extremes, in sample order",
                 &EstimateMovingAverage, EstimatorParameter{"share kept of the old", 0.95, 0, 1}},
    EstimatorDef{"mean", "mean of each sample's extremes", &EstimateMean},
    EstimatorDef{"median", "median of each sample's extremes", &EstimateMedian},
    EstimatorDef{"trimmed-mean",
                 "mean of each sample's extremes without the outermost on either side",
                 &EstimateTrimmedMean, EstimatorParameter{"percent trimmed a side", 10, 0, 49}},
    EstimatorDef{"percentile", "cuts off the outermost values, as many on either side",
                 &EstimatePercentile, EstimatorParameter{"percentile", 99.99, 50, 100}},
    EstimatorDef{"entropy", "least Kullback-Leibler divergence of the quantized histogram",
                 &EstimateEntropy, EstimatorParameter{"percent clipped at most", 0.1, 0, 100}},
    EstimatorDef{"mse", "least mean squared error over the histogram", &EstimateMse},
    EstimatorDef{"sqnr", "least squared error, that of clipped values weighted", &EstimateSqnr,
                 EstimatorParameter{"weight of clipping", 3, 0, 1000}},
};

std::string Number(double value) {
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), written.ptr};
}

Error Usage(std::string message, std::string hint) {
  return Error{.code = ErrorCode::kUsage, .message = std::move(message), .hint = std::move(hint)};
}

}  // namespace

std::span<const EstimatorDef> AllEstimators() { return kEstimators; }

const EstimatorDef* FindEstimator(std::string_view name) {
  for (const EstimatorDef& estimator : kEstimators) {
    if (estimator.name == name) return &estimator;
  }
  return nullptr;
}

std::string EstimatorChoice::ToString() const {
  std::string text(estimator->name);
  if (estimator->parameter) text += ":" + Number(parameter);
  return text;
}

Result<EstimatorChoice> ParseEstimator(const std::string& text) {
  const size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  EstimatorChoice choice{FindEstimator(name)};
  if (choice.estimator == nullptr) {
    return Usage("unknown range estimator '" + name + "'", SuggestFrom(name, AllEstimators()));
  }
  const auto& parameter = choice.estimator->parameter;
  if (parameter) choice.parameter = parameter->standard;
  if (colon == std::string::npos) return choice;
  if (!parameter) return Usage("range estimator '" + name + "' takes no number", "leave it out");
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, choice.parameter);
  if (read.ec != std::errc() || read.ptr != end || !(choice.parameter >= parameter->low) ||
      !(choice.parameter <= parameter->high)) {
    return Usage("'" + text + "' names no " + std::string(parameter->name),
                 "a number from " + Number(parameter->low) + " to " + Number(parameter->high) +
                     ", such as " + name + ":" + Number(parameter->standard));
  }
  return choice;
}

EstimatedRange EstimateRange(const EstimatorChoice& choice, const TensorStats& stats) {
  const ValueRange seen = RangeOf(stats);
  const auto low = static_cast<double>(seen.min);
  const auto high = static_cast<double>(seen.max);
  const EstimatedRange range = choice.estimator->estimate(stats, choice.parameter);
  const double min = std::clamp(range.min, low, high);
  return {min, std::clamp(range.max, min, high)};
}

std::vector<EstimatorChoice> SweepChoices() {
  std::vector<EstimatorChoice> choices;
  for (const EstimatorDef& estimator : kEstimators) {
    if (estimator.name == "percentile") {
      for (const double percentile : {99.9, 99.99, 99.999}) {
        choices.push_back({&estimator, percentile});
      }
      continue;
    }
    choices.push_back({&estimator, estimator.parameter ? estimator.parameter->standard : 0.0});
  }
  return choices;
}

}  // namespace quantgate
