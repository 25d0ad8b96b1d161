#include <iostream>

#include "harness/calibration/calibrate.h"
#include "harness/calibration/observation_file.h"
#include "harness/calibration/ranges_file.h"
#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/progress.h"
#include "harness/driver/loaded_model.h"
#include "reference/core/file.h"
#include "reference/core/sha256.h"

namespace quantgate {
namespace {

Result<Observation> ObserveFromFlags(const Arguments& arguments, const LoadedModel& model) {
  QG_ASSIGN_OR_RETURN(const DatasetConfig data, DatasetFromFlags(arguments));
  ObservationInput input;
  QG_ASSIGN_OR_RETURN(input.preprocessing, PreprocessingFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(const std::unique_ptr<Dataset> dataset, OpenDataset(data.spec));
  input.plan = model.plan;
  input.model_sha256 = Sha256Hex(model.bytes.view());
  input.dataset = dataset.get();
  input.dataset_name = data.name;
  input.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  ProgressBar progress(arguments.Has("quiet"));
  input.progress = [&](int64_t done, int64_t total) { progress.Show("calibrate", done, total); };
  return Observe(input);
}

// Observations made before, checked against the model.
Result<Observation> MergeFromFlags(const Arguments& arguments, const LoadedModel& model) {
  const std::string model_sha256 = Sha256Hex(model.bytes.view());
  std::vector<Observation> parts;
  for (const std::string& path : arguments.Texts("merge")) {
    QG_ASSIGN_OR_RETURN(parts.emplace_back(), ReadObservation(path));
    if (parts.back().model_sha256 == model_sha256) continue;
    return Error{.code = ErrorCode::kConfig,
                 .message = "these observations belong to another model (sha256 " +
                            parts.back().model_sha256.substr(0, 12) + "..., this one has " +
                            model_sha256.substr(0, 12) + "...)",
                 .file = path,
                 .hint = "run `quantgate calibrate` on this model"};
  }
  return MergeObservations(parts);
}

}  // namespace

void DeclareCalibrate(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  parser
      .Text("estimator",
            "how a range follows from what was seen (`quantgate list estimators`), default minmax; "
            "a number may follow: percentile:99.9",
            "NAME")
      .Text("out", "ranges file to write (default: standard output)", "FILE")
      .Text("observations", "also keep what was seen, for --merge and other estimators", "FILE")
      .Texts("merge",
             "take what was seen from this file instead of running; given several times, in the "
             "order of the samples",
             "FILE")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Flag("quiet", "no progress bar");
}

Result<int> RunCalibrate(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(const EstimatorChoice estimator,
                      ParseEstimator(arguments.Text("estimator", "minmax")));
  const bool merge = arguments.Has("merge");
  if (merge && arguments.Has("images")) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--merge and --images exclude each other",
                 .hint = "observe the images first, with --observations, and merge both files"};
  }
  QG_ASSIGN_OR_RETURN(const LoadedModel model,
                      LoadModel(arguments.positional().front(), DefaultProfile()));
  QG_ASSIGN_OR_RETURN(const Observation observation, merge ? MergeFromFlags(arguments, model)
                                                           : ObserveFromFlags(arguments, model));
  QG_ASSIGN_OR_RETURN(const Ranges ranges, EstimateRanges(observation, estimator));
  if (arguments.Has("observations")) {
    QG_RETURN_IF_ERROR(WriteFile(arguments.Text("observations"), ObservationToJson(observation)));
    std::cerr << "Wrote what was seen of " << observation.tensors.size() << " tensors to "
              << arguments.Text("observations") << "\n";
  }
  const std::string json = RangesToJson(ranges);
  if (!arguments.Has("out")) {
    std::cout << json;
    return 0;
  }
  QG_RETURN_IF_ERROR(WriteFile(arguments.Text("out"), json));
  std::cerr << "Wrote " << ranges.estimator << " ranges of " << ranges.tensors.size()
            << " tensors over " << ranges.samples << " samples to " << arguments.Text("out")
            << "\n";
  return 0;
}

}  // namespace quantgate
