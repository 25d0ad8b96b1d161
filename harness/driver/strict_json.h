// Reading a JSON object key by key: every key must be known, every value of the right type, and
// the first thing wrong is kept with its path. Used by the config reader only.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/core/result.h"

namespace quantgate {

// Where errors of one document are collected; only the first is kept.
class ConfigErrors {
 public:
  explicit ConfigErrors(std::string file) : file_(std::move(file)) {}
  void Fail(const std::string& path, const std::string& what, const std::string& hint = "");
  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::string file_;
  std::optional<Error> error_;
};

// The document of a config file. kConfig errors name the file and the place of the mistake.
Result<nlohmann::json> ParseConfigJson(std::string_view text, const std::string& file);

class StrictObject {
 public:
  // A value that is no object counts as an empty one, after an error.
  StrictObject(const nlohmann::json& value, std::string path, ConfigErrors& errors);

  // Each names a key; a missing one leaves `out` as it is. Required keys fail when missing.
  void Text(const char* key, std::string& out, bool required = false);
  void Number(const char* key, std::optional<double>& out);
  void Integer(const char* key, std::optional<int64_t>& out);  // not negative
  void Flag(const char* key, bool& out);
  void Numbers(const char* key, std::vector<double>& out);     // one number, or a list
  void Integers(const char* key, std::vector<int32_t>& out);   // a list
  void Texts(const char* key, std::vector<std::string>& out);  // one text, or a list
  // The value of the key, null when missing; for what the functions above do not cover.
  const nlohmann::json* Value(const char* key, bool required = false);
  [[nodiscard]] std::string PathOf(const std::string& key) const;
  void Fail(const std::string& key, const std::string& what, const std::string& hint = "");

  // To be called last: fails for a key that was never named.
  void NoOtherKeys();

 private:
  const nlohmann::json* value_;
  std::string path_;
  ConfigErrors& errors_;
  std::vector<std::string> known_;
};

}  // namespace quantgate
