#include "harness/cli/run_output.h"

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "harness/cli/baseline_flags.h"
#include "harness/cli/progress.h"
#include "harness/cli/report_files.h"
#include "reference/core/file.h"
#include "reference/core/suggest.h"
#include "reports/console_report.h"
#include "reports/report_table.h"

namespace quantgate {
namespace {

Status CheckFormats(const RunConfig& config) {
  for (const std::string& format : config.report_formats) {
    if (FindReport(format) != nullptr) continue;
    return Error{.code = ErrorCode::kConfig,
                 .message = "no report has the format '" + format + "'",
                 .file = config.path,
                 .hint = SuggestFrom(format, AllReports())};
  }
  return OkStatus();
}

Result<std::vector<std::string>> WriteReports(const RunConfig& config, const RunOutcome& outcome) {
  QG_ASSIGN_OR_RETURN(std::vector<std::string> paths,
                      WriteForms(config.report_directory, config.report_formats, outcome.report));
  for (const auto& [name, bytes] : outcome.made_models) {
    paths.push_back(config.report_directory + "/" + name + ".tflite");
    QG_RETURN_IF_ERROR(WriteFile(paths.back(), bytes.view()));
  }
  return paths;
}

// In a GitHub workflow: annotations, and the summary of the job.
Status TellGithub(const RunReport& report, std::ostream& people) {
  const char* actions = std::getenv("GITHUB_ACTIONS");
  if (actions == nullptr || std::string_view(actions) != "true") return OkStatus();
  people << FindReport("github")->render(report);
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  if (summary == nullptr || *summary == '\0') return OkStatus();
  std::ofstream file(summary, std::ios::app);
  file << FindReport("markdown")->render(report);
  if (file.good()) return OkStatus();
  return Error{
      .code = ErrorCode::kInput, .message = "cannot write the job summary", .file = summary};
}

}  // namespace

void DeclareRunOutputFlags(ArgumentParser& parser, bool config) {
  const std::string otherwise = config ? "the config's or " : "";
  parser.Text("out", "folder for the reports, default " + otherwise + "out", "DIR")
      .Texts("format",
             "report to write, default " + otherwise +
                 "json and html; several times, or commas between (`quantgate list reports`)",
             "NAME")
      .Flag("save-models", "also write the models made during the run")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Flag("oracle",
            "also measure the integer kernels against double precision (100 samples; slow)")
      .Text("baseline", "compare with this file, on the same samples", "FILE")
      .Flag("update-baseline", "write this run to the baseline file, print old and new, end with 0")
      .Text("reason", "with --update-baseline: why the change is accepted; kept in the file",
            "TEXT")
      .Flag("allow-in-ci", "let --update-baseline write where the environment has CI set")
      .Flag("plain", "without accelerated kernels: the same bytes, later")
      .Flag("json", "print the JSON report on standard output, the table on standard error")
      .Flag("quiet", "no progress bar and no table");
}

Result<int> RunAndReport(RunConfig config, const Arguments& arguments, bool partial) {
  config.report_directory = arguments.Text("out", config.report_directory);
  if (arguments.Has("format")) config.report_formats = arguments.Names("format");
  config.save_models = config.save_models || arguments.Has("save-models");
  config.oracle = config.oracle || arguments.Has("oracle");
  QG_RETURN_IF_ERROR(CheckFormats(config));
  const bool quiet = arguments.Has("quiet");
  const bool json = arguments.Has("json");
  RunOptions options;
  options.plain = arguments.Has("plain");
  options.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  options.command = arguments.command_line();
  config.baseline = arguments.Text("baseline", config.baseline);
  const bool update = arguments.Has("update-baseline");
  QG_ASSIGN_OR_RETURN(options.baseline, OpenBaseline(config.baseline, update));
  if (update) QG_RETURN_IF_ERROR(MayUpdate(config.baseline, arguments.Has("allow-in-ci")));
  Result<RunOutcome> outcome = Error{};
  {
    ProgressBar progress(quiet);
    options.progress = [&](std::string_view phase, int64_t done, int64_t total) {
      progress.Show(phase, done, total);
    };
    outcome = Run(config, options);
  }
  if (!outcome.ok()) return outcome.error();
  if (update) {
    QG_RETURN_IF_ERROR(UpdateBaseline(config.baseline, options.baseline, outcome->report,
                                      arguments.Text("reason"), partial,
                                      json ? std::cerr : std::cout));
  }
  QG_ASSIGN_OR_RETURN(const std::vector<std::string> paths, WriteReports(config, *outcome));
  std::ostream& people = json ? std::cerr : std::cout;
  if (json) std::cout << FindReport("json")->render(outcome->report);
  QG_RETURN_IF_ERROR(TellGithub(outcome->report, people));
  if (!quiet) {
    people << RenderConsole(outcome->report, {.color = !json && StdoutTakesColor()}) << "\n";
    for (const std::string& path : paths) people << "Wrote " << path << "\n";
  }
  return outcome->passes || update ? 0 : 1;
}

}  // namespace quantgate
