#include <iostream>

#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/progress.h"
#include "harness/driver/drift.h"
#include "harness/driver/loaded_model.h"
#include "reference/core/suggest.h"
#include "reports/drift_report.h"

namespace quantgate {
namespace {

Result<std::pair<const Profile*, const Profile*>> ProfilesFrom(const std::string& text) {
  const size_t comma = text.find(',');
  if (comma == std::string::npos || text.find(',', comma + 1) != std::string::npos) {
    return Error{
        .code = ErrorCode::kUsage,
        .message = "--profiles takes two names with a comma between them, not '" + text + "'"};
  }
  const std::string names[] = {text.substr(0, comma), text.substr(comma + 1)};
  for (const std::string& name : names) {
    if (FindProfile(name) != nullptr) continue;
    return Error{.code = ErrorCode::kUsage,
                 .message = "unknown numerics profile '" + name + "'",
                 .hint = SuggestFrom(name, AllProfiles())};
  }
  return std::pair(FindProfile(names[0]), FindProfile(names[1]));
}

Result<FeedMode> FeedFrom(const std::string& text) {
  if (const FeedMode* mode = FindFeedMode(text)) return *mode;
  return Error{.code = ErrorCode::kUsage,
               .message = "--feed takes quantize, cast, raw or truncate, not '" + text + "'"};
}

}  // namespace

void DeclareDrift(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  parser
      .Text("profiles",
            "the two numerics profiles, default tflite,xnnpack (`quantgate list profiles`)", "A,B")
      .Integer("samples", "use at most this many samples, as --limit does")
      .Text("feed", "how the model is fed: quantize (default), cast, raw or truncate", "MODE")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Flag("json", "print a JSON document instead of the table")
      .Flag("quiet", "no progress bar");
}

Result<int> RunDrift(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(const auto profiles,
                      ProfilesFrom(arguments.Text("profiles", "tflite,xnnpack")));
  QG_ASSIGN_OR_RETURN(const FeedMode feed, FeedFrom(arguments.Text("feed", "quantize")));
  QG_ASSIGN_OR_RETURN(DatasetConfig data, DatasetFromFlags(arguments));
  if (const auto samples = arguments.Integer("samples")) {
    data.spec.limit = std::min(*samples, data.spec.limit.value_or(*samples));
  }
  QG_ASSIGN_OR_RETURN(const Preprocessing preprocessing, PreprocessingFromFlags(arguments));
  const std::string& path = arguments.positional().front();
  QG_ASSIGN_OR_RETURN(const LoadedModel model, LoadModel(path, *profiles.first));
  QG_ASSIGN_OR_RETURN(const std::unique_ptr<Dataset> dataset, OpenDataset(data.spec));
  DriftInput input{.model = model.model,
                   .file = path,
                   .first = profiles.first,
                   .second = profiles.second,
                   .dataset = dataset.get(),
                   .preprocessing = preprocessing,
                   .feed = feed};
  input.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  Result<DriftReport> drift = Error{};
  {
    ProgressBar progress(arguments.Has("quiet"));
    input.progress = [&](int64_t done, int64_t total) { progress.Show("drift", done, total); };
    drift = MeasureDrift(input);
  }
  if (!drift.ok()) return drift.error();
  std::cout << (arguments.Has("json") ? DriftJson(*drift, path) : DriftText(*drift));
  return 0;
}

}  // namespace quantgate
