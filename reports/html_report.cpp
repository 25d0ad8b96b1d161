#include "reports/html_report.h"

#include "reports/html_plain.h"
#include "reports/html_text.h"
#include "reports/json_report.h"
#include "reports/page_summary.h"

namespace quantgate {
namespace {

// reports/web/src/template.html has each of them once.
constexpr std::string_view kTitleMark = "%QUANTGATE_TITLE%";
constexpr std::string_view kDataMark = "%QUANTGATE_REPORT%";

// Inside <script> the parser of HTML looks for "</script" and "<!--" and for nothing else, so no
// '<' may stand there. U+2028 and U+2029 end a line in old JavaScript.
std::string JsonForScript(const RunReport& report) {
  const std::string json = RenderJsonCompact(report);
  std::string out;
  out.reserve(json.size());
  for (size_t i = 0; i < json.size(); ++i) {
    const std::string_view rest = std::string_view(json).substr(i, 3);
    if (rest[0] == '<') {
      out += "\\u003c";
    } else if (rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9") {
      out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += rest[0];
    }
  }
  return out;
}

}  // namespace

std::string FillHtmlTemplate(std::string_view html_template, const RunReport& report) {
  const size_t title = html_template.find(kTitleMark);
  const size_t data = html_template.find(kDataMark);
  if (title == std::string_view::npos || data == std::string_view::npos || data < title) {
    return RenderHtmlPlain(report);
  }
  const size_t after_title = title + kTitleMark.size();
  std::string page(html_template.substr(0, title));
  page += EscapeHtml(report.context.title.empty() ? "Quantgate report" : report.context.title);
  page += html_template.substr(after_title, data - after_title);
  page += JsonForScript(report);
  page += html_template.substr(data + kDataMark.size());
  return page;
}

std::string RenderHtml(const RunReport& report) {
  RunReport page = report;
  CoarsenHistograms(page);
  return FillHtmlTemplate(HtmlTemplate(), page);
}

}  // namespace quantgate
