// The ranges file: JSON, sorted, with a schema version.
#pragma once

#include <string>
#include <string_view>

#include "harness/results/ranges.h"
#include "reference/core/result.h"

namespace quantgate {

std::string RangesToJson(const Ranges& ranges);
// kInput errors name the field that is wrong.
Result<Ranges> RangesFromJson(std::string_view text, const std::string& file);

}  // namespace quantgate
