// From a variant's description to a model that can be run.
#pragma once

#include <optional>

#include "harness/driver/loaded_model.h"
#include "harness/driver/run_config.h"
#include "harness/results/ranges.h"

namespace quantgate {

// Loads the variant's model, or quantizes `reference`. `calibrated` may be null when no variant
// asks for calibrated ranges.
Result<LoadedModel> PrepareVariant(const VariantConfig& config, const LoadedModel& reference,
                                   const Ranges* calibrated, bool accelerated = true);

// One sentence: "int8 by the built-in quantizer, ranges minmax over 1000 samples of ...".
std::string DescribeVariant(const VariantConfig& config, const Ranges* calibrated);

// A ranges file that belongs to `model_sha256`; otherwise a kConfig error naming the mismatch.
Result<Ranges> LoadRangesFor(const std::string& path, const std::string& model_sha256);

}  // namespace quantgate
