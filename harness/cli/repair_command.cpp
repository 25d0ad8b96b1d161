#include <algorithm>
#include <iostream>

#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/gate_flags.h"
#include "harness/cli/profile_flag.h"
#include "harness/cli/progress.h"
#include "harness/cli/report_files.h"
#include "harness/cli/threshold_flag.h"
#include "harness/driver/repair.h"
#include "reference/core/file.h"
#include "reports/repair_report.h"

namespace quantgate {
namespace {

// What is asked for when no rule is given.
constexpr double kDefaultMaxDropPoints = 0.3;

}  // namespace

void DeclareRepair(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  DeclareEvaluationFlags(parser);
  DeclareProfileFlag(parser);
  DeclareThresholdFlag(parser);
  DeclareGateFlags(parser, /*baseline=*/false, "; 0.3 where no rule is given");
  parser.Text("feed", "how the variant is fed: quantize (default), cast, raw or truncate", "MODE")
      .Flag("all", "try everything, also after something passes")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Text("out", "write the repaired model to this file", "FILE")
      .Text("report", "also write report.json and report.html to this folder", "DIR")
      .Flag("json", "one JSON document on standard output")
      .Flag("quiet", "no progress bar");
}

Result<int> RunRepair(const Arguments& arguments) {
  RepairInput input;
  input.reference = arguments.positional()[0];
  input.variant = arguments.positional()[1];
  QG_ASSIGN_OR_RETURN(input.calibration.dataset, DatasetFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(const std::optional<DatasetConfig> evaluation,
                      EvaluationFromFlags(arguments, input.calibration.dataset));
  if (!evaluation) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--eval-images is missing",
                 .hint = "--images calibrates, --eval-images and --eval-labels judge"};
  }
  input.dataset = *evaluation;
  input.calibration.estimator = *ParseEstimator("minmax");
  QG_ASSIGN_OR_RETURN(input.preprocessing, PreprocessingFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(input.profile, ProfileFromFlag(arguments));
  QG_ASSIGN_OR_RETURN(input.gate, GateFromFlags(arguments));
  if (input.gate.limits.empty()) {
    input.gate.limits["max_drop_points"][""] = {kDefaultMaxDropPoints, std::nullopt};
  }
  const FeedMode* feed = FindFeedMode(arguments.Text("feed", "quantize"));
  if (feed == nullptr) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--feed takes quantize, cast, raw or truncate, not '" +
                            arguments.Text("feed") + "'"};
  }
  input.feed = *feed;
  input.threshold = ThresholdFromFlag(arguments);
  input.try_all = arguments.Has("all");
  input.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  input.command = arguments.command_line();
  Result<RepairOutcome> outcome = Error{};
  {
    ProgressBar progress(arguments.Has("quiet"));
    input.progress = [&](std::string_view phase, int64_t done, int64_t total) {
      progress.Show(phase, done, total);
    };
    outcome = RepairVariant(input);
  }
  if (!outcome.ok()) return outcome.error();
  const bool json = arguments.Has("json");
  std::cout << (json ? RepairJson(outcome->repair) : RepairText(outcome->repair));
  if (arguments.Has("out") && !outcome->model.empty()) {
    QG_RETURN_IF_ERROR(WriteFile(arguments.Text("out"), outcome->model.view()));
    (json ? std::cerr : std::cout) << "Wrote " << arguments.Text("out") << "\n";
  }
  QG_RETURN_IF_ERROR(WriteReportFlag(arguments, outcome->report, json ? std::cerr : std::cout));
  return outcome->repair.passes ? 0 : 1;
}

}  // namespace quantgate
