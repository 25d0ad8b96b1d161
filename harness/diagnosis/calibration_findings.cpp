// Whether the calibration samples are what they should be.
#include "harness/diagnosis/evidence.h"
#include "harness/diagnosis/finding_families.h"

namespace quantgate {

void LookSharedSamples(const FindingContext& context, std::vector<Finding>& findings) {
  const CalibrationCheck* check = context.calibration;
  if (check == nullptr || check->shared_samples == 0) return;
  const double share =
      static_cast<double>(check->shared_samples) / static_cast<double>(check->held_out_samples);
  Finding finding = MakeFinding("QG012", context);
  finding.severity = Severity::kWarning;
  finding.message = std::to_string(check->shared_samples) + " of the " +
                    std::to_string(check->held_out_samples) + " samples of the dataset (" +
                    FormatFixed(100 * share, 1) + " %), the first with index " +
                    std::to_string(check->first_shared_sample.value_or(0)) +
                    ", are also calibration samples: the ranges have seen what accuracy is "
                    "measured on, and the measured accuracy flatters.";
  finding.evidence = {{"shared_samples", static_cast<double>(check->shared_samples), "samples",
                       Direction::kLowerIsBetter, check->held_out_samples}};
  finding.fix = "Calibrate on samples of the training data, or leave these out of the dataset.";
  findings.push_back(std::move(finding));
}

}  // namespace quantgate
