// JSON documents to text and back, without exceptions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "reference/core/result.h"

namespace quantgate {

// Two spaces of indentation; an array of plain values stays on one line. Ends with a newline.
std::string PrettyJson(const nlohmann::ordered_json& document);

// On one line.
std::string CompactJson(const nlohmann::ordered_json& document);

// kInput when `text` is not JSON or nests deeper than 64.
Result<nlohmann::ordered_json> ParseJsonText(std::string_view text);

}  // namespace quantgate
