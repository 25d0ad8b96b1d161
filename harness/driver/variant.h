// From a variant's description to a model that can be run.
#pragma once

#include <optional>

#include "harness/driver/loaded_model.h"
#include "harness/driver/run_config.h"
#include "harness/quantization/corrected_quantization.h"
#include "harness/results/ranges.h"

namespace quantgate {

// What the quantizer works with besides the config; each may be null when no variant needs it.
struct QuantizeInputs {
  const Ranges* calibrated = nullptr;
  const CorrectionData* data = nullptr;
  const Preprocessing* preprocessing = nullptr;  // what a ranges file must have been made with
};

// Loads the variant's model, or quantizes `reference`.
Result<LoadedModel> PrepareVariant(const VariantConfig& config, const LoadedModel& reference,
                                   const QuantizeInputs& inputs, bool accelerated = true);

// A quantized model, and what was done to make it.
struct MadeModel {
  LoadedModel loaded;
  CorrectedQuantization quantization;
};
Result<MadeModel> MakeQuantized(const QuantizeConfig& config, const LoadedModel& reference,
                                const QuantizeInputs& inputs,
                                const Profile& profile = DefaultProfile(), bool accelerated = true);

// One sentence: "int8 by the built-in quantizer, ranges minmax over 1000 samples of ...".
std::string DescribeVariant(const VariantConfig& config, const Ranges* calibrated);

// A ranges file that belongs to the model: same file, same tensors, and the same preprocessing when
// `preprocessing` is not null. Otherwise a kConfig error naming the mismatch.
Result<Ranges> LoadRangesFor(const std::string& path, const LoadedModel& model,
                             const Preprocessing* preprocessing);

}  // namespace quantgate
