// Documents against the JSON schemas of configs/schema.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace quantgate {

class SchemaChecker {
 public:
  // `path` from the top of the tree.
  explicit SchemaChecker(const std::string& path) {
    std::ifstream file(path);
    document_ = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
    EXPECT_FALSE(document_.is_discarded()) << path;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(document_), schema_);
  }

  // The violations, one a line; empty when the document fits.
  std::string Violations(const nlohmann::json& document) {
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter adapter(document);
    if (validator.validate(schema_, adapter, &results)) return "";
    std::ostringstream text;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const std::string& step : error.context) text << step;
      text << ": " << error.description << "\n";
    }
    return text.str();
  }

  // Every property says what it is, or refers to a definition that does.
  void ExpectDescribed() const { ExpectDescribed(document_, "schema"); }

 private:
  static void ExpectDescribed(const nlohmann::json& node, const std::string& path) {
    if (!node.is_object()) return;
    for (const char* group : {"properties", "definitions"}) {
      if (!node.contains(group)) continue;
      for (const auto& [key, value] : node[group].items()) {
        EXPECT_TRUE(value.contains("description") || value.contains("$ref")) << path << "." << key;
        ExpectDescribed(value, path + "." + key);
      }
    }
  }

  nlohmann::json document_;
  valijson::Schema schema_;
};

}  // namespace quantgate
