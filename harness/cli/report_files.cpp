#include "harness/cli/report_files.h"

#include <ostream>

#include "reference/core/file.h"
#include "reports/report_table.h"

namespace quantgate {

Result<std::vector<std::string>> WriteForms(const std::string& directory,
                                            const std::vector<std::string>& formats,
                                            const RunReport& report) {
  std::vector<std::string> paths;
  for (const std::string& format : formats) {
    for (const ReportFile& file : FilesOf(*FindReport(format), report)) {
      paths.push_back(directory + "/" + file.name);
      QG_RETURN_IF_ERROR(WriteFile(paths.back(), file.content));
    }
  }
  return paths;
}

void DeclareReportFlag(ArgumentParser& parser) {
  parser.Text("report", "also write report.json and report.html to this folder", "DIR");
}

Status WriteReportFlag(const Arguments& arguments, const RunReport& report, std::ostream& people) {
  if (!arguments.Has("report")) return OkStatus();
  QG_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                      WriteForms(arguments.Text("report"), {"json", "html"}, report));
  for (const std::string& path : paths) people << "Wrote " << path << "\n";
  return OkStatus();
}

}  // namespace quantgate
