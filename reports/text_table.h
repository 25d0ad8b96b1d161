// Plain-text tables and paragraphs, with columns counted in code points.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quantgate {

enum class Align { kLeft, kRight };

struct TextColumn {
  std::string title;
  Align align = Align::kLeft;
};

// Rows under a header, columns two blanks apart, every line ended by '\n'. Cells hold no line
// breaks; a row may be shorter than the header.
std::string TextTable(const std::vector<TextColumn>& columns,
                      const std::vector<std::vector<std::string>>& rows);

// Words wrapped to `width` columns; lines after the first are indented by `indent` blanks.
std::string WrapText(std::string_view text, size_t width, size_t indent);

// Control characters (ANSI escapes, line breaks) replaced by '?', so that names from models do
// nothing to a terminal.
std::string PlainText(std::string_view text);

// `text` in at most `width` columns (5 or more): what is longer loses its middle,
// "model/lay...Relu6", with more kept of the end, where names differ.
std::string ElideMiddle(std::string_view text, size_t width);

// `value` as printf's `format`, which has one conversion of a double, writes it; 63 characters at
// most.
std::string FormatNumber(const char* format, double value);

// "1.2 M", "356 k", "87": decimal prefixes.
std::string HumanCount(double count);

// "1.2 MB", "356 kB", "87 B": decimal units.
std::string HumanBytes(double bytes);

}  // namespace quantgate
