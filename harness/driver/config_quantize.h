// The part of a config that describes how a variant is quantized, and recipe files.
#pragma once

#include <functional>
#include <string>

#include "harness/driver/run_config.h"
#include "harness/driver/strict_json.h"

namespace quantgate {

// `resolve` turns a path of the config into one the program can open.
QuantizeConfig ReadQuantizeConfig(const nlohmann::json& value, const std::string& path,
                                  const std::function<std::string(const std::string&)>& resolve,
                                  ConfigErrors& errors);

// The key "estimator" ("percentile:99.9"); nothing when it is left out, or wrong and said so.
std::optional<EstimatorChoice> ReadEstimator(StrictObject& object);

// A recipe file: {"rules": [{"op": ..., "tensor": ..., "scheme": ...}, ...]}
// (configs/schema/recipe.schema.json). kConfig errors name the file and the path of the key.
Result<Recipe> ParseRecipe(std::string_view text, const std::string& file);
Result<Recipe> ReadRecipe(const std::string& path);

// "float32", or the name of a border type; nothing for another word.
std::optional<DType> FindBorderType(std::string_view name);
inline constexpr std::string_view kBorderTypes = "float32, int8, uint8 or int16";

}  // namespace quantgate
