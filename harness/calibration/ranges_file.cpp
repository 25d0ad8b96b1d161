#include "harness/calibration/ranges_file.h"

#include <cmath>

#include "harness/calibration/json_numbers.h"

namespace quantgate {

using Json = nlohmann::ordered_json;

std::string RangesToJson(const Ranges& ranges) {
  Json tensors = Json::array();
  for (const TensorRange& range : ranges.tensors) {
    tensors.push_back({{"tensor", range.tensor},
                       {"name", range.name},
                       {"min", range.min},
                       {"max", range.max},
                       {"values", range.values},
                       {"non_finite", range.non_finite}});
  }
  const Json document = {{"kind", "quantgate-ranges"},
                         {"schema_version", Ranges::kSchemaVersion},
                         {"estimator", ranges.estimator},
                         {"samples", ranges.samples},
                         {"model", {{"sha256", ranges.model_sha256}}},
                         {"dataset",
                          {{"name", ranges.dataset_name},
                           {"fingerprint", ranges.dataset_fingerprint},
                           {"preprocessing", ranges.preprocessing},
                           {"preprocessing_sha256", ranges.preprocessing_sha256}}},
                         {"tensors", tensors}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

namespace {

Ranges Parse(const Json& document) {
  Ranges ranges;
  ranges.estimator = document.at("estimator").get<std::string>();
  ranges.samples = WholeNumber<int64_t>(document.at("samples"));
  ranges.model_sha256 = document.at("model").at("sha256").get<std::string>();
  const Json& dataset = document.at("dataset");
  ranges.dataset_name = dataset.at("name").get<std::string>();
  ranges.dataset_fingerprint = dataset.at("fingerprint").get<std::string>();
  ranges.preprocessing = dataset.at("preprocessing").get<std::string>();
  ranges.preprocessing_sha256 = dataset.at("preprocessing_sha256").get<std::string>();
  for (const Json& entry : document.at("tensors")) {
    ranges.tensors.push_back({WholeNumber<int>(entry.at("tensor")),
                              entry.at("name").get<std::string>(), entry.at("min").get<double>(),
                              entry.at("max").get<double>(),
                              WholeNumberOrZero<int64_t>(entry, "values"),
                              WholeNumberOrZero<int64_t>(entry, "non_finite")});
  }
  return ranges;
}

}  // namespace

Result<Ranges> RangesFromJson(std::string_view text, const std::string& file) {
  try {
    const Json document = Json::parse(text);
    if (document.value("kind", "") != "quantgate-ranges") {
      return Error{ErrorCode::kInput, "not a ranges file (no \"kind\": \"quantgate-ranges\")",
                   file};
    }
    if (WholeNumberOrZero<int>(document, "schema_version") != Ranges::kSchemaVersion) {
      return Error{ErrorCode::kInput, "ranges file of another schema version", file, {}, {},
                   "calibrate again"};
    }
    Ranges ranges = Parse(document);
    for (const TensorRange& range : ranges.tensors) {
      if (std::isfinite(range.min) && std::isfinite(range.max) && range.min <= range.max) continue;
      return Error{ErrorCode::kInput, "min and max are not an interval", file, {}, range.name};
    }
    return ranges;
  } catch (const Json::exception& exception) {
    return Error{ErrorCode::kInput,
                 std::string("no ranges file: ") + exception.what(),
                 file,
                 {},
                 {},
                 "`quantgate calibrate --out` writes one"};
  } catch (const BadContent& bad) {
    return Error{ErrorCode::kInput, "holds " + bad.what, file};
  }
}

}  // namespace quantgate
