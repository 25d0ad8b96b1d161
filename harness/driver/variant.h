// From a variant's description to a model that can be run.
#pragma once

#include <optional>

#include "harness/driver/loaded_model.h"
#include "harness/driver/run_config.h"
#include "harness/results/ranges.h"

namespace quantgate {

// Loads the variant's model, or quantizes `reference`. `calibrated` may be null when the variant
// asks for no calibrated ranges; `preprocessing` is what a ranges file must have been made with,
// null when that is not known.
Result<LoadedModel> PrepareVariant(const VariantConfig& config, const LoadedModel& reference,
                                   const Ranges* calibrated, bool accelerated = true,
                                   const Preprocessing* preprocessing = nullptr);

// One sentence: "int8 by the built-in quantizer, ranges minmax over 1000 samples of ...".
std::string DescribeVariant(const VariantConfig& config, const Ranges* calibrated);

// A ranges file that belongs to the model: same file, same tensors, and the same preprocessing when
// `preprocessing` is not null. Otherwise a kConfig error naming the mismatch.
Result<Ranges> LoadRangesFor(const std::string& path, const LoadedModel& model,
                             const Preprocessing* preprocessing);

}  // namespace quantgate
