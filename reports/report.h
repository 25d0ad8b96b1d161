// A form in which a run report can be written. The forms are listed in report_table.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/results/run_report.h"

namespace quantgate {

// A document with its path within an output folder.
struct ReportFile {
  std::string name;
  std::string content;  // UTF-8
};

struct ReportDef {
  std::string_view name;       // "json": what configs and the command line call it
  std::string_view summary;    // one line for `quantgate list`
  std::string_view file_name;  // what it is called in an output folder
  // The whole document, UTF-8. Never fails: evidence that is missing is shown as missing.
  std::string (*render)(const RunReport& report);
  // Of a form with several documents, which `render` gives as one: all of them, and `file_name` is
  // the folder they lie in.
  std::vector<ReportFile> (*files)(const RunReport& report) = nullptr;
};

}  // namespace quantgate
