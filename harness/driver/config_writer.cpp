// The writing half of config_file.h.
#include <nlohmann/json.hpp>

#include "harness/driver/config_file.h"
#include "harness/driver/config_gate.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

ordered_json NumberOrList(const std::vector<double>& values) {
  return values.size() == 1 ? ordered_json(values[0]) : ordered_json(values);
}

ordered_json DatasetJson(const DatasetConfig& dataset) {
  ordered_json out = {{"name", dataset.name}, {"kind", dataset.spec.kind}};
  out["images"] = dataset.spec.images.size() == 1 ? ordered_json(dataset.spec.images[0])
                                                  : ordered_json(dataset.spec.images);
  if (!dataset.spec.labels.empty()) out["labels"] = dataset.spec.labels;
  if (!dataset.spec.dtype.empty()) out["dtype"] = dataset.spec.dtype;
  if (!dataset.spec.shape.empty()) out["shape"] = dataset.spec.shape;
  out["first"] = dataset.spec.first;
  if (dataset.spec.limit) out["limit"] = *dataset.spec.limit;
  if (!dataset.class_names.empty()) out["class_names"] = dataset.class_names;
  return out;
}

ordered_json QuantizeJson(const QuantizeConfig& quantize) {
  ordered_json out = {{"scheme", quantize.scheme->name}};
  switch (quantize.ranges) {
    case QuantizeConfig::RangesFrom::kCalibration: out["ranges"] = "calibration"; break;
    case QuantizeConfig::RangesFrom::kNone: out["ranges"] = "none"; break;
    case QuantizeConfig::RangesFrom::kFile: out["ranges"] = quantize.ranges_file; break;
  }
  if (quantize.estimator) out["estimator"] = quantize.estimator->ToString();
  if (const auto& range = quantize.activations.default_range) {
    out["default_range"] = {range->min, range->max};
  }
  if (const auto& input = quantize.activations.input) {
    out["input"] = {{"mean", input->mean}, {"std", input->std}};
  }
  const BorderTypes& types = quantize.activations.types;
  if (types.input) out["input_type"] = DTypeName(*types.input);
  if (types.output) out["output_type"] = DTypeName(*types.output);
  if (quantize.full_integer) out["full_integer"] = true;
  out["corrections"] = ordered_json::array();
  for (const CorrectionDef& correction : AllCorrections()) {
    if (quantize.corrections.*correction.flag) out["corrections"].push_back(correction.name);
  }
  for (const RecipeRule& rule : quantize.recipe) {
    ordered_json& row = out["rules"].emplace_back(ordered_json::object());
    if (!rule.op.empty()) row["op"] = rule.op;
    if (!rule.tensor.empty()) row["tensor"] = rule.tensor;
    row["scheme"] = rule.scheme != nullptr ? rule.scheme->name : "float32";
  }
  return out;
}

ordered_json VariantJson(const VariantConfig& variant) {
  ordered_json out = {{"name", variant.name}};
  if (!variant.model.empty()) out["model"] = variant.model;
  if (variant.quantize) out["quantize"] = QuantizeJson(*variant.quantize);
  out["feed"] = FeedModeName(variant.feed);
  out["profile"] = variant.profile->name;
  if (!variant.map.empty()) out["map"] = variant.map;
  out["runtime"] = variant.runtime->name;
  if (variant.runtime->name != "builtin") {
    const RuntimeOptions& options = variant.runtime_options;
    if (!options.library.empty()) out["runtime_library"] = options.library;
    out["delegate"] = DelegateName(options.delegate);
    out["runtime_threads"] = options.threads;
  }
  if (variant.drift_first != nullptr) {
    out["drift"] = {{"profiles", {variant.drift_first->name, variant.drift_second->name}}};
  }
  if (variant.gate) out["gate"] = GateJson(*variant.gate);
  return out;
}

// Of all parts, or of one.
template <class Numbers>
ordered_json MeanAndStd(const Numbers& numbers) {
  return {{"mean", NumberOrList(numbers.mean)}, {"std", NumberOrList(numbers.std)}};
}

}  // namespace

std::string EffectiveConfig(const RunConfig& config) {
  ordered_json out = ordered_json::object();
  out["title"] = config.title;
  if (config.task) out["task"] = TaskName(*config.task);
  if (config.threshold) out["threshold"] = *config.threshold;
  out["dataset"] = DatasetJson(config.dataset);
  out["preprocessing"] = MeanAndStd(config.preprocessing);
  for (const PartPreprocessing& part : config.preprocessing.parts) {
    out["preprocessing"]["inputs"][part.name] = MeanAndStd(part);
  }
  if (config.calibration) {
    out["calibration"] = {{"dataset", DatasetJson(config.calibration->dataset)},
                          {"estimator", config.calibration->estimator.ToString()}};
  }
  out["reference"] = {{"model", config.reference_model}};
  out["variants"] = ordered_json::array();
  for (const VariantConfig& variant : config.variants) {
    out["variants"].push_back(VariantJson(variant));
  }
  out["gate"] = GateJson(config.gate);
  out["oracle"] = config.oracle;
  if (!config.baseline.empty()) out["baseline"] = config.baseline;
  out["report"] = {{"directory", config.report_directory},
                   {"formats", config.report_formats},
                   {"save_models", config.save_models}};
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace quantgate
