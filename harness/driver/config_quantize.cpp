#include "harness/driver/config_quantize.h"

#include "reference/core/file.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

using nlohmann::json;

const SchemeDef* ReadScheme(StrictObject& object, bool float_too) {
  std::string name;
  object.Text("scheme", name, /*required=*/true);
  const SchemeDef* scheme = FindScheme(name);
  if (scheme == nullptr && !(float_too && name == "float32")) {
    object.Fail("scheme", "names no scheme: '" + name + "'", SuggestFrom(name, AllSchemes()));
  }
  return scheme;
}

Recipe ReadRules(const json& value, const std::string& path, ConfigErrors& errors) {
  Recipe recipe;
  if (!value.is_array()) {
    errors.Fail(path, "is not a list of rules");
    return recipe;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    StrictObject object(value[i], path + "[" + std::to_string(i) + "]", errors);
    RecipeRule rule;
    object.Text("op", rule.op);
    object.Text("tensor", rule.tensor);
    rule.scheme = ReadScheme(object, /*float_too=*/true);
    object.NoOtherKeys();
    recipe.push_back(std::move(rule));
  }
  return recipe;
}

ActivationOptions ReadActivations(StrictObject& object, ConfigErrors& errors) {
  ActivationOptions options;
  std::vector<double> range;
  object.Numbers("default_range", range);
  if (!range.empty()) {
    if (range.size() != 2 || !(range[0] < range[1])) {
      object.Fail("default_range", "is not [min, max] with min < max");
    } else {
      options.default_range = DefaultRange{range[0], range[1]};
    }
  }
  if (const json* contract = object.Value("input")) {
    StrictObject fields(*contract, object.PathOf("input"), errors);
    std::optional<double> mean;
    std::optional<double> std;
    fields.Number("mean", mean);
    fields.Number("std", std);
    fields.NoOtherKeys();
    options.input = InputContract{mean.value_or(0), std.value_or(1)};
    if (!(options.input->std > 0)) fields.Fail("std", "is not above zero");
  }
  return options;
}

std::optional<DType> ReadBorderType(StrictObject& object, const char* key) {
  std::string name;
  object.Text(key, name);
  if (name.empty()) return std::nullopt;
  const auto dtype = FindBorderType(name);
  if (!dtype) object.Fail(key, "is not " + std::string(kBorderTypes) + ": '" + name + "'");
  return dtype;
}

Corrections ReadCorrections(StrictObject& object) {
  Corrections corrections;
  if (object.Value("corrections") == nullptr) return corrections;
  std::vector<std::string> names;
  object.Texts("corrections", names);
  corrections = {.bias_overflow = false};
  if (names == std::vector<std::string>{"none"}) return corrections;
  for (const std::string& name : names) {
    if (const CorrectionDef* correction = FindCorrection(name)) {
      corrections.*correction->flag = true;
    } else {
      object.Fail("corrections", "name no correction: '" + name + "'",
                  SuggestFrom(name, AllCorrections()));
    }
  }
  return corrections;
}

// Rules of `keep_float` come first, those of the file last.
void ReadRecipeKeys(StrictObject& object,
                    const std::function<std::string(const std::string&)>& resolve,
                    ConfigErrors& errors, QuantizeConfig& config) {
  std::vector<std::string> kept;
  object.Texts("keep_float", kept);
  for (std::string& tensor : kept) config.recipe.push_back({"", std::move(tensor), nullptr});
  if (const json* rules = object.Value("rules")) {
    const Recipe read = ReadRules(*rules, object.PathOf("rules"), errors);
    config.recipe.insert(config.recipe.end(), read.begin(), read.end());
  }
  std::string file;
  object.Text("recipe", file);
  if (file.empty()) return;
  const Result<Recipe> read = ReadRecipe(resolve(file));
  if (!read.ok()) {
    object.Fail("recipe", "cannot be read: " + read.error().ToString());
  } else {
    config.recipe.insert(config.recipe.end(), read->begin(), read->end());
  }
}

}  // namespace

std::optional<EstimatorChoice> ReadEstimator(StrictObject& object) {
  if (object.Value("estimator") == nullptr) return std::nullopt;
  std::string text;
  object.Text("estimator", text);
  const auto choice = ParseEstimator(text);
  if (choice.ok()) return *choice;
  object.Fail("estimator", "names no range estimator: " + choice.error().message,
              choice.error().hint);
  return std::nullopt;
}

std::optional<DType> FindBorderType(std::string_view name) {
  for (const DType dtype : {DType::kFloat32, DType::kInt8, DType::kUInt8, DType::kInt16}) {
    if (DTypeName(dtype) == name) return dtype;
  }
  return std::nullopt;
}

QuantizeConfig ReadQuantizeConfig(const json& value, const std::string& path,
                                  const std::function<std::string(const std::string&)>& resolve,
                                  ConfigErrors& errors) {
  StrictObject object(value, path, errors);
  QuantizeConfig config;
  config.scheme = ReadScheme(object, /*float_too=*/false);
  std::string ranges;
  object.Text("ranges", ranges);
  if (ranges == "none") {
    config.ranges = QuantizeConfig::RangesFrom::kNone;
  } else if (!ranges.empty() && ranges != "calibration") {
    config.ranges = QuantizeConfig::RangesFrom::kFile;
    config.ranges_file = resolve(ranges);
  }
  config.estimator = ReadEstimator(object);
  if (config.estimator && config.ranges != QuantizeConfig::RangesFrom::kCalibration) {
    object.Fail("estimator", "is for calibrated ranges only", "leave out 'ranges', or this");
  }
  config.activations = ReadActivations(object, errors);
  config.activations.types = {ReadBorderType(object, "input_type"),
                              ReadBorderType(object, "output_type")};
  object.Flag("full_integer", config.full_integer);
  config.corrections = ReadCorrections(object);
  ReadRecipeKeys(object, resolve, errors, config);
  object.NoOtherKeys();
  return config;
}

Result<Recipe> ParseRecipe(std::string_view text, const std::string& file) {
  QG_ASSIGN_OR_RETURN(const json document, ParseConfigJson(text, file));
  ConfigErrors errors(file);
  StrictObject object(document, "", errors);
  object.Value("$schema");  // for editors; means nothing here
  Recipe recipe;
  if (const json* rules = object.Value("rules", /*required=*/true)) {
    recipe = ReadRules(*rules, "rules", errors);
  }
  object.NoOtherKeys();
  if (!errors.ok()) return errors.error();
  return recipe;
}

Result<Recipe> ReadRecipe(const std::string& path) {
  QG_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
  return ParseRecipe({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

}  // namespace quantgate
