#include <iostream>

#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/map_flag.h"
#include "harness/cli/profile_flag.h"
#include "harness/cli/progress.h"
#include "harness/cli/report_files.h"
#include "harness/cli/threshold_flag.h"
#include "harness/driver/diagnose.h"
#include "harness/driver/loaded_model.h"
#include "harness/driver/model_path.h"
#include "harness/driver/run.h"
#include "harness/driver/settled_task.h"
#include "harness/execution/settled_plan.h"
#include "reference/core/file.h"
#include "reports/attribution_report.h"

namespace quantgate {
namespace {

Result<std::optional<Task>> NamedTask(const Arguments& arguments) {
  const std::string name = arguments.Text("task");
  if (name.empty()) return std::optional<Task>();
  const std::optional<Task> task = FindTask(name);
  if (task == Task::kClassification || task == Task::kNone) return task;
  return Error{.code = ErrorCode::kUsage,
               .message = "--task takes classification or none, not '" + name + "'"};
}

// The report of an ordinary comparison of the two, with what the diagnosis found. Nothing without
// --report.
Status WriteDiagnosis(const Arguments& arguments, const AttributionInput& input,
                      const DatasetConfig& dataset, const Profile* profile,
                      const Diagnosis& diagnosis, std::ostream& people) {
  if (!arguments.Has("report")) return OkStatus();
  RunConfig config;
  config.title = "Diagnosis of " + arguments.positional()[1];
  QG_ASSIGN_OR_RETURN(config.task, NamedTask(arguments));
  config.threshold = ThresholdFromFlag(arguments);
  config.dataset = dataset;
  config.preprocessing = input.preprocessing;
  config.reference_model = arguments.positional()[0];
  VariantConfig variant;
  variant.name = "variant";
  variant.model = arguments.positional()[1];
  variant.feed = input.feed;
  variant.profile = profile;
  variant.map = arguments.Text("map");
  config.variants = {variant};
  RunOptions options;
  options.threads = input.threads;
  options.command = arguments.command_line();
  QG_ASSIGN_OR_RETURN(RunOutcome outcome, Run(config, options));
  RunReport& report = outcome.report;
  report.variants.front().attribution = diagnosis.attribution;
  report.findings = diagnosis.findings;
  for (Finding& finding : report.findings) {
    finding.variant = variant.name;
    finding.repro = options.command;
  }
  return WriteReportFlag(arguments, report, people);
}

}  // namespace

void DeclareDiagnose(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  DeclareProfileFlag(parser);
  DeclareMapFlag(parser);
  DeclareThresholdFlag(parser);
  parser.Text("feed", "how the variant is fed: quantize (default), cast, raw or truncate", "MODE")
      .Text("task",
            "classification, or none: what counts is the output's error (default: what the output "
            "looks like)",
            "NAME")
      .Flag("sources-only", "only where the loss comes from, not which operators cost what")
      .Number("budget", "seconds the operators may take; fewer samples are used above it")
      .Flag("all", "show every operator")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Text("out", "also write the JSON document to this file", "FILE")
      .Flag("json", "one JSON document on standard output")
      .Flag("quiet", "no progress bar");
  DeclareReportFlag(parser);
}

Result<int> RunDiagnose(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(const DatasetConfig config, DatasetFromFlags(arguments));
  AttributionInput input;
  QG_ASSIGN_OR_RETURN(input.preprocessing, PreprocessingFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(const Profile* profile, ProfileFromFlag(arguments));
  QG_ASSIGN_OR_RETURN(input.map, MapFromFlag(arguments));
  const FeedMode* feed = FindFeedMode(arguments.Text("feed", "quantize"));
  if (feed == nullptr) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--feed takes quantize, cast, raw or truncate, not '" +
                            arguments.Text("feed") + "'"};
  }
  input.feed = *feed;
  const std::vector<std::string>& files = arguments.positional();
  QG_ASSIGN_OR_RETURN(const LoadedModel reference, LoadModel(files[0], DefaultProfile()));
  QG_ASSIGN_OR_RETURN(const LoadedModel variant,
                      LoadModel(WithSignatureOf(files[0], files[1]), *profile));
  QG_ASSIGN_OR_RETURN(const std::unique_ptr<Dataset> dataset, OpenDataset(config.spec));
  input.dataset = dataset.get();
  QG_ASSIGN_OR_RETURN(input.reference, SettlePlan(reference.plan, *dataset, input.preprocessing));
  QG_ASSIGN_OR_RETURN(input.variant,
                      SettlePlan(variant.plan, *dataset, input.preprocessing, input.feed));
  QG_ASSIGN_OR_RETURN(const std::optional<Task> named, NamedTask(arguments));
  QG_ASSIGN_OR_RETURN(const SettledTask task, SettleTask(named, dataset->labels(), *input.reference,
                                                         *dataset, ThresholdFromFlag(arguments)));
  input.threshold = ThresholdFromFlag(arguments);
  input.classify = task.task == Task::kClassification;
  if (!task.reason.empty()) {
    std::cerr << "Not judged as a classification: " << task.reason << "\n";
  }
  input.by_operator = !arguments.Has("sources-only");
  input.budget_seconds = arguments.Number("budget").value_or(0);
  input.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  Result<Diagnosis> diagnosis = Error{};
  {
    ProgressBar progress(arguments.Has("quiet"));
    input.progress = [&](std::string_view phase, int64_t done, int64_t total) {
      progress.Show(phase, done, total);
    };
    diagnosis = DiagnoseModels(input, files[1]);
  }
  if (!diagnosis.ok()) return diagnosis.error();
  Attribution& attribution = diagnosis->attribution;
  attribution.reference = files[0];
  attribution.variant = files[1];
  if (arguments.Has("out")) {
    QG_RETURN_IF_ERROR(
        WriteFile(arguments.Text("out"), AttributionJson(attribution, diagnosis->findings)));
  }
  const bool json = arguments.Has("json");
  std::cout << (json ? AttributionJson(attribution, diagnosis->findings)
                     : AttributionText(attribution, diagnosis->findings,
                                       arguments.Has("all") ? 0 : 12));
  input.progress = {};
  QG_RETURN_IF_ERROR(
      WriteDiagnosis(arguments, input, config, profile, *diagnosis, json ? std::cerr : std::cout));
  return 0;
}

}  // namespace quantgate
