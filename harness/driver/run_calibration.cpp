#include "harness/driver/run_calibration.h"

#include <algorithm>

#include "harness/calibration/calibrate.h"
#include "harness/calibration/calibration_check.h"

namespace quantgate {

Result<DatasetFacts> DatasetFactsOf(const DatasetConfig& config, const Dataset& dataset,
                                    const Preprocessing& preprocessing) {
  DatasetFacts facts;
  facts.name = config.name;
  facts.kind = dataset.kind();
  QG_ASSIGN_OR_RETURN(facts.sha256, dataset.ContentHash());
  facts.samples = dataset.size();
  facts.class_names = config.class_names.empty() ? dataset.class_names() : config.class_names;
  for (const SamplePart& part : dataset.parts()) {
    facts.sample_shape += (facts.sample_shape.empty() ? "" : ", ") +
                          (part.name.empty() ? "" : part.name + " ") + part.shape.ToString();
  }
  facts.preprocessing = preprocessing.ToString();
  return facts;
}

bool RunCalibration::needed() const {
  return config_.calibration &&
         std::any_of(
             config_.variants.begin(), config_.variants.end(), [](const VariantConfig& variant) {
               return variant.quantize &&
                      ((NeedsRanges(*variant.quantize) &&
                        variant.quantize->ranges == QuantizeConfig::RangesFrom::kCalibration) ||
                       NeedsData(variant.quantize->corrections));
             });
}

Status RunCalibration::Calibrate(const LoadedModel& reference, const Dataset& evaluation) {
  const DatasetConfig& config = config_.calibration->dataset;
  QG_ASSIGN_OR_RETURN(dataset_, OpenDataset(config.spec));
  QG_ASSIGN_OR_RETURN(const Observation observation,
                      ObserveData(reference, *dataset_, config.name, "calibrate"));
  for (const VariantConfig& variant : config_.variants) {
    QG_RETURN_IF_ERROR(EstimateFor(variant, observation));
  }
  QG_ASSIGN_OR_RETURN(const Observation held_out,
                      ObserveData(reference, evaluation, config_.dataset.name, "observe"));
  check_ = CheckCalibration(observation, &held_out);
  EstimateWithAll(observation, *check_);
  QG_RETURN_IF_ERROR(FindSharedSamples(*dataset_, evaluation, *check_));
  QG_ASSIGN_OR_RETURN(facts_, DatasetFactsOf(config, *dataset_, config_.preprocessing));
  const std::vector<int>& inputs = reference.model->main().inputs;
  std::optional<ValueRange> all;
  for (const auto& tensor : observation.tensors) {
    if (std::find(inputs.begin(), inputs.end(), tensor.tensor) == inputs.end()) continue;
    const ValueRange range = RangeOf(tensor.stats);
    if (!all) all = range;
    all = ValueRange{std::min(all->min, range.min), std::max(all->max, range.max)};
  }
  if (all) {
    facts_->real_min = static_cast<double>(all->min);
    facts_->real_max = static_cast<double>(all->max);
  }
  return OkStatus();
}

const Ranges* RunCalibration::RangesFor(const VariantConfig& variant) const {
  const auto found = ranges_.find(EstimatorOf(variant));
  return found == ranges_.end() ? nullptr : &found->second;
}

CorrectionData RunCalibration::DataFor(const VariantConfig& variant) const {
  CorrectionData data;
  if (!dataset_) return data;
  data.dataset = dataset_.get();
  data.dataset_name = config_.calibration->dataset.name;
  data.preprocessing = config_.preprocessing;
  data.estimator = variant.quantize && variant.quantize->estimator ? *variant.quantize->estimator
                                                                   : config_.calibration->estimator;
  data.threads = options_.threads;
  return data;
}

Result<Observation> RunCalibration::ObserveData(const LoadedModel& reference,
                                                const Dataset& dataset, const std::string& name,
                                                std::string_view phase) const {
  ObservationInput input;
  input.plan = reference.plan;
  input.model_sha256 = FingerprintOf(reference);
  input.dataset = &dataset;
  input.dataset_name = name;
  input.preprocessing = config_.preprocessing;
  input.threads = options_.threads;
  if (options_.progress) {
    input.progress = [this, phase](int64_t done, int64_t total) {
      options_.progress(phase, done, total);
    };
  }
  return Observe(input);
}

std::string RunCalibration::EstimatorOf(const VariantConfig& variant) const {
  if (!config_.calibration || !variant.quantize ||
      variant.quantize->ranges != QuantizeConfig::RangesFrom::kCalibration) {
    return {};
  }
  return variant.quantize->estimator.value_or(config_.calibration->estimator).ToString();
}

Status RunCalibration::EstimateFor(const VariantConfig& variant, const Observation& observation) {
  const std::string name = EstimatorOf(variant);
  if (name.empty() || ranges_.contains(name)) return OkStatus();
  const EstimatorChoice choice =
      variant.quantize->estimator.value_or(config_.calibration->estimator);
  QG_ASSIGN_OR_RETURN(ranges_[name], EstimateRanges(observation, choice));
  return OkStatus();
}

}  // namespace quantgate
