// write_sample_report sample|hostile|large|mobilenet html|html-plain|json OUT: a report to look at,
// and the page the browser test opens.
#include <fstream>
#include <iostream>
#include <string_view>

#include "reports/report_table.h"
#include "tests/reports/sample_report.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: write_sample_report sample|hostile|large|mobilenet FORM OUT\n";
    return 2;
  }
  const std::string_view which = argv[1];
  const quantgate::ReportDef* form = quantgate::FindReport(argv[2]);
  if (form == nullptr) {
    std::cerr << "unknown form '" << argv[2] << "'\n";
    return 2;
  }
  const quantgate::RunReport report = which == "hostile"     ? quantgate::HostileReport()
                                      : which == "large"     ? quantgate::LargeReport(1000, 2000)
                                      : which == "mobilenet" ? quantgate::LargeReport(175, 100)
                                                             : quantgate::SampleReport();
  std::ofstream out(argv[3], std::ios::binary);
  out << form->render(report);
  return out.flush() ? 0 : 1;
}
