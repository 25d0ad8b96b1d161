#include "reports/ci_text.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace quantgate {
namespace {

// Length of the UTF-8 character at `at`, 0 when the bytes are none. `code` gets its number.
size_t CharacterAt(std::string_view text, size_t at, uint32_t& code) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[at + i]); };
  const uint8_t first = byte(0);
  const size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first >= 0xF8 || (first >= 0x80 && first < 0xC2) || at + length > text.size()) return 0;
  code = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  return length;
}

// Control characters but newline, line separators, marks that turn the direction of writing.
bool IsHostile(uint32_t code) {
  return (code < 0x20 && code != '\n') || (code >= 0x7F && code < 0xA0) || code == 0x2028 ||
         code == 0x2029 || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF || code == 0xFFFE || code == 0xFFFF ||
         (code >= 0xD800 && code <= 0xDFFF);
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Valid UTF-8 without hostile characters.
std::string Clean(std::string_view text, bool one_line) {
  std::string clean;
  for (size_t at = 0; at < text.size();) {
    uint32_t code = 0;
    const size_t length = CharacterAt(text, at, code);
    if (length == 0 || IsHostile(code)) {
      clean += kReplacement;
      at += length == 0 ? 1 : length;
      continue;
    }
    if (code == '\n' && one_line) {
      clean += ' ';
    } else {
      clean += text.substr(at, length);
    }
    at += length;
  }
  return clean;
}

template <size_t N>
std::string Escaped(std::string_view text,
                    const std::array<std::pair<char, std::string_view>, N>& table) {
  std::string out;
  for (const char c : text) {
    std::string_view replacement;
    for (const auto& [from, to] : table) {
      if (c == from) replacement = to;
    }
    if (replacement.empty()) {
      out += c;
    } else {
      out += replacement;
    }
  }
  return out;
}

using Replacement = std::pair<char, std::string_view>;

}  // namespace

std::string XmlText(std::string_view text) {
  return Escaped(
      Clean(text, false),
      std::array{Replacement{'&', "&amp;"}, Replacement{'<', "&lt;"}, Replacement{'>', "&gt;"},
                 Replacement{'"', "&quot;"}, Replacement{'\n', "&#10;"}});
}

std::string MarkdownText(std::string_view text) {
  return Escaped(
      Clean(text, true),
      std::array{Replacement{'&', "&amp;"}, Replacement{'<', "&lt;"}, Replacement{'>', "&gt;"},
                 Replacement{'|', "\\|"}, Replacement{'`', "\\`"}, Replacement{'*', "\\*"},
                 Replacement{'_', "\\_"}, Replacement{'[', "\\["}, Replacement{']', "\\]"},
                 Replacement{'\\', "\\\\"}, Replacement{'#', "\\#"}, Replacement{'~', "\\~"},
                 Replacement{'!', "\\!"}, Replacement{'@', "&#64;"}});
}

std::string WorkflowText(std::string_view text) {
  // GitHub decodes these three; a bare line break would end the command.
  return Escaped(Clean(text, false), std::array{Replacement{'%', "%25"}, Replacement{'\n', "%0A"}});
}

std::string WorkflowProperty(std::string_view text) {
  return Escaped(WorkflowText(text), std::array{Replacement{':', "%3A"}, Replacement{',', "%2C"}});
}

std::string CsvField(std::string_view text) {
  std::string field = Clean(text, true);
  constexpr std::string_view kFormula = "=+-@\t";
  if (!field.empty() && kFormula.find(field.front()) != std::string_view::npos) {
    field.insert(field.begin(), '\'');
  }
  if (field.find_first_of(",\"\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string Shortened(std::string_view text, size_t bytes) {
  constexpr std::string_view kDots = "...";
  if (text.size() <= bytes) return std::string(text);
  size_t end = bytes > kDots.size() ? bytes - kDots.size() : 0;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + std::string(kDots);
}

}  // namespace quantgate
