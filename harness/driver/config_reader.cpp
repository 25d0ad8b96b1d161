// The reading half of config_file.h.
#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/calibration/estimator_table.h"
#include "harness/driver/config_file.h"
#include "harness/driver/config_gate.h"
#include "harness/driver/config_quantize.h"
#include "harness/driver/strict_json.h"
#include "reference/core/file.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

using nlohmann::json;

// Turns one document into a RunConfig; where it is wrong, `errors` knows.
class ConfigReader {
 public:
  ConfigReader(const std::string& file, ConfigErrors& errors)
      : folder_(std::filesystem::path(file).parent_path()), errors_(errors) {}

  RunConfig Read(const json& document);

 private:
  DatasetConfig ReadDataset(const json& value, const std::string& path);
  Preprocessing ReadPreprocessing(const json& value, const std::string& path);
  CalibrationConfig ReadCalibration(const json& value, const std::string& path);
  VariantConfig ReadVariant(const json& value, const std::string& path);
  void ReadDrift(const json& value, const std::string& path, VariantConfig& config);
  void ReadRuntime(StrictObject& object, VariantConfig& config);
  void ReadVariants(const json& value, RunConfig& config);
  void CheckQuantize(const QuantizeConfig& quantize, const std::string& path,
                     const RunConfig& config);
  void ReadReport(const json& value, RunConfig& config);
  void ReadTask(const std::string& text, StrictObject& object, RunConfig& config);

  // Inputs are found beside the config file, wherever the program was started.
  [[nodiscard]] std::string Resolve(const std::string& path) const {
    if (path.empty() || std::filesystem::path(path).is_absolute()) return path;
    return (folder_ / path).lexically_normal().string();
  }

  // "NAME=FILE" too.
  [[nodiscard]] std::string ResolveInputFile(const std::string& text) const {
    std::error_code unknown;
    if (std::filesystem::exists(Resolve(text), unknown)) return Resolve(text);
    const InputFile file = SplitInputFile(text);
    return (file.name.empty() ? "" : file.name + "=") + Resolve(file.path);
  }

  std::filesystem::path folder_;
  ConfigErrors& errors_;
};

DatasetConfig ConfigReader::ReadDataset(const json& value, const std::string& path) {
  StrictObject object(value, path, errors_);
  DatasetConfig config;
  object.Text("name", config.name);
  object.Text("kind", config.spec.kind, /*required=*/true);
  if (!config.spec.kind.empty() && FindDataset(config.spec.kind) == nullptr) {
    object.Fail("kind", "names no kind of dataset: '" + config.spec.kind + "'",
                SuggestFrom(config.spec.kind, AllDatasets()));
  }
  object.Texts("images", config.spec.images);
  if (config.spec.images.empty()) object.Fail("images", "is missing");
  for (std::string& image : config.spec.images) {
    image = config.spec.kind == "npy" ? ResolveInputFile(image) : Resolve(image);
  }
  object.Text("labels", config.spec.labels);
  config.spec.labels = Resolve(config.spec.labels);
  object.Text("dtype", config.spec.dtype);
  object.Integers("shape", config.spec.shape);
  std::optional<int64_t> first;
  object.Integer("first", first);
  config.spec.first = first.value_or(0);
  object.Integer("limit", config.spec.limit);
  object.Texts("class_names", config.class_names);
  object.NoOtherKeys();
  if (config.name.empty()) config.name = FirstFileName(config.spec);
  return config;
}

// Of the preprocessing of all parts, or of one.
template <class Numbers>
void ReadMeanAndStd(StrictObject& object, Numbers& numbers) {
  object.Numbers("mean", numbers.mean);
  object.Numbers("std", numbers.std);
  for (const double divisor : numbers.std) {
    if (divisor == 0) object.Fail("std", "holds a zero");
  }
}

Preprocessing ConfigReader::ReadPreprocessing(const json& value, const std::string& path) {
  StrictObject object(value, path, errors_);
  Preprocessing preprocessing;
  ReadMeanAndStd(object, preprocessing);
  if (const json* inputs = object.Value("inputs"); inputs != nullptr) {
    if (!inputs->is_object()) {
      object.Fail("inputs", "is no object");
    } else {
      for (const auto& [name, numbers] : inputs->items()) {
        StrictObject input(numbers, object.PathOf("inputs") + "." + name, errors_);
        ReadMeanAndStd(input, preprocessing.parts.emplace_back(PartPreprocessing{name}));
        input.NoOtherKeys();
      }
    }
  }
  object.NoOtherKeys();
  return preprocessing;
}

CalibrationConfig ConfigReader::ReadCalibration(const json& value, const std::string& path) {
  StrictObject object(value, path, errors_);
  CalibrationConfig config;
  if (const json* dataset = object.Value("dataset", /*required=*/true)) {
    config.dataset = ReadDataset(*dataset, object.PathOf("dataset"));
  }
  if (const auto estimator = ReadEstimator(object)) config.estimator = *estimator;
  object.NoOtherKeys();
  return config;
}

bool IsPlainName(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), plain);
}

VariantConfig ConfigReader::ReadVariant(const json& value, const std::string& path) {
  StrictObject object(value, path, errors_);
  VariantConfig config;
  object.Text("name", config.name, /*required=*/true);
  if (!IsPlainName(config.name)) {
    object.Fail("name", "is not a plain name", "use letters, digits and . _ -");
  }
  object.Text("model", config.model);
  config.model = Resolve(config.model);
  if (const json* quantize = object.Value("quantize")) {
    config.quantize = ReadQuantizeConfig(
        *quantize, object.PathOf("quantize"),
        [&](const std::string& file) { return Resolve(file); }, errors_);
  }
  if (config.model.empty() == !config.quantize) {
    object.Fail("model", "or 'quantize' must be given, one of the two");
  }
  std::string feed(FeedModeName(config.feed));
  object.Text("feed", feed);
  if (const FeedMode* mode = FindFeedMode(feed)) {
    config.feed = *mode;
  } else {
    constexpr std::string_view kNames[] = {"quantize", "cast", "raw", "truncate"};
    object.Fail("feed", "names no way to feed: '" + feed + "'", SuggestName(feed, kNames));
  }
  std::string profile(config.profile->name);
  object.Text("profile", profile);
  config.profile = FindProfile(profile);
  if (config.profile == nullptr) {
    object.Fail("profile", "names no numerics profile: '" + profile + "'",
                SuggestFrom(profile, AllProfiles()));
  }
  object.Text("map", config.map);
  config.map = Resolve(config.map);
  if (const json* drift = object.Value("drift")) {
    ReadDrift(*drift, object.PathOf("drift"), config);
  }
  ReadRuntime(object, config);
  if (const json* gate = object.Value("gate"))
    config.gate = ReadGate(*gate, object.PathOf("gate"), errors_);
  object.NoOtherKeys();
  return config;
}

void ConfigReader::ReadDrift(const json& value, const std::string& path, VariantConfig& config) {
  StrictObject object(value, path, errors_);
  std::vector<std::string> names;
  object.Texts("profiles", names);
  object.NoOtherKeys();
  if (names.size() != 2) return object.Fail("profiles", "are not the names of two profiles");
  for (const std::string& name : names) {
    if (FindProfile(name) != nullptr) continue;
    return object.Fail("profiles", "name no numerics profile: '" + name + "'",
                       SuggestFrom(name, AllProfiles()));
  }
  config.drift_first = FindProfile(names[0]);
  config.drift_second = FindProfile(names[1]);
}

void ConfigReader::ReadRuntime(StrictObject& object, VariantConfig& config) {
  std::string runtime(config.runtime->name);
  object.Text("runtime", runtime);
  config.runtime = FindRuntime(runtime);
  if (config.runtime == nullptr) {
    object.Fail("runtime", "names no runtime: '" + runtime + "'",
                SuggestFrom(runtime, AllRuntimes()));
  }
  object.Text("runtime_library", config.runtime_options.library);
  config.runtime_options.library = Resolve(config.runtime_options.library);
  std::string delegate = "none";
  object.Text("delegate", delegate);
  if (const TfliteDelegate* found = FindDelegate(delegate)) {
    config.runtime_options.delegate = *found;
  } else {
    object.Fail("delegate", "is neither 'none' nor 'xnnpack'");
  }
  std::optional<int64_t> threads;
  object.Integer("runtime_threads", threads);
  constexpr int64_t kMostThreads = 256;
  if (threads.value_or(1) < 1 || threads.value_or(1) > kMostThreads) {
    return object.Fail("runtime_threads",
                       "is not a number from 1 to 256: " + std::to_string(*threads));
  }
  config.runtime_options.threads = static_cast<int>(threads.value_or(1));
}

// What a variant needs from the rest of the config.
void ConfigReader::CheckQuantize(const QuantizeConfig& quantize, const std::string& path,
                                 const RunConfig& config) {
  if (NeedsRanges(quantize) && quantize.ranges == QuantizeConfig::RangesFrom::kNone &&
      !quantize.activations.default_range) {
    errors_.Fail(path + ".default_range", "is missing", "'ranges': 'none' needs a default range");
  }
  if (config.calibration) return;
  if (NeedsRanges(quantize) && quantize.ranges == QuantizeConfig::RangesFrom::kCalibration) {
    errors_.Fail(path, "needs calibrated ranges, but the config has no 'calibration'",
                 "add 'calibration', or give 'ranges' a file or 'none'");
  }
  if (NeedsData(quantize.corrections)) {
    errors_.Fail(path + ".corrections", "need samples, but the config has no 'calibration'",
                 "add 'calibration'");
  }
}

void ConfigReader::ReadVariants(const json& value, RunConfig& config) {
  if (!value.is_array() || value.empty()) {
    return errors_.Fail("variants", "is not a list with at least one variant");
  }
  std::set<std::string> names;
  for (size_t i = 0; i < value.size(); ++i) {
    const std::string path = "variants[" + std::to_string(i) + "]";
    config.variants.push_back(ReadVariant(value[i], path));
    const VariantConfig& variant = config.variants.back();
    if (!names.insert(variant.name).second) {
      errors_.Fail(path + ".name", "is used twice: '" + variant.name + "'");
    }
    if (variant.quantize) CheckQuantize(*variant.quantize, path + ".quantize", config);
  }
}

void ConfigReader::ReadReport(const json& value, RunConfig& config) {
  StrictObject object(value, "report", errors_);
  object.Text("directory", config.report_directory);
  object.Texts("formats", config.report_formats);
  object.Flag("save_models", config.save_models);
  object.NoOtherKeys();
}

void ConfigReader::ReadTask(const std::string& text, StrictObject& object, RunConfig& config) {
  const auto task = FindTask(text);
  if (!task) return object.Fail("task", "is none of 'classification', 'anomaly' and 'none'");
  config.task = *task;
}

RunConfig ConfigReader::Read(const json& document) {
  RunConfig config;
  StrictObject object(document, "", errors_);
  object.Value("$schema");  // for editors; means nothing here
  object.Text("title", config.title);
  std::string task;
  object.Text("task", task);
  if (!task.empty()) ReadTask(task, object, config);
  object.Number("threshold", config.threshold);
  if (const json* value = object.Value("dataset", true))
    config.dataset = ReadDataset(*value, "dataset");
  if (const json* value = object.Value("preprocessing")) {
    config.preprocessing = ReadPreprocessing(*value, "preprocessing");
  }
  if (const json* value = object.Value("calibration")) {
    config.calibration = ReadCalibration(*value, "calibration");
  }
  if (const json* value = object.Value("reference", true)) {
    StrictObject reference(*value, "reference", errors_);
    reference.Text("model", config.reference_model, true);
    config.reference_model = Resolve(config.reference_model);
    reference.NoOtherKeys();
  }
  if (const json* value = object.Value("variants", true)) ReadVariants(*value, config);
  if (const json* value = object.Value("gate")) config.gate = ReadGate(*value, "gate", errors_);
  object.Text("baseline", config.baseline);
  config.baseline = Resolve(config.baseline);
  object.Flag("oracle", config.oracle);
  if (const json* value = object.Value("report")) ReadReport(*value, config);
  object.NoOtherKeys();
  return config;
}

}  // namespace

Result<RunConfig> ParseRunConfig(std::string_view text, const std::string& file) {
  QG_ASSIGN_OR_RETURN(const json document, ParseConfigJson(text, file));
  ConfigErrors errors(file);
  RunConfig config = ConfigReader(file, errors).Read(document);
  if (!errors.ok()) return errors.error();
  config.path = file;
  return config;
}

Result<RunConfig> ReadRunConfig(const std::string& path) {
  auto bytes = ReadFile(path);
  if (!bytes.ok()) {
    Error error = bytes.error();
    error.code = ErrorCode::kConfig;
    return error;
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  return ParseRunConfig(text, path);
}

}  // namespace quantgate
