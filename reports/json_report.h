// The run report as JSON: everything in it, for programs and for later runs to compare with.
// The document is described by configs/schema/report.schema.json. A number that is NaN or infinite
// and a value that is absent are both written as null, never left out.
#pragma once

#include <string>
#include <string_view>

#include "harness/results/run_report.h"
#include "reference/core/result.h"

namespace quantgate {

// The document with two spaces of indentation and a final newline. Text that is not UTF-8 has its
// bad bytes replaced by U+FFFD.
std::string RenderJson(const RunReport& report);

// Without the `environment` section: the same bytes for the same input on any machine.
std::string RenderJsonForComparison(const RunReport& report);

// On one line, for embedding.
std::string RenderJsonCompact(const RunReport& report);

// Reads what RenderJson or RenderJsonForComparison wrote. kInput when the text is not JSON, nests
// deeper than 64, has another schema_version, or lacks a field or has one of the wrong kind; the
// message names the field's path. A null number becomes NaN; fields it does not know are ignored.
Result<RunReport> ParseJsonReport(std::string_view text);

}  // namespace quantgate
