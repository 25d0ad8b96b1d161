#include "harness/diagnosis/finding_table.h"

#include <algorithm>
#include <array>

#include "harness/diagnosis/finding_families.h"

namespace quantgate {
namespace {

constexpr std::array kFindings = {
    FindingDef{
        "QG001", "input-not-quantized",
        "the codes fed to the input are not the codes the input's scale and zero point ask for",
        &LookInputNotQuantized},
    FindingDef{"QG002", "dummy-ranges",
               "activations share one scale and zero point although their observed ranges differ",
               &LookDummyRanges},
    FindingDef{"QG003", "input-normalisation",
               "the input's representable range does not fit the data's range",
               &LookInputNormalisation},
    FindingDef{"QG004", "range-clipped",
               "values of a tensor lie outside what its codes can express", &LookRangeClipped},
    FindingDef{"QG005", "unbalanced-channels",
               "one weight scale serves channels of very different size", &LookUnbalancedChannels},
    FindingDef{"QG006", "constant-prediction", "nearly every sample gets the same answer",
               &LookConstantPrediction},
    FindingDef{"QG007", "worst-layer", "where the signal loses most", &LookWorstLayer},
    FindingDef{"QG008", "non-finite", "NaN or infinite values were computed", &LookNonFinite},
    FindingDef{"QG009", "unmatched-tensors",
               "tensors of the variant or the reference that could not be compared",
               &LookUnmatched},
    FindingDef{"QG010", "runtime-misruns-op",
               "a runtime computes an operator otherwise than the model says", &LookRuntimeMisruns},
    FindingDef{"QG011", "runtime-differs",
               "another runtime rounds otherwise than the variant's numerics profile",
               &LookRuntimeDiffers},
    FindingDef{"QG012", "calibrated-on-evaluation-samples",
               "samples that accuracy is measured on are also calibration samples",
               &LookSharedSamples},
};

}  // namespace

std::span<const FindingDef> AllFindings() { return kFindings; }

const FindingDef* FindFinding(std::string_view id_or_name) {
  for (const FindingDef& finding : kFindings) {
    if (finding.id == id_or_name || finding.name == id_or_name) return &finding;
  }
  return nullptr;
}

std::vector<Finding> Diagnose(const FindingContext& context) {
  std::vector<Finding> findings;
  if (!context.variant.error.empty()) return findings;
  for (const FindingDef& def : kFindings) def.look(context, findings);
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return static_cast<int>(a.severity) > static_cast<int>(b.severity);
  });
  return findings;
}

}  // namespace quantgate
