#include <iostream>

#include "harness/cli/commands.h"
#include "harness/cli/report_files.h"
#include "reference/core/file.h"
#include "reports/history_report.h"
#include "reports/json_report.h"

namespace quantgate {
namespace {

Result<NamedReport> ReadReport(const std::string& file) {
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(file));
  auto report = ParseJsonReport({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!report.ok()) {
    Error error = report.error();
    error.file = file;
    if (error.hint.empty()) error.hint = "the `json` report of a run, report.json, is needed";
    return error;
  }
  return NamedReport{file, std::move(*report)};
}

}  // namespace

void DeclareHistory(ArgumentParser& parser) {
  DeclareReportFlag(parser);
  parser.Flag("json", "one JSON document on standard output");
}

Result<int> RunHistory(const Arguments& arguments) {
  std::vector<NamedReport> reports;
  for (const std::string& file : arguments.positional()) {
    QG_ASSIGN_OR_RETURN(NamedReport report, ReadReport(file));
    reports.push_back(std::move(report));
  }
  SortByTime(reports);
  const bool json = arguments.Has("json");
  std::cout << (json ? HistoryJson(reports) : HistoryText(reports));
  QG_RETURN_IF_ERROR(
      WriteReportFlag(arguments, WithHistory(reports), json ? std::cerr : std::cout));
  return 0;
}

}  // namespace quantgate
