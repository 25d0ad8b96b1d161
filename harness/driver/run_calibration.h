// The calibration of a run: samples observed once, a range set for each estimator that a variant
// asks for, and whether the samples were enough.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/calibration/observation.h"
#include "harness/driver/loaded_model.h"
#include "harness/driver/run.h"
#include "harness/quantization/correction_data.h"

namespace quantgate {

// What a report says of a dataset; the range of its values is left to the caller.
Result<DatasetFacts> DatasetFactsOf(const DatasetConfig& config, const Dataset& dataset,
                                    const Preprocessing& preprocessing);

class RunCalibration {
 public:
  // Both must outlive this.
  RunCalibration(const RunConfig& config, const RunOptions& options)
      : config_(config), options_(options) {}

  // Whether a variant asks for ranges from calibration, or for samples to correct with.
  [[nodiscard]] bool needed() const;

  // Observes the calibration samples, and `evaluation` as held-out ones. Errors are those of the
  // dataset and of EstimateRanges.
  Status Calibrate(const LoadedModel& reference, const Dataset& evaluation);

  // After Calibrate; absent without it.
  [[nodiscard]] const std::optional<CalibrationCheck>& check() const { return check_; }
  [[nodiscard]] const std::optional<DatasetFacts>& facts() const { return facts_; }
  // Null for a variant without calibrated ranges.
  [[nodiscard]] const Ranges* RangesFor(const VariantConfig& variant) const;
  // Without a dataset where nothing was calibrated.
  [[nodiscard]] CorrectionData DataFor(const VariantConfig& variant) const;

 private:
  [[nodiscard]] Result<Observation> ObserveData(const LoadedModel& reference,
                                                const Dataset& dataset, const std::string& name,
                                                std::string_view phase) const;
  // Name of the estimator of a variant with calibrated ranges; empty for others.
  [[nodiscard]] std::string EstimatorOf(const VariantConfig& variant) const;
  Status EstimateFor(const VariantConfig& variant, const Observation& observation);

  const RunConfig& config_;
  const RunOptions& options_;
  std::unique_ptr<Dataset> dataset_;      // null: nothing was calibrated
  std::map<std::string, Ranges> ranges_;  // by estimator
  std::optional<CalibrationCheck> check_;
  std::optional<DatasetFacts> facts_;
};

}  // namespace quantgate
