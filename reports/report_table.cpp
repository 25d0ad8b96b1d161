#include "reports/report_table.h"

#include <array>

#include "reports/html_plain.h"
#include "reports/html_report.h"
#include "reports/json_report.h"

namespace quantgate {
namespace {

constexpr std::array kReports = {
    ReportDef{"json", "everything the run found, for programs (configs/schema/report.schema.json)",
              "report.json", RenderJson},
    ReportDef{"html", "the interactive page to look at first; opens from disk, one file",
              "report.html", RenderHtml},
    ReportDef{"html-plain", "the same as words and tables, without any script", "report-plain.html",
              RenderHtmlPlain},
};

}  // namespace

std::span<const ReportDef> AllReports() { return kReports; }

const ReportDef* FindReport(std::string_view name) {
  for (const ReportDef& report : kReports) {
    if (report.name == name) return &report;
  }
  return nullptr;
}

}  // namespace quantgate
