#include "reports/report_table.h"

#include <array>

#include "reports/csv_report.h"
#include "reports/github_report.h"
#include "reports/html_plain.h"
#include "reports/html_report.h"
#include "reports/json_report.h"
#include "reports/junit_report.h"
#include "reports/markdown_report.h"
#include "reports/metrics_report.h"
#include "reports/model_explorer_report.h"
#include "reports/sarif_report.h"

namespace quantgate {
namespace {

constexpr std::array kReports = {
    ReportDef{"json", "everything the run found, for programs (configs/schema/report.schema.json)",
              "report.json", RenderJson},
    ReportDef{"html", "the interactive page to look at first; opens from disk, one file",
              "report.html", RenderHtml},
    ReportDef{"html-plain", "the same as words and tables, without any script", "report-plain.html",
              RenderHtmlPlain},
    ReportDef{"markdown", "the verdict, the variants and the causes, for a pull request",
              "report.md", RenderMarkdown},
    ReportDef{"junit", "JUnit XML: a suite a variant, a test a rule", "junit.xml", RenderJunit},
    ReportDef{"sarif", "SARIF 2.1.0: broken rules and named causes, for code scanning",
              "report.sarif", RenderSarif},
    ReportDef{"github", "annotations for GitHub Actions, printed there without being asked",
              "github.txt", RenderGithub},
    ReportDef{"csv", "a row a tensor, in the columns of TensorFlow's QuantizationDebugger and more",
              "tensors.csv", RenderCsv},
    ReportDef{"metrics", "numbers by name, for DVC and MLflow", "metrics.json", RenderMetrics},
    ReportDef{"model-explorer", "node data for Model Explorer: a file a variant and metric",
              "model-explorer", RenderModelExplorer, ModelExplorerFiles},
};

}  // namespace

std::span<const ReportDef> AllReports() { return kReports; }

const ReportDef* FindReport(std::string_view name) {
  for (const ReportDef& report : kReports) {
    if (report.name == name) return &report;
  }
  return nullptr;
}

std::vector<ReportFile> FilesOf(const ReportDef& form, const RunReport& report) {
  if (form.files != nullptr) return form.files(report);
  return {{std::string(form.file_name), form.render(report)}};
}

}  // namespace quantgate
