#include "harness/driver/strict_json.h"

#include <algorithm>

#include "reference/core/suggest.h"

namespace quantgate {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 32;

const json& EmptyObject() {
  static const json empty = json::object();
  return empty;
}

}  // namespace

void ConfigErrors::Fail(const std::string& path, const std::string& what, const std::string& hint) {
  if (error_) return;
  error_ = Error{.code = ErrorCode::kConfig,
                 .message = (path.empty() ? "the document" : "'" + path + "'") + " " + what,
                 .file = file_,
                 .hint = hint};
}

Result<json> ParseConfigJson(std::string_view text, const std::string& file) {
  bool too_deep = false;
  const auto watch_depth = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  const json document = json::parse(text, watch_depth, /*allow_exceptions=*/false,
                                    /*ignore_comments=*/true);
  if (too_deep) {
    return Error{.code = ErrorCode::kConfig, .message = "nests too deep", .file = file};
  }
  if (document.is_discarded()) {
    std::string message = "not a JSON document";
    try {
      // Again, for the place of the mistake.
      const json again = json::parse(text, nullptr, true, true);
    } catch (const json::exception& exception) {
      message += std::string(": ") + exception.what();
    }
    return Error{.code = ErrorCode::kConfig, .message = message, .file = file};
  }
  return document;
}

StrictObject::StrictObject(const json& value, std::string path, ConfigErrors& errors)
    : value_(&value), path_(std::move(path)), errors_(errors) {
  if (!value.is_object()) {
    errors_.Fail(path_, "is not an object");
    value_ = &EmptyObject();
  }
}

std::string StrictObject::PathOf(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

void StrictObject::Fail(const std::string& key, const std::string& what, const std::string& hint) {
  errors_.Fail(PathOf(key), what, hint);
}

const json* StrictObject::Value(const char* key, bool required) {
  known_.emplace_back(key);
  const auto found = value_->find(key);
  if (found != value_->end()) return &*found;
  if (required) Fail(key, "is missing");
  return nullptr;
}

void StrictObject::Text(const char* key, std::string& out, bool required) {
  const json* value = Value(key, required);
  if (value == nullptr) return;
  if (!value->is_string()) return Fail(key, "is not text");
  out = value->get<std::string>();
}

void StrictObject::Number(const char* key, std::optional<double>& out) {
  const json* value = Value(key);
  if (value == nullptr) return;
  if (!value->is_number()) return Fail(key, "is not a number");
  out = value->get<double>();
}

void StrictObject::Integer(const char* key, std::optional<int64_t>& out) {
  const json* value = Value(key);
  if (value == nullptr) return;
  if (!value->is_number_unsigned() || value->get<uint64_t>() > INT64_MAX) {
    return Fail(key, "is not a whole number of 0 or more");
  }
  out = value->get<int64_t>();
}

void StrictObject::Flag(const char* key, bool& out) {
  const json* value = Value(key);
  if (value == nullptr) return;
  if (!value->is_boolean()) return Fail(key, "is neither true nor false");
  out = value->get<bool>();
}

void StrictObject::Numbers(const char* key, std::vector<double>& out) {
  const json* value = Value(key);
  if (value == nullptr) return;
  const json list = value->is_array() ? *value : json::array({*value});
  std::vector<double> numbers;
  for (const json& item : list) {
    if (!item.is_number()) return Fail(key, "is neither a number nor a list of numbers");
    numbers.push_back(item.get<double>());
  }
  if (numbers.empty()) return Fail(key, "is an empty list");
  out = std::move(numbers);
}

void StrictObject::Integers(const char* key, std::vector<int32_t>& out) {
  const json* value = Value(key);
  if (value == nullptr) return;
  std::vector<int32_t> numbers;
  const bool list = value->is_array();
  for (const json& item : list ? *value : json::array()) {
    if (!item.is_number_unsigned() || item.get<uint64_t>() > INT32_MAX) {
      return Fail(key, "is not a list of whole numbers");
    }
    numbers.push_back(item.get<int32_t>());
  }
  if (!list) return Fail(key, "is not a list of whole numbers");
  out = std::move(numbers);
}

void StrictObject::Texts(const char* key, std::vector<std::string>& out) {
  const json* value = Value(key);
  if (value == nullptr) return;
  const json list = value->is_array() ? *value : json::array({*value});
  std::vector<std::string> texts;
  for (const json& item : list) {
    if (!item.is_string()) return Fail(key, "is neither text nor a list of texts");
    texts.push_back(item.get<std::string>());
  }
  out = std::move(texts);
}

void StrictObject::NoOtherKeys() {
  for (const auto& [key, unused] : value_->items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::vector<std::string_view> names(known_.begin(), known_.end());
    Fail(key, "is not a known key", SuggestName(key, names));
  }
}

}  // namespace quantgate
