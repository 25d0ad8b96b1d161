// Run configs as JSON. Keys are strict: an unknown one is an error that names the closest known
// key. docs: configs/README.md; schema: configs/schema/run.schema.json.
#pragma once

#include <string>
#include <string_view>

#include "harness/driver/run_config.h"

namespace quantgate {

// kConfig errors name the file and the path of the key ("variants[1].quantize.scheme").
Result<RunConfig> ParseRunConfig(std::string_view text, const std::string& file);
Result<RunConfig> ReadRunConfig(const std::string& path);

// The config with every default written out, as JSON text that ParseRunConfig reads again.
std::string EffectiveConfig(const RunConfig& config);

}  // namespace quantgate
