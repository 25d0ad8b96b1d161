#include <iostream>

#include "harness/calibration/calibrate.h"
#include "harness/calibration/calibration_check.h"
#include "harness/calibration/observation_file.h"
#include "harness/calibration/ranges_file.h"
#include "harness/cli/calibrate_sweep.h"
#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/progress.h"
#include "harness/driver/loaded_model.h"
#include "reference/core/file.h"

namespace quantgate {
namespace {

// What the flags say about data; the datasets opened.
struct Data {
  DatasetConfig calibration;
  std::optional<DatasetConfig> evaluation;
  Preprocessing preprocessing;
  std::unique_ptr<Dataset> calibration_set;
  std::unique_ptr<Dataset> evaluation_set;  // null without evaluation
};

Result<Data> DataFromFlags(const Arguments& arguments) {
  Data data;
  QG_ASSIGN_OR_RETURN(data.calibration, DatasetFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(data.preprocessing, PreprocessingFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(data.evaluation, EvaluationFromFlags(arguments, data.calibration));
  QG_ASSIGN_OR_RETURN(data.calibration_set, OpenDataset(data.calibration.spec));
  if (data.evaluation) {
    QG_ASSIGN_OR_RETURN(data.evaluation_set, OpenDataset(data.evaluation->spec));
  }
  return data;
}

Result<Observation> ObserveData(const Arguments& arguments, const LoadedModel& model,
                                const Data& data, bool evaluation) {
  ObservationInput input;
  input.preprocessing = data.preprocessing;
  input.plan = model.plan;
  input.model_sha256 = FingerprintOf(model);
  input.dataset = evaluation ? data.evaluation_set.get() : data.calibration_set.get();
  input.dataset_name = evaluation ? data.evaluation->name : data.calibration.name;
  input.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  ProgressBar progress(arguments.Has("quiet"));
  input.progress = [&](int64_t done, int64_t total) {
    progress.Show(evaluation ? "observe" : "calibrate", done, total);
  };
  return Observe(input);
}

// Says whether the samples are enough.
void PrintCheck(const CalibrationCheck& check) {
  std::cerr << "Calibration samples: " << CalibrationVerdictName(check.verdict) << "\n";
  for (const std::string& advice : check.advice) std::cerr << "  " << advice << "\n";
  if (check.shared_samples > 0) {
    std::cerr << "  " << check.shared_samples << " of the " << check.held_out_samples
              << " held-out samples are also calibration samples.\n";
  }
}

Result<Observation> ObserveAndCheck(const Arguments& arguments, const LoadedModel& model) {
  QG_ASSIGN_OR_RETURN(const Data data, DataFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(Observation seen, ObserveData(arguments, model, data, false));
  CalibrationCheck check;
  if (data.evaluation) {
    QG_ASSIGN_OR_RETURN(const Observation held_out, ObserveData(arguments, model, data, true));
    check = CheckCalibration(seen, &held_out);
    QG_RETURN_IF_ERROR(FindSharedSamples(*data.calibration_set, *data.evaluation_set, check));
  } else {
    check = CheckCalibration(seen, nullptr);
  }
  if (!arguments.Has("quiet")) PrintCheck(check);
  return seen;
}

Result<int> SweepFromFlags(const Arguments& arguments, const EstimatorChoice& estimator) {
  QG_ASSIGN_OR_RETURN(const DatasetConfig calibration, DatasetFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(const Preprocessing preprocessing, PreprocessingFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(const std::optional<DatasetConfig> evaluation,
                      EvaluationFromFlags(arguments, calibration));
  if (!evaluation) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--sweep needs --eval-images",
                 .hint = "and --eval-labels, to measure accuracy on them"};
  }
  return RunSweep(arguments, {calibration, estimator}, *evaluation, preprocessing);
}

// Observations made before, checked against the model.
Result<Observation> MergeFromFlags(const Arguments& arguments, const LoadedModel& model) {
  const std::string model_sha256 = FingerprintOf(model);
  std::vector<Observation> parts;
  for (const std::string& path : arguments.Texts("merge")) {
    QG_ASSIGN_OR_RETURN(parts.emplace_back(), ReadObservation(path));
    if (parts.back().model_sha256 == model_sha256) continue;
    return Error{.code = ErrorCode::kConfig,
                 .message = "these observations belong to another model or signature (" +
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
  DeclareEvaluationFlags(parser);
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
      .Flag("sweep", "quantize with every estimator and evaluate each on the held-out samples")
      .Text("scheme", "sweep: how to quantize (default int8)", "NAME")
      .Text("report", "sweep: folder for the JSON and HTML report", "DIR")
      .Flag("json", "sweep: print the JSON report on standard output, the table on standard error")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Flag("quiet", "no progress bar and no word on the samples");
}

Result<int> RunCalibrate(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(const EstimatorChoice estimator,
                      ParseEstimator(arguments.Text("estimator", "minmax")));
  if (arguments.Has("sweep")) return SweepFromFlags(arguments, estimator);
  const bool merge = arguments.Has("merge");
  if (merge && arguments.Has("images")) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--merge and --images exclude each other",
                 .hint = "observe the images first, with --observations, and merge both files"};
  }
  QG_ASSIGN_OR_RETURN(const LoadedModel model,
                      LoadModel(arguments.positional().front(), DefaultProfile()));
  QG_ASSIGN_OR_RETURN(const Observation observation,
                      merge ? MergeFromFlags(arguments, model) : ObserveAndCheck(arguments, model));
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
