#include <iostream>

#include "harness/calibration/calibrate.h"
#include "harness/cli/commands.h"
#include "harness/cli/dataset_flags.h"
#include "harness/cli/progress.h"
#include "harness/cli/quantize_output.h"
#include "harness/driver/config_quantize.h"
#include "harness/driver/variant.h"
#include "reference/core/file.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

Error Usage(std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::kUsage, .message = std::move(message), .hint = std::move(hint)};
}

Result<std::optional<DType>> BorderTypeFromFlag(const Arguments& arguments, const char* flag) {
  if (!arguments.Has(flag)) return std::optional<DType>();
  const auto dtype = FindBorderType(arguments.Text(flag));
  if (!dtype) return Usage("--" + std::string(flag) + " takes " + std::string(kBorderTypes));
  return dtype;
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
  QG_ASSIGN_OR_RETURN(options.types.input, BorderTypeFromFlag(arguments, "input-type"));
  QG_ASSIGN_OR_RETURN(options.types.output, BorderTypeFromFlag(arguments, "output-type"));
  return options;
}

Result<Recipe> RecipeFromFlags(const Arguments& arguments) {
  Recipe recipe;
  for (const std::string& tensor : arguments.Texts("keep-float")) {
    recipe.push_back({"", tensor, nullptr});
  }
  if (!arguments.Has("recipe")) return recipe;
  QG_ASSIGN_OR_RETURN(const Recipe rules, ReadRecipe(arguments.Text("recipe")));
  recipe.insert(recipe.end(), rules.begin(), rules.end());
  return recipe;
}

// "a,b,c", or "none".
Result<Corrections> CorrectionsFromFlag(const Arguments& arguments) {
  if (!arguments.Has("corrections")) return Corrections{};
  Corrections corrections{.bias_overflow = false};
  const std::string text = arguments.Text("corrections") + ",";
  if (text == "none,") return corrections;
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find(',', start);
    const std::string name = text.substr(start, end - start);
    start = end + 1;
    const CorrectionDef* correction = FindCorrection(name);
    if (correction == nullptr) {
      return Usage("unknown correction '" + name + "'", SuggestFrom(name, AllCorrections()));
    }
    corrections.*correction->flag = true;
  }
  return corrections;
}

Result<QuantizeConfig> ConfigFromFlags(const Arguments& arguments) {
  const std::string scheme = arguments.Text("scheme", "int8");
  QuantizeConfig config;
  config.scheme = FindScheme(scheme);
  if (config.scheme == nullptr) {
    return Usage("unknown scheme '" + scheme + "'", SuggestFrom(scheme, AllSchemes()));
  }
  QG_ASSIGN_OR_RETURN(config.activations, ActivationsFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(config.recipe, RecipeFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(config.corrections, CorrectionsFromFlag(arguments));
  config.full_integer = arguments.Has("full-integer");
  config.ranges_file = arguments.Text("ranges");
  if (arguments.Has("ranges")) {
    config.ranges = QuantizeConfig::RangesFrom::kFile;
  } else if (arguments.Has("images")) {
    config.ranges = QuantizeConfig::RangesFrom::kCalibration;
  } else {
    config.ranges = QuantizeConfig::RangesFrom::kNone;
  }
  return config;
}

// A dataset given on the command line, and ranges from it where no file has them.
struct Samples {
  std::unique_ptr<Dataset> dataset;
  CorrectionData data;
  std::optional<Ranges> ranges;
};

Status OpenSamples(const Arguments& arguments, const QuantizeConfig& config,
                   const LoadedModel& model, Samples& samples) {
  if (!arguments.Has("images")) return OkStatus();
  QG_ASSIGN_OR_RETURN(const DatasetConfig data, DatasetFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(samples.data.preprocessing, PreprocessingFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(samples.dataset, OpenDataset(data.spec));
  QG_ASSIGN_OR_RETURN(samples.data.estimator,
                      ParseEstimator(arguments.Text("estimator", "minmax")));
  samples.data.dataset = samples.dataset.get();
  samples.data.dataset_name = data.name;
  samples.data.threads =
      static_cast<int>(std::min<int64_t>(arguments.Integer("threads").value_or(0), 1024));
  if (config.ranges != QuantizeConfig::RangesFrom::kCalibration || !NeedsRanges(config)) {
    return OkStatus();
  }
  ObservationInput input;
  input.plan = model.plan;
  input.model_sha256 = FingerprintOf(model);
  input.dataset = samples.data.dataset;
  input.dataset_name = data.name;
  input.preprocessing = samples.data.preprocessing;
  input.threads = samples.data.threads;
  ProgressBar progress(arguments.Has("quiet"));
  input.progress = [&](int64_t done, int64_t total) { progress.Show("calibrate", done, total); };
  QG_ASSIGN_OR_RETURN(const Observation observation, Observe(input));
  QG_ASSIGN_OR_RETURN(samples.ranges, EstimateRanges(observation, samples.data.estimator));
  return OkStatus();
}

}  // namespace

void DeclareQuantize(ArgumentParser& parser) {
  parser.Text("scheme", "how to quantize (`quantgate list schemes`), default int8", "NAME")
      .Text("recipe", "rules that give operators other schemes, or keep them in float32", "FILE")
      .Texts(
          "keep-float",
          "operators whose output tensor's name matches stay float32; may be given several times",
          "REGEX")
      .Text("corrections",
            "`quantgate list corrections`, commas between; default bias-overflow; or none", "LIST")
      .Text("input-type", "type of the graph's inputs: float32, int8, uint8 or int16", "TYPE")
      .Text("output-type", "type of the graph's outputs: the same", "TYPE")
      .Flag("full-integer", "fail where an operator would stay float32 and no recipe asks for it")
      .Text("ranges", "ranges file that `quantgate calibrate` wrote for this model", "FILE")
      .Number("default-ranges-min", "stands in for every range that is missing, with the next")
      .Number("default-ranges-max", "see --default-ranges-min")
      .Number("mean-values", "uint8 input: code that means 0; real = (code - mean) / std")
      .Number("std-dev-values", "see --mean-values")
      .Text("out", "model to write", "FILE")
      .Text("estimator", "with samples and without --ranges: how a range follows from them", "NAME")
      .Integer("threads", "threads to use; 0, the default: all cores")
      .Flag("quiet", "no progress bar and no list of operators");
  DeclareDatasetFlags(parser);
}

Result<int> RunQuantize(const Arguments& arguments) {
  if (!arguments.Has("out")) return Usage("--out is missing", "name the model to write");
  QG_ASSIGN_OR_RETURN(const QuantizeConfig config, ConfigFromFlags(arguments));
  QG_ASSIGN_OR_RETURN(const LoadedModel model,
                      LoadModel(arguments.positional().front(), DefaultProfile()));
  if (NeedsRanges(config) && config.ranges == QuantizeConfig::RangesFrom::kNone &&
      !config.activations.default_range && !BringsItsOwnRanges(*model.model)) {
    return Usage("activations need ranges",
                 "give --ranges FILE, samples (--images), or --default-ranges-min and "
                 "--default-ranges-max");
  }
  if (NeedsData(config.corrections) && !arguments.Has("images")) {
    return Usage("these corrections need samples", "give --images, and what else describes them");
  }
  Samples samples;
  QG_RETURN_IF_ERROR(OpenSamples(arguments, config, model, samples));
  const QuantizeInputs inputs{samples.ranges ? &*samples.ranges : nullptr,
                              samples.dataset ? &samples.data : nullptr};
  QG_ASSIGN_OR_RETURN(const MadeModel made, MakeQuantized(config, model, inputs));
  QG_RETURN_IF_ERROR(WriteFile(arguments.Text("out"), made.loaded.bytes.view()));
  if (!arguments.Has("quiet")) std::cout << DescribeQuantizedOps(made.quantization);
  std::cerr << DescribeWritten(arguments.Text("out"), model, made);
  return 0;
}

}  // namespace quantgate
