#include "harness/driver/variant.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "harness/calibration/observation.h"
#include "harness/calibration/ranges_file.h"
#include "harness/driver/model_path.h"
#include "harness/quantization/quantizer.h"
#include "reference/core/file.h"

namespace quantgate {
namespace {

std::string Number(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%g", value);
  return text.data();
}

std::string DescribeRanges(const QuantizeConfig& quantize, const Ranges* calibrated) {
  switch (quantize.ranges) {
    case QuantizeConfig::RangesFrom::kNone: return "no observed ranges";
    case QuantizeConfig::RangesFrom::kFile: return "ranges from " + quantize.ranges_file;
    case QuantizeConfig::RangesFrom::kCalibration: break;
  }
  if (calibrated == nullptr) return "calibrated ranges";
  return calibrated->estimator + " ranges over " + std::to_string(calibrated->samples) +
         " samples of " + calibrated->dataset_name;
}

// What differs from the scheme's plain form.
std::string DescribeChoices(const QuantizeConfig& quantize) {
  std::string text;
  const BorderTypes& types = quantize.activations.types;
  if (types.input) text += ", " + std::string(DTypeName(*types.input)) + " inputs";
  if (types.output) text += ", " + std::string(DTypeName(*types.output)) + " outputs";
  if (!quantize.recipe.empty()) {
    text += ", a recipe of " + std::to_string(quantize.recipe.size()) + " rules";
  }
  for (const CorrectionDef& correction : AllCorrections()) {
    const bool said = correction.needs_data && quantize.corrections.*correction.flag;
    if (said) text += ", " + std::string(correction.name);
  }
  return text;
}

}  // namespace

Result<Ranges> LoadRangesFor(const std::string& path, const LoadedModel& model,
                             const Preprocessing* preprocessing) {
  const std::string model_sha256 = FingerprintOf(model);
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  QG_ASSIGN_OR_RETURN(Ranges ranges, RangesFromJson(text, path));
  if (ranges.model_sha256 != model_sha256) {
    return Error{.code = ErrorCode::kConfig,
                 .message = "these ranges belong to another model or signature (" +
                            ranges.model_sha256.substr(0, 12) + "..., this one has " +
                            model_sha256.substr(0, 12) + "...)",
                 .file = path,
                 .hint = "run `quantgate calibrate` on this model"};
  }
  const std::vector<TensorInfo>& tensors = model.model->main().tensors;
  for (const TensorRange& range : ranges.tensors) {
    const auto index = static_cast<size_t>(range.tensor);
    if (range.tensor >= 0 && index < tensors.size() && tensors[index].name == range.name) continue;
    return Error{.code = ErrorCode::kConfig,
                 .message = "the model's tensor " + std::to_string(range.tensor) +
                            " is not the one these ranges name",
                 .file = path,
                 .tensor = range.name,
                 .hint = "run `quantgate calibrate` on this model"};
  }
  if (preprocessing != nullptr &&
      ranges.preprocessing_sha256 != PreprocessingHash(*preprocessing)) {
    return Error{.code = ErrorCode::kConfig,
                 .message = "these ranges were calibrated with other preprocessing ('" +
                            ranges.preprocessing + "', here '" + preprocessing->ToString() + "')",
                 .file = path,
                 .hint = "calibrate with the preprocessing of this run"};
  }
  return ranges;
}

bool NeedsRanges(const QuantizeConfig& quantize) {
  const auto integer = [](const SchemeDef* scheme) {
    return scheme != nullptr && scheme->integer();
  };
  return integer(quantize.scheme) ||
         std::any_of(quantize.recipe.begin(), quantize.recipe.end(),
                     [&](const RecipeRule& rule) { return integer(rule.scheme); });
}

Result<MadeModel> MakeQuantized(const QuantizeConfig& config, const LoadedModel& reference,
                                const QuantizeInputs& inputs, const Profile& profile,
                                bool accelerated) {
  Ranges from_file;
  const Ranges* ranges = nullptr;
  if (config.ranges == QuantizeConfig::RangesFrom::kCalibration) ranges = inputs.calibrated;
  if (config.ranges == QuantizeConfig::RangesFrom::kFile) {
    QG_ASSIGN_OR_RETURN(from_file,
                        LoadRangesFor(config.ranges_file, reference, inputs.preprocessing));
    ranges = &from_file;
  }
  QuantizeOptions options;
  options.scheme = config.scheme;
  options.recipe = config.recipe;
  options.activations = config.activations;
  options.full_integer = config.full_integer;
  MadeModel made;
  QG_ASSIGN_OR_RETURN(made.quantization, QuantizeWithCorrections(reference.model, ranges, options,
                                                                 config.corrections, inputs.data));
  QG_ASSIGN_OR_RETURN(made.loaded,
                      LoadMadeModel(*made.quantization.result.model, profile, accelerated));
  return made;
}

Result<LoadedModel> PrepareVariant(const VariantConfig& config, const LoadedModel& reference,
                                   const QuantizeInputs& inputs, bool accelerated) {
  if (!config.quantize) {
    return LoadModel(WithSignatureOf(reference.path, config.model), *config.profile, accelerated);
  }
  QG_ASSIGN_OR_RETURN(MadeModel made, MakeQuantized(*config.quantize, reference, inputs,
                                                    *config.profile, accelerated));
  return std::move(made.loaded);
}

std::string DescribeVariant(const VariantConfig& config, const Ranges* calibrated) {
  std::string text;
  if (config.quantize) {
    const QuantizeConfig& quantize = *config.quantize;
    text = std::string(quantize.scheme->name) + " by the built-in quantizer";
    if (NeedsRanges(quantize)) text += ", " + DescribeRanges(quantize, calibrated);
    if (const auto& range = quantize.activations.default_range) {
      text += ", default range [" + Number(range->min) + ", " + Number(range->max) + "]";
    }
    if (const auto& input = quantize.activations.input) {
      text += ", input mean " + Number(input->mean) + " std " + Number(input->std);
    }
    text += DescribeChoices(quantize);
  } else {
    text = "the given file";
  }
  if (config.feed == FeedMode::kCast) text += "; fed real values cast to integers";
  if (config.feed == FeedMode::kRaw) text += "; fed stored values as codes";
  return text;
}

}  // namespace quantgate
