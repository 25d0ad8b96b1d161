#include "reports/text_table.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace quantgate {
namespace {

bool StartsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

size_t Columns(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), StartsCodePoint));
}

void AppendCell(std::string& line, const std::string& cell, size_t width, Align align, bool last) {
  const size_t blanks = width - std::min(width, Columns(cell));
  if (align == Align::kRight) line.append(blanks, ' ');
  line += cell;
  if (align == Align::kLeft && !last) line.append(blanks, ' ');
  if (!last) line += "  ";
}

}  // namespace

std::string TextTable(const std::vector<TextColumn>& columns,
                      const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (size_t c = 0; c < columns.size(); ++c) {
    size_t width = Columns(columns[c].title);
    for (const auto& row : rows) width = c < row.size() ? std::max(width, Columns(row[c])) : width;
    widths.push_back(width);
  }
  std::string out;
  const auto append_row = [&](auto cell_of, size_t count) {
    std::string line;
    for (size_t c = 0; c < count; ++c) {
      AppendCell(line, cell_of(c), widths[c], columns[c].align, c + 1 == count);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  append_row([&](size_t c) { return columns[c].title; }, columns.size());
  for (const auto& row : rows) {
    append_row([&](size_t c) { return row[c]; }, std::min(row.size(), columns.size()));
  }
  return out;
}

std::string WrapText(std::string_view text, size_t width, size_t indent) {
  std::string out;
  size_t column = 0;
  size_t at = 0;
  while ((at = text.find_first_not_of(' ', at)) != std::string_view::npos) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const size_t length = Columns(word);
    if (column > indent && column + 1 + length > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent || (column > 0 && indent == 0)) {
      out += ' ';
      ++column;
    } else if (column == 0) {
      column = indent;  // the caller has written the first line's margin
    }
    out += word;
    column += length;
    at = end;
  }
  return out;
}

std::string PlainText(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

std::string ElideMiddle(std::string_view text, size_t width) {
  const size_t columns = Columns(text);
  if (columns <= width) return std::string(text);
  const size_t head = (width - 3) * 2 / 5;
  const size_t tail = columns - (width - 3 - head);  // the first code point kept of the end
  std::string out;
  size_t column = 0;
  for (const char c : text) {
    if (StartsCodePoint(c)) ++column;
    if (column <= head || column > tail) {
      out += c;
    } else if (StartsCodePoint(c) && column == head + 1) {
      out += "...";
    }
  }
  return out;
}

namespace {

// `value` below a thousand with the prefix that makes it so.
std::string Scaled(double value, const char* unit) {
  constexpr std::array<const char*, 6> kPrefixes = {"", "k", "M", "G", "T", "P"};
  size_t prefix = 0;
  while (value >= 999.5 && prefix + 1 < kPrefixes.size()) {
    value /= 1000;
    ++prefix;
  }
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), prefix == 0 || value >= 99.95 ? "%.0f %s%s" : "%.1f %s%s",
                value, kPrefixes[prefix], unit);
  std::string out = text.data();
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

}  // namespace

std::string FormatNumber(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string HumanCount(double count) { return Scaled(count, ""); }

std::string HumanBytes(double bytes) { return Scaled(bytes, "B"); }

}  // namespace quantgate
