#include "reports/html_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "reports/text_table.h"

namespace quantgate {
namespace {

constexpr std::string_view kMissing = "–";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct CodePoint {
  uint32_t value = 0;
  size_t length = 1;  // bytes; 1 for a byte that starts no valid sequence
  bool valid = false;
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
CodePoint Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(text[i])); };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  uint32_t value = lead & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3FU);
  }
  constexpr std::array<uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || surrogate || value > 0x10FFFF) return {};
  return {value, length, true};
}

bool IsUnwanted(uint32_t c) {
  const bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
  // U+2028 to U+202E: line and paragraph separators, then embeddings and overrides of direction.
  const bool separator_or_direction =
      (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
  return control || separator_or_direction;
}

std::string_view Entity(uint32_t c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {};
  }
}

std::string ToChars(double value, std::chars_format format, int precision) {
  // Fixed notation of the largest double takes 309 digits before the point.
  std::array<char, 400> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, format, precision).ptr;
  return {text.data(), end};
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const CodePoint c = Decode(text.substr(i));
    if (!c.valid || IsUnwanted(c.value)) {
      out += kReplacement;
    } else if (const std::string_view entity = Entity(c.value); !entity.empty()) {
      out += entity;
    } else {
      out += text.substr(i, c.length);
    }
    i += c.length;
  }
  return out;
}

std::string FixedText(std::optional<double> value, int decimals) {
  if (!value || !std::isfinite(*value)) return std::string(kMissing);
  std::string text = ToChars(*value, std::chars_format::fixed, decimals);
  // -0.00 says nothing that 0.00 does not.
  if (text.find_first_not_of("-0.") == std::string::npos && text[0] == '-') text.erase(0, 1);
  return text;
}

std::string SignificantText(std::optional<double> value, int digits) {
  if (!value || !std::isfinite(*value)) return std::string(kMissing);
  return ToChars(*value, std::chars_format::general, digits);
}

std::string CountText(std::optional<int64_t> value) {
  if (!value) return std::string(kMissing);
  std::string text = std::to_string(*value);
  const size_t first_digit = *value < 0 ? 1 : 0;
  for (size_t i = text.size(); i > first_digit + 3;) text.insert(i -= 3, ",");
  return text;
}

std::string PercentText(std::optional<double> share, int decimals) {
  if (!share || !std::isfinite(*share)) return std::string(kMissing);
  return FixedText(*share * 100.0, decimals) + " %";
}

std::string SizeText(int64_t bytes) {
  return bytes > 0 ? HumanBytes(static_cast<double>(bytes)) : std::string(kMissing);
}

HtmlWriter& HtmlWriter::Raw(std::string_view markup) {
  html_ += markup;
  return *this;
}

HtmlWriter& HtmlWriter::Text(std::string_view text) { return Raw(EscapeHtml(text)); }

HtmlWriter& HtmlWriter::Element(std::string_view tag, std::string_view text) {
  Raw("<").Raw(tag).Raw(">").Text(text);
  return Raw("</").Raw(tag.substr(0, tag.find(' '))).Raw(">");
}

HtmlWriter& HtmlWriter::Fact(std::string_view name, std::string_view value) {
  return Raw("<tr>").Element("th scope=row", name).Cell(value).Raw("</tr>\n");
}

HtmlWriter& HtmlWriter::OpenTable(std::initializer_list<std::string_view> columns) {
  Raw("<div class=scroll tabindex=0><table><thead><tr>");
  for (std::string_view column : columns) {
    const bool number = column.starts_with('#');
    if (number) column.remove_prefix(1);
    Element(number ? "th scope=col class=n" : "th scope=col", column);
  }
  return Raw("</tr></thead><tbody>\n");
}

}  // namespace quantgate
