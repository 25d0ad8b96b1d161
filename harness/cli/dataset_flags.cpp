#include "harness/cli/dataset_flags.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "datasets/npy.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

Error Usage(std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::kUsage, .message = std::move(message), .hint = std::move(hint)};
}

// "28,28,1" or "[28,28,1]" as numbers.
template <class T>
bool ParseList(std::string_view text, std::vector<T>& out) {
  while (true) {
    const size_t start = text.find_first_not_of(" ,[]");
    if (start == std::string_view::npos) return !out.empty();
    text.remove_prefix(start);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return false;
    out.push_back(value);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
  }
}

// "LIST" or "NAME=LIST".
struct NamedNumbers {
  std::string part;
  std::vector<double> values;
};

Result<NamedNumbers> ReadNumbers(const std::string& option, const std::string& text) {
  const size_t mark = text.rfind('=');
  const bool named = mark != std::string::npos;
  NamedNumbers numbers{named ? text.substr(0, mark) : "", {}};
  if (ParseList(named ? text.substr(mark + 1) : text, numbers.values)) return numbers;
  return Usage("--" + option + " is no list of numbers: '" + text + "'");
}

PartPreprocessing& PartOf(Preprocessing& preprocessing, const std::string& name) {
  std::vector<PartPreprocessing>& parts = preprocessing.parts;
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&](const PartPreprocessing& part) { return part.name == name; });
  return found != parts.end() ? *found : parts.emplace_back(PartPreprocessing{name});
}

std::string KindByName(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) return "pictures";
  if (IsNumpyPath(path)) return "npy";
  return path.ends_with(".bin") || path.ends_with(".raw") ? "raw" : "idx";
}

}  // namespace

void DeclareDatasetFlags(ArgumentParser& parser) {
  parser.Text("kind", "kind of dataset: idx, npy, raw or pictures (default: by the name)", "KIND")
      .Texts(
          "images",
          "file of the samples, or a folder of pictures; several times: raw files one behind the "
          "other; npy: a .npy file, FILE.npz/ARRAY or FILE.npz; for a model of several inputs one "
          "each, as NAME=FILE or in their order",
          "FILE")
      .Text("labels", "file of the labels, or FILE.npz/ARRAY", "FILE")
      .Text("dtype", "raw: type of the values", "TYPE")
      .Text("shape", "raw: shape of one sample, such as 28,28,1", "SHAPE")
      .Integer("first", "samples to skip at the start")
      .Integer("limit", "use at most this many samples")
      .Texts(
          "mean",
          "real = (stored - mean) / std; one value or one a channel (default 0); NAME=LIST for one "
          "of several inputs",
          "LIST")
      .Texts("std", "see --mean (default 1)", "LIST");
}

Result<DatasetConfig> DatasetFromFlags(const Arguments& arguments) {
  DatasetConfig config;
  config.spec.images = arguments.Texts("images");
  if (config.spec.images.empty())
    return Usage("--images is missing", "name the file of the samples");
  const std::string first = SplitInputFile(config.spec.images.front()).path;
  config.spec.kind = arguments.Text("kind", KindByName(first));
  if (FindDataset(config.spec.kind) == nullptr) {
    return Usage("--kind names no kind of dataset: '" + config.spec.kind + "'",
                 SuggestFrom(config.spec.kind, AllDatasets()));
  }
  config.spec.labels = arguments.Text("labels");
  config.spec.dtype = arguments.Text("dtype");
  if (arguments.Has("shape") && !ParseList(arguments.Text("shape"), config.spec.shape)) {
    return Usage("--shape is no list of numbers: '" + arguments.Text("shape") + "'");
  }
  config.spec.first = arguments.Integer("first").value_or(0);
  config.spec.limit = arguments.Integer("limit");
  config.name = FirstFileName(config.spec);
  return config;
}

void DeclareEvaluationFlags(ArgumentParser& parser) {
  parser.Texts("eval-images", "file of held-out samples, to try the ranges on", "FILE")
      .Text("eval-labels", "file of their labels", "FILE")
      .Integer("eval-first", "held-out samples to skip at the start")
      .Integer("eval-limit", "use at most this many held-out samples");
}

Result<std::optional<DatasetConfig>> EvaluationFromFlags(const Arguments& arguments,
                                                         const DatasetConfig& calibration) {
  for (const char* option : {"eval-labels", "eval-first", "eval-limit"}) {
    if (arguments.Has(option) && !arguments.Has("eval-images")) {
      return Usage("--" + std::string(option) + " needs --eval-images");
    }
  }
  if (!arguments.Has("eval-images")) return std::optional<DatasetConfig>();
  DatasetConfig config = calibration;
  config.spec.images = arguments.Texts("eval-images");
  config.spec.labels = arguments.Text("eval-labels");
  config.spec.first = arguments.Integer("eval-first").value_or(0);
  config.spec.limit = arguments.Integer("eval-limit");
  config.name = FirstFileName(config.spec);
  return std::optional(config);
}

Result<Preprocessing> PreprocessingFromFlags(const Arguments& arguments) {
  Preprocessing preprocessing;
  for (const std::string& text : arguments.Texts("mean")) {
    QG_ASSIGN_OR_RETURN(const NamedNumbers mean, ReadNumbers("mean", text));
    (mean.part.empty() ? preprocessing.mean : PartOf(preprocessing, mean.part).mean) = mean.values;
  }
  for (const std::string& text : arguments.Texts("std")) {
    QG_ASSIGN_OR_RETURN(const NamedNumbers std, ReadNumbers("std", text));
    if (std::count(std.values.begin(), std.values.end(), 0.0) > 0) {
      return Usage("--std holds a zero");
    }
    (std.part.empty() ? preprocessing.std : PartOf(preprocessing, std.part).std) = std.values;
  }
  return preprocessing;
}

}  // namespace quantgate
