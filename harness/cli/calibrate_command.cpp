#include <iostream>

#include "harness/calibration/calibrate.h"
#include "harness/calibration/ranges_file.h"
#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/progress.h"
#include "harness/driver/loaded_model.h"
#include "reference/core/file.h"
#include "reference/core/sha256.h"
#include "reference/core/suggest.h"

namespace quantgate {

void DeclareCalibrate(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  parser.Text("estimator", "how a range follows from what was seen (default minmax)", "NAME")
      .Text("out", "ranges file to write (default: standard output)", "FILE")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Flag("quiet", "no progress bar");
}

Result<int> RunCalibrate(const Arguments& arguments) {
  QG_ASSIGN_OR_RETURN(const DatasetConfig data, DatasetFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(const Preprocessing preprocessing, PreprocessingFromFlags(arguments));
  const std::string estimator = arguments.Text("estimator", "minmax");
  if (FindEstimator(estimator) == nullptr) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "unknown range estimator '" + estimator + "'",
                 .hint = SuggestFrom(estimator, AllEstimators())};
  }
  QG_ASSIGN_OR_RETURN(const LoadedModel model,
                      LoadModel(arguments.positional().front(), DefaultProfile()));
  QG_ASSIGN_OR_RETURN(const std::unique_ptr<Dataset> dataset, OpenDataset(data.spec));
  CalibrationInput input;
  input.plan = model.plan;
  input.model_sha256 = Sha256Hex(model.bytes.view());
  input.dataset = dataset.get();
  input.dataset_name = data.name;
  input.preprocessing = preprocessing;
  input.estimator = FindEstimator(estimator);
  input.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  ProgressBar progress(arguments.Has("quiet"));
  input.progress = [&](int64_t done, int64_t total) { progress.Show("calibrate", done, total); };
  QG_ASSIGN_OR_RETURN(const Ranges ranges, Calibrate(input));
  const std::string json = RangesToJson(ranges);
  if (!arguments.Has("out")) {
    std::cout << json;
    return 0;
  }
  QG_RETURN_IF_ERROR(WriteFile(arguments.Text("out"), json));
  std::cerr << "Wrote ranges of " << ranges.tensors.size() << " tensors over " << ranges.samples
            << " samples to " << arguments.Text("out") << "\n";
  return 0;
}

}  // namespace quantgate
