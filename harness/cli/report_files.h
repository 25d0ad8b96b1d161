// Writing the forms of a report into a folder.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "harness/cli/arguments.h"
#include "harness/results/run_report.h"

namespace quantgate {

// Paths of what was written.
Result<std::vector<std::string>> WriteForms(const std::string& directory,
                                            const std::vector<std::string>& formats,
                                            const RunReport& report);

// "--report DIR", for commands whose own output is something else: report.json and report.html.
void DeclareReportFlag(ArgumentParser& parser);
// Nothing without the flag; says what was written on `people`.
Status WriteReportFlag(const Arguments& arguments, const RunReport& report, std::ostream& people);

}  // namespace quantgate
