// The observation file: JSON with a schema version. Numbers that must come back to the last bit are
// hexadecimal text: floats as their 8-digit bit patterns, exact sums in units of 2^-160.
#pragma once

#include <string>
#include <string_view>

#include "harness/calibration/observation.h"

namespace quantgate {

std::string ObservationToJson(const Observation& observation);
// kInput errors name the file and what is wrong with it.
Result<Observation> ObservationFromJson(std::string_view text, const std::string& file);
Result<Observation> ReadObservation(const std::string& path);

}  // namespace quantgate
