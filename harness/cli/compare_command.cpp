#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/profile_flag.h"
#include "harness/cli/run_output.h"

namespace quantgate {

void DeclareCompare(ArgumentParser& parser) {
  DeclareDatasetFlags(parser);
  DeclareProfileFlag(parser);
  parser.Text("feed", "how the variant is fed: quantize (default), cast or raw", "MODE")
      .Number("max-drop-points", "gate: accuracy the variant may lose")
      .Number("min-top1-percent", "gate: accuracy the variant must have")
      .Number("min-sqnr-db", "gate: SQNR that every quantized tensor must have");
  DeclareRunOutputFlags(parser);
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
  const std::string feed = arguments.Text("feed", "quantize");
  const FeedMode* mode = FindFeedMode(feed);
  if (mode == nullptr) {
    return Error{.code = ErrorCode::kUsage, .message = "--feed takes quantize, cast or raw"};
  }
  variant.feed = *mode;
  config.variants.push_back(std::move(variant));
  if (const auto points = arguments.Number("max-drop-points")) {
    config.gate.limits["max_drop_points"][""] = {*points, std::nullopt};
  }
  config.gate.min_top1_percent = arguments.Number("min-top1-percent");
  if (const auto sqnr = arguments.Number("min-sqnr-db")) config.gate.min_sqnr_db["*"] = *sqnr;
  return RunAndReport(std::move(config), arguments);
}

}  // namespace quantgate
