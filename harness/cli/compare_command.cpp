#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/gate_flags.h"
#include "harness/cli/map_flag.h"
#include "harness/cli/profile_flag.h"
#include "harness/cli/run_output.h"
#include "harness/cli/threshold_flag.h"

namespace quantgate {
namespace {

Status TaskFromFlag(const std::string& name, std::optional<Task>& task) {
  if (name.empty()) return OkStatus();
  const auto found = FindTask(name);
  if (!found) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--task takes classification, anomaly or none, not '" + name + "'"};
  }
  task = *found;
  return OkStatus();
}

}  // namespace

void DeclareCompare(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  DeclareProfileFlag(parser);
  DeclareMapFlag(parser);
  parser.Text("feed", "how the variant is fed: quantize (default), cast, raw or truncate", "MODE")
      .Text(
          "task",
          "classification, anomaly: the error of a reconstruction against labels 0 and 1, or none: "
          "only tensors are compared (default: what output and labels look like)",
          "NAME");
  DeclareThresholdFlag(parser);
  DeclareGateFlags(parser, /*baseline=*/true);
  DeclareRunOutputFlags(parser, /*config=*/false);
}

Result<int> RunCompare(const Arguments& arguments) {
  RunConfig config;
  config.title = "Comparison of two models";
  QG_ASSIGN_OR_RETURN(config.dataset, DatasetFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(config.preprocessing, PreprocessingFromFlags(arguments));
  config.reference_model = arguments.positional()[0];
  VariantConfig variant;
  variant.name = "variant";
  variant.model = arguments.positional()[1];
  QG_ASSIGN_OR_RETURN(variant.profile, ProfileFromFlag(arguments));
  variant.map = arguments.Text("map");
  const std::string feed = arguments.Text("feed", "quantize");
  const FeedMode* mode = FindFeedMode(feed);
  if (mode == nullptr) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--feed takes quantize, cast, raw or truncate, not '" + feed + "'"};
  }
  variant.feed = *mode;
  config.variants.push_back(std::move(variant));
  QG_ASSIGN_OR_RETURN(config.gate, GateFromFlags(arguments));
  config.threshold = ThresholdFromFlag(arguments);
  QG_RETURN_IF_ERROR(TaskFromFlag(arguments.Text("task"), config.task));
  return RunAndReport(std::move(config), arguments);
}

}  // namespace quantgate
