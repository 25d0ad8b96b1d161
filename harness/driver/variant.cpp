#include "harness/driver/variant.h"

#include <array>
#include <cstdio>

#include "harness/calibration/observation.h"
#include "harness/calibration/ranges_file.h"
#include "harness/quantization/quantizer.h"
#include "reference/core/file.h"
#include "reference/core/sha256.h"

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

}  // namespace

Result<Ranges> LoadRangesFor(const std::string& path, const LoadedModel& model,
                             const Preprocessing* preprocessing) {
  const std::string model_sha256 = Sha256Hex(model.bytes.view());
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  QG_ASSIGN_OR_RETURN(Ranges ranges, RangesFromJson(text, path));
  if (ranges.model_sha256 != model_sha256) {
    return Error{.code = ErrorCode::kConfig,
                 .message = "these ranges belong to another model (sha256 " +
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

Result<LoadedModel> PrepareVariant(const VariantConfig& config, const LoadedModel& reference,
                                   const Ranges* calibrated, bool accelerated,
                                   const Preprocessing* preprocessing) {
  if (!config.quantize) return LoadModel(config.model, *config.profile, accelerated);
  const QuantizeConfig& quantize = *config.quantize;
  Ranges from_file;
  const Ranges* ranges = nullptr;
  if (quantize.ranges == QuantizeConfig::RangesFrom::kCalibration) ranges = calibrated;
  if (quantize.ranges == QuantizeConfig::RangesFrom::kFile) {
    QG_ASSIGN_OR_RETURN(from_file, LoadRangesFor(quantize.ranges_file, reference, preprocessing));
    ranges = &from_file;
  }
  QG_ASSIGN_OR_RETURN(
      const std::shared_ptr<const Model> model,
      QuantizeModel(*reference.model, ranges,
                    {.scheme = quantize.scheme, .activations = quantize.activations}));
  return LoadMadeModel(*model, *config.profile, accelerated);
}

std::string DescribeVariant(const VariantConfig& config, const Ranges* calibrated) {
  std::string text;
  if (config.quantize) {
    const QuantizeConfig& quantize = *config.quantize;
    text = std::string(quantize.scheme->name) + " by the built-in quantizer, " +
           DescribeRanges(quantize, calibrated);
    if (const auto& range = quantize.activations.default_range) {
      text += ", default range [" + Number(range->min) + ", " + Number(range->max) + "]";
    }
    if (const auto& input = quantize.activations.input) {
      text += ", input mean " + Number(input->mean) + " std " + Number(input->std);
    }
  } else {
    text = "the given file";
  }
  if (config.feed == FeedMode::kCast) text += "; fed real values cast to integers";
  if (config.feed == FeedMode::kRaw) text += "; fed stored values as codes";
  return text;
}

}  // namespace quantgate
