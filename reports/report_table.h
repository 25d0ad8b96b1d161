// Every form a report can be written in.
#pragma once

#include <span>
#include <string_view>

#include "reports/report.h"

namespace quantgate {

// In the order they are listed to people.
std::span<const ReportDef> AllReports();

// The form of that name, or nullptr.
const ReportDef* FindReport(std::string_view name);

// What a report in this form leaves in an output folder.
std::vector<ReportFile> FilesOf(const ReportDef& form, const RunReport& report);

}  // namespace quantgate
