#include "harness/quantization/correction_table.h"

#include <algorithm>
#include <array>

namespace quantgate {
namespace {

constexpr std::array kCorrections = {
    CorrectionDef{"bias-overflow", "weight scales widened where a bias would not fit into int32",
                  false, &Corrections::bias_overflow},
    CorrectionDef{"equalization", "channels of neighbouring layers scaled against each other", true,
                  &Corrections::equalization},
    CorrectionDef{"range-refinement", "ranges narrowed where the operators that read them gain",
                  true, &Corrections::range_refinement},
    CorrectionDef{"weight-clipping", "weight scales of least squared error instead of full range",
                  false, &Corrections::weight_clipping},
    CorrectionDef{"bias-correction", "the mean error of each channel taken out of the biases", true,
                  &Corrections::bias_correction},
    CorrectionDef{"adaptive-rounding", "weights rounded for the layer's output, with its inputs",
                  true, &Corrections::adaptive_rounding},
};

}  // namespace

std::span<const CorrectionDef> AllCorrections() { return kCorrections; }

const CorrectionDef* FindCorrection(std::string_view name) {
  for (const CorrectionDef& correction : kCorrections) {
    if (correction.name == name) return &correction;
  }
  return nullptr;
}

bool NeedsData(const Corrections& corrections) {
  return std::any_of(kCorrections.begin(), kCorrections.end(), [&](const CorrectionDef& each) {
    return each.needs_data && corrections.*each.flag;
  });
}

}  // namespace quantgate
