// Several runs side by side: accuracy, size and worst layers over time.
#pragma once

#include <string>
#include <vector>

#include "harness/results/run_report.h"

namespace quantgate {

struct NamedReport {
  std::string file;  // as given
  RunReport report;
};

// By the time of the runs; those without a time keep their place at the end.
void SortByTime(std::vector<NamedReport>& reports);

// A row a run and variant, in the order of `reports`.
std::string HistoryText(const std::vector<NamedReport>& reports);
// The same rows as one JSON document.
std::string HistoryJson(const std::vector<NamedReport>& reports);

// The last report, with what the page needs of the others in its history. At least one report.
RunReport WithHistory(const std::vector<NamedReport>& reports);

}  // namespace quantgate
