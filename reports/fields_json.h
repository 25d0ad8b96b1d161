// The fields of report_fields.h as JSON: what every document of results is made of.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reports/base64.h"
#include "reports/json_names.h"
#include "reports/json_text.h"
#include "reports/report_fields.h"

namespace quantgate {

inline nlohmann::ordered_json ToJson(double value) {
  // An explicit decision, not the library's: JSON has no NaN and no infinity.
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}
inline nlohmann::ordered_json ToJson(const std::string& value) { return value; }
template <std::integral T>
nlohmann::ordered_json ToJson(const T& value) {
  return value;
}
template <NamedEnum T>
nlohmann::ordered_json ToJson(const T& value) {
  return std::string(JsonNames<T>::NameOf(value));
}

// Only the cells that are not zero: a matrix of 1,000 classes is nearly empty.
inline nlohmann::ordered_json ToJson(const Confusion& confusion) {
  nlohmann::ordered_json cells = nlohmann::ordered_json::array();
  const auto classes = static_cast<size_t>(std::max(confusion.classes, 0));
  for (size_t i = 0; i < std::min(confusion.counts.size(), classes * classes); ++i) {
    if (confusion.counts[i] == 0) continue;
    cells.push_back(nlohmann::ordered_json::array({i / classes, i % classes, confusion.counts[i]}));
  }
  return {{"classes", confusion.classes}, {"cells", std::move(cells)}};
}

template <class T>
nlohmann::ordered_json ToJson(const std::vector<T>& values);
template <class T>
nlohmann::ordered_json ToJson(const std::optional<T>& value);
template <class T>
nlohmann::ordered_json ToJson(const T& fields);

// Puts each field that VisitFields names into `out`.
struct JsonWriter {
  template <class T>
  using Ref = const T;

  template <class T>
  void operator()(const char* key, const T& value) {
    out[key] = ToJson(value);
  }
  template <class T>
  void Added(const char* key, const T& value) {
    (*this)(key, value);
  }
  // Nested when it is a document; the bare text otherwise.
  void Document(const char* key, const std::string& text) {
    Result<nlohmann::ordered_json> document = ParseJsonText(text);
    out[key] = document.ok() ? std::move(*document) : nlohmann::ordered_json(text);
  }
  void Bytes(const char* key, const std::vector<uint8_t>& bytes) { out[key] = EncodeBase64(bytes); }

  nlohmann::ordered_json out = nlohmann::ordered_json::object();
};

template <class T>
nlohmann::ordered_json ToJson(const std::vector<T>& values) {
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  for (const T& value : values) array.push_back(ToJson(value));
  return array;
}
template <class T>
nlohmann::ordered_json ToJson(const std::optional<T>& value) {
  return value ? ToJson(*value) : nlohmann::ordered_json(nullptr);
}
template <class T>
nlohmann::ordered_json ToJson(const T& fields) {
  JsonWriter writer;
  VisitFields(writer, fields);
  return std::move(writer.out);
}

}  // namespace quantgate
