// What can be done to a model's weights and biases while it is quantized. One row a correction.
#pragma once

#include <span>
#include <string_view>

namespace quantgate {

// Which corrections to apply.
struct Corrections {
  bool bias_overflow = true;  // as TFLite's quantizer always does
  bool equalization = false;
  bool range_refinement = false;
  bool weight_clipping = false;
  bool bias_correction = false;
  bool adaptive_rounding = false;
};

struct CorrectionDef {
  std::string_view name;
  std::string_view summary;
  bool needs_data;
  bool Corrections::*flag;
};

std::span<const CorrectionDef> AllCorrections();
const CorrectionDef* FindCorrection(std::string_view name);

// Whether any of them needs samples.
bool NeedsData(const Corrections& corrections);

}  // namespace quantgate
