#include <iostream>

#include "harness/cli/commands.h"
#include "harness/driver/variant.h"
#include "harness/inspection/model_facts.h"
#include "harness/quantization/quantizer.h"
#include "reference/core/file.h"
#include "reference/core/suggest.h"
#include "reports/text_table.h"

namespace quantgate {
namespace {

Error Usage(std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::kUsage, .message = std::move(message), .hint = std::move(hint)};
}

Result<ActivationOptions> ActivationsFromFlags(const Arguments& arguments) {
  ActivationOptions options;
  const auto low = arguments.Number("default-ranges-min");
  const auto high = arguments.Number("default-ranges-max");
  if (low.has_value() != high.has_value() || (low && !(*low < *high))) {
    return Usage(
        "--default-ranges-min and --default-ranges-max go together, the first the smaller");
  }
  if (low) options.default_range = DefaultRange{*low, *high};
  const auto mean = arguments.Number("mean-values");
  const auto std = arguments.Number("std-dev-values");
  if (mean.has_value() != std.has_value() || (std && !(*std > 0))) {
    return Usage("--mean-values and --std-dev-values go together, the second above zero");
  }
  if (mean) options.input = InputContract{*mean, *std};
  return options;
}

}  // namespace

void DeclareQuantize(ArgumentParser& parser) {
  parser.Text("scheme", "how to quantize (`quantgate list schemes`), default int8", "NAME")
      .Text("ranges", "ranges file that `quantgate calibrate` wrote for this model", "FILE")
      .Number("default-ranges-min", "stands in for every range that is missing, with the next")
      .Number("default-ranges-max", "see --default-ranges-min")
      .Number("mean-values", "uint8 input: code that means 0; real = (code - mean) / std")
      .Number("std-dev-values", "see --mean-values")
      .Text("out", "model to write", "FILE");
}

Result<int> RunQuantize(const Arguments& arguments) {
  const std::string scheme = arguments.Text("scheme", "int8");
  VariantConfig config;
  config.quantize.emplace();
  QuantizeConfig& quantize = *config.quantize;
  quantize.scheme = FindScheme(scheme);
  if (quantize.scheme == nullptr) {
    return Usage("unknown scheme '" + scheme + "'", SuggestFrom(scheme, AllSchemes()));
  }
  if (!arguments.Has("out")) return Usage("--out is missing", "name the model to write");
  QG_ASSIGN_OR_RETURN(quantize.activations, ActivationsFromFlags(arguments));
  quantize.ranges = arguments.Has("ranges") ? QuantizeConfig::RangesFrom::kFile
                                            : QuantizeConfig::RangesFrom::kNone;
  quantize.ranges_file = arguments.Text("ranges");
  if (!arguments.Has("ranges") && !quantize.activations.default_range) {
    return Usage("activations need ranges",
                 "give --ranges FILE, or --default-ranges-min and --default-ranges-max");
  }
  QG_ASSIGN_OR_RETURN(const LoadedModel model,
                      LoadModel(arguments.positional().front(), DefaultProfile()));
  QG_ASSIGN_OR_RETURN(const LoadedModel made, PrepareVariant(config, model, nullptr));
  QG_RETURN_IF_ERROR(WriteFile(arguments.Text("out"), made.bytes.view()));
  std::cerr << "Wrote " << arguments.Text("out") << ": " << DescribeQuantization(*made.model)
            << ", " << HumanBytes(static_cast<double>(model.bytes.size())) << " before, "
            << HumanBytes(static_cast<double>(made.bytes.size())) << " after\n";
  return 0;
}

}  // namespace quantgate
