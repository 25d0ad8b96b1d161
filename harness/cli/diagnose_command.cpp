#include <iostream>

#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/map_flag.h"
#include "harness/cli/profile_flag.h"
#include "harness/cli/progress.h"
#include "harness/driver/diagnose.h"
#include "harness/driver/loaded_model.h"
#include "reference/core/file.h"
#include "reports/attribution_report.h"

namespace quantgate {

void DeclareDiagnose(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  DeclareProfileFlag(parser);
  DeclareMapFlag(parser);
  parser.Text("feed", "how the variant is fed: quantize (default), cast, raw or truncate", "MODE")
      .Text("task", "classification (default), or none: what counts is the output's error", "NAME")
      .Flag("sources-only", "only where the loss comes from, not which operators cost what")
      .Number("budget", "seconds the operators may take; fewer samples are used above it")
      .Flag("all", "show every operator")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Text("out", "also write the JSON document to this file", "FILE")
      .Flag("json", "one JSON document on standard output")
      .Flag("quiet", "no progress bar");
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
                 .message = "--feed takes quantize, cast, raw or truncate"};
  }
  input.feed = *feed;
  const std::vector<std::string>& files = arguments.positional();
  QG_ASSIGN_OR_RETURN(const LoadedModel reference, LoadModel(files[0], DefaultProfile()));
  QG_ASSIGN_OR_RETURN(const LoadedModel variant, LoadModel(files[1], *profile));
  QG_ASSIGN_OR_RETURN(const std::unique_ptr<Dataset> dataset, OpenDataset(config.spec));
  input.reference = reference.plan;
  input.variant = variant.plan;
  input.dataset = dataset.get();
  const std::string task = arguments.Text("task", "classification");
  if (task != "classification" && task != "none") {
    return Error{.code = ErrorCode::kUsage, .message = "--task takes classification or none"};
  }
  input.classify = task == "classification";
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
  std::cout << (arguments.Has("json") ? AttributionJson(attribution, diagnosis->findings)
                                      : AttributionText(attribution, diagnosis->findings,
                                                        arguments.Has("all") ? 0 : 12));
  return 0;
}

}  // namespace quantgate
