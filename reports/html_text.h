// Text and numbers for HTML pages: everything that comes from a model, a dataset or a config passes
// through Text or Element, which escape it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quantgate {

// `text` as HTML text or as the value of a quoted attribute. Control characters other than newline
// and tab (ANSI escapes among them), characters that turn the direction of writing, line separators
// and bytes that are not UTF-8 are shown as U+FFFD: none of them belongs in a name.
std::string EscapeHtml(std::string_view text);

// Numbers without a locale; "–" for what is absent or not finite.
std::string FixedText(std::optional<double> value, int decimals);
std::string SignificantText(std::optional<double> value, int digits = 4);
std::string CountText(std::optional<int64_t> value);
// A share in percent, as "12.34 %".
std::string PercentText(std::optional<double> share, int decimals = 2);
// 1234567 as "1.2 MB"; a size of 0 is one that is not known.
std::string SizeText(int64_t bytes);

// Puts a page together. Only literals of this program go to Raw.
class HtmlWriter {
 public:
  HtmlWriter& Raw(std::string_view markup);
  HtmlWriter& Text(std::string_view text);
  // <tag>text</tag>; `tag` may carry attributes, as in "td class=n".
  HtmlWriter& Element(std::string_view tag, std::string_view text);
  HtmlWriter& Cell(std::string_view text) { return Element("td", text); }
  HtmlWriter& Number(std::string_view text) { return Element("td class=n", text); }
  // A row of a list of facts.
  HtmlWriter& Fact(std::string_view name, std::string_view value);
  // <table><thead>…<tbody>; names that start with '#' head a column of numbers.
  HtmlWriter& OpenTable(std::initializer_list<std::string_view> columns);
  HtmlWriter& CloseTable() { return Raw("</tbody></table></div>\n"); }

  [[nodiscard]] std::string Take() && { return std::move(html_); }

 private:
  std::string html_;
};

}  // namespace quantgate
