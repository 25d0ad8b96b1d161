// What this program is and where it runs.
#pragma once

#include <string>
#include <string_view>

namespace quantgate {

std::string_view ProgramVersion();  // "0.1.0"
std::string_view CompilerName();    // "GNU 12.2.0"
std::string_view BuildType();       // "Release"
std::string CpuName();              // from the system; "unknown" when it does not say
std::string UtcNow();               // "2026-01-31T12:00:00Z"; SOURCE_DATE_EPOCH is respected

}  // namespace quantgate
