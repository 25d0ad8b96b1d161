// The quantizer together with the corrections, in the order that makes sense of them:
// equalization (and new ranges), refined ranges, quantization with clipping and rounding, bias
// correction.
#pragma once

#include "harness/quantization/correction_data.h"
#include "harness/quantization/correction_table.h"
#include "harness/quantization/quantizer.h"

namespace quantgate {

struct CorrectedQuantization {
  QuantizationResult result;
  std::vector<std::string> notes;  // a sentence for each correction that was applied
};

// `ranges` may be null where none are needed. `data` may be null when no correction needs samples;
// kUsage otherwise. FAKE_QUANT ranges stay as trained, so such a model is not equalized.
Result<CorrectedQuantization> QuantizeWithCorrections(const std::shared_ptr<const Model>& model,
                                                      const Ranges* ranges,
                                                      const QuantizeOptions& options,
                                                      const Corrections& corrections,
                                                      const CorrectionData* data);

}  // namespace quantgate
