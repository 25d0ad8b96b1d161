// Reading and renewing the baseline file of a run.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "harness/gate/baseline.h"

namespace quantgate {

// Nothing for an empty path, or for a file that is not there yet and will be written.
Result<std::optional<Baseline>> OpenBaseline(const std::string& path, bool update);

// kUsage without a path; and in CI, where nobody reads what would be accepted, unless allowed.
Status MayUpdate(const std::string& path, bool allowed_in_ci);

// Writes the run to `path` and prints what changes against `before`; `partial`: only some of the
// config's variants were run.
Status UpdateBaseline(const std::string& path, const std::optional<Baseline>& before,
                      const RunReport& report, const std::string& reason, bool partial,
                      std::ostream& people);

}  // namespace quantgate
