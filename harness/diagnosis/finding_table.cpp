#include "harness/diagnosis/finding_table.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "harness/diagnosis/finding_families.h"
#include "harness/diagnosis/guilty_ops.h"

namespace quantgate {
namespace {

constexpr FindingRole kSymptom = FindingRole::kSymptom;

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
               &LookConstantPrediction, kSymptom},
    FindingDef{"QG007", "worst-layer", "where the signal loses most", &LookWorstLayer, kSymptom},
    FindingDef{"QG008", "non-finite", "NaN or infinite values were computed", &LookNonFinite,
               kSymptom},
    FindingDef{"QG009", "unmatched-tensors",
               "tensors of the variant or the reference that could not be compared", &LookUnmatched,
               kSymptom},
    FindingDef{"QG010", "runtime-misruns-op",
               "a runtime computes an operator otherwise than the model says", &LookRuntimeMisruns},
    FindingDef{"QG011", "runtime-differs",
               "another runtime rounds otherwise than the variant's numerics profile",
               &LookRuntimeDiffers, kSymptom},
    FindingDef{"QG012", "calibrated-on-evaluation-samples",
               "samples that accuracy is measured on are also calibration samples",
               &LookSharedSamples},
    FindingDef{"QG013", "normalisation-mismatch",
               "the reference answers far better with the data normalised otherwise",
               &LookNormalisationTrial},
    FindingDef{"QG014", "normalised-twice-or-never",
               "the data's range and the input's differ by a factor like 255",
               &LookNormalisedTwice},
    FindingDef{"QG015", "input-truncated", "the input was truncated to codes instead of rounded",
               &LookInputTruncated},
    FindingDef{"QG016", "channel-order",
               "the reference answers far better with the channels in another order",
               &LookChannelOrder},
    FindingDef{"QG017", "layout-swapped",
               "the reference answers far better with the samples' values in another order",
               &LookLayout},
    FindingDef{"QG018", "labels-shifted",
               "the labels are off by a constant, as with a background class", &LookLabelsShifted},
    FindingDef{"QG019", "labels-permuted", "the labels name the classes in another order",
               &LookLabelsPermuted},
    FindingDef{"QG020", "range-too-wide", "codes of an activation are spent where it has no values",
               &LookRangeTooWide},
    FindingDef{"QG021", "outlier-range", "a few outliers set the range of an activation",
               &LookOutliers},
    FindingDef{"QG022", "zero-point-wrong",
               "the range of an activation is wide enough and in the wrong place",
               &LookZeroPointWrong},
    FindingDef{"QG023", "dead-channels", "weights of whole channels are zero and should not be",
               &LookDeadChannels},
    FindingDef{"QG024", "bias-wrong", "a bias, in the kernel's units, is not the reference's",
               &LookBiasWrong},
    FindingDef{"QG025", "bias-overflow", "a bias did not fit int32", &LookBiasOverflow},
    FindingDef{"QG026", "same-scale-costly",
               "an operator that forces one scale on its inputs costs one of them bits",
               &LookSameScale},
    FindingDef{"QG027", "fixed-output-costly",
               "the output scale that the spec fixes is too coarse for the values",
               &LookFixedOutput},
    FindingDef{"QG028", "hot-spot",
               "a depthwise convolution or hard-swish is far worse than the other operators",
               &LookHotSpot, kSymptom},
    FindingDef{"QG029", "accumulator-overflow", "int32 sums can overflow",
               &LookAccumulatorOverflow},
    FindingDef{"QG030", "mean-shift", "an error that is mostly a constant shift of channels",
               &LookMeanShift, kSymptom},
    FindingDef{"QG031", "profiles-flip", "numerics profiles give other predictions",
               &LookProfilesFlip},
    FindingDef{"QG032", "class-collapse", "one class loses far more than the mean tells",
               &LookClassCollapse, kSymptom},
    FindingDef{"QG033", "not-as-named", "a variant named after integers that computes in float",
               &LookNotAsNamed},
    FindingDef{"QG034", "weight-scale-wrong", "weights are the reference's times a factor",
               &LookWeightScale},
    FindingDef{"QG035", "channel-scales-swapped",
               "the scales of weight channels stand at other channels", &LookSwappedScales},
    FindingDef{"QG036", "weights-reordered", "weights are the reference's in another order",
               &LookWeightOrder},
    FindingDef{"QG037", "weights-differ",
               "weights are not the reference's: negated, or of another model", &LookWeightContent},
    FindingDef{"QG038", "weight-zero-point", "all weights of a layer are off by a constant",
               &LookWeightZeroPoint},
    FindingDef{"QG039", "not-quantization-aware",
               "ranges that no data gave, for a model that was not trained to stay within them",
               &LookNotQuantizationAware},
};

// What is about the data and the model as a whole comes first, then the guiltiest operator.
size_t GuiltRank(const std::vector<GuiltyOp>& guilty, int op_index) {
  if (op_index < 0) return 0;
  const auto found = std::find_if(guilty.begin(), guilty.end(),
                                  [&](const GuiltyOp& op) { return op.op_index == op_index; });
  return 1 + static_cast<size_t>(found - guilty.begin());
}

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
  const std::vector<GuiltyOp> guilty = RankGuilt(context);
  const auto key = [&](const Finding& finding) {
    return std::tuple(-static_cast<int>(finding.severity),
                      static_cast<int>(FindFinding(finding.id)->role),
                      GuiltRank(guilty, finding.op_index));
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  return findings;
}

}  // namespace quantgate
