// Text that goes to the tools of a CI service: names from models and data are made harmless there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quantgate {

// As XML text or attribute: escaped, and without the characters XML 1.0 does not allow.
std::string XmlText(std::string_view text);

// As a cell of a Markdown table or a word in a line: on one line, with everything that Markdown or
// HTML would act on escaped.
std::string MarkdownText(std::string_view text);

// As data of a GitHub workflow command: on one line, so that no second command can follow.
std::string WorkflowText(std::string_view text);
// The same for a property of the command ("title=...").
std::string WorkflowProperty(std::string_view text);

// As a field of CSV (RFC 4180), quoted where needed. What a spreadsheet would take for a formula
// (a first character of = + - @, tab) gets an apostrophe in front; numbers do not pass through
// here.
std::string CsvField(std::string_view text);

// At most `bytes` bytes, cut between characters and ended with "..." when something is left out.
std::string Shortened(std::string_view text, size_t bytes);

}  // namespace quantgate
