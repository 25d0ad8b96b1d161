#include "reports/json_report.h"

#include <cmath>
#include <concepts>

#include "reports/base64.h"
#include "reports/drift_report.h"
#include "reports/json_names.h"
#include "reports/json_text.h"
#include "reports/report_fields.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

ordered_json ToJson(double value) {
  // An explicit decision, not the library's: JSON has no NaN and no infinity.
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}
ordered_json ToJson(const std::string& value) { return value; }
template <std::integral T>
ordered_json ToJson(const T& value) {
  return value;
}
template <NamedEnum T>
ordered_json ToJson(const T& value) {
  return std::string(JsonNames<T>::NameOf(value));
}

// Only the cells that are not zero: a matrix of 1,000 classes is nearly empty.
ordered_json ToJson(const Confusion& confusion) {
  ordered_json cells = ordered_json::array();
  const auto classes = static_cast<size_t>(std::max(confusion.classes, 0));
  for (size_t i = 0; i < std::min(confusion.counts.size(), classes * classes); ++i) {
    if (confusion.counts[i] == 0) continue;
    cells.push_back(ordered_json::array({i / classes, i % classes, confusion.counts[i]}));
  }
  return {{"classes", confusion.classes}, {"cells", std::move(cells)}};
}

template <class T>
ordered_json ToJson(const std::vector<T>& values);
template <class T>
ordered_json ToJson(const std::optional<T>& value);
template <class T>
ordered_json ToJson(const T& fields);

struct Writer {
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
    Result<ordered_json> document = ParseJsonText(text);
    out[key] = document.ok() ? std::move(*document) : ordered_json(text);
  }
  void Bytes(const char* key, const std::vector<uint8_t>& bytes) { out[key] = EncodeBase64(bytes); }

  ordered_json out = ordered_json::object();
};

template <class T>
ordered_json ToJson(const std::vector<T>& values) {
  ordered_json array = ordered_json::array();
  for (const T& value : values) array.push_back(ToJson(value));
  return array;
}
template <class T>
ordered_json ToJson(const std::optional<T>& value) {
  return value ? ToJson(*value) : ordered_json(nullptr);
}
template <class T>
ordered_json ToJson(const T& fields) {
  Writer writer;
  VisitFields(writer, fields);
  return std::move(writer.out);
}

ordered_json ReportDocument(const RunReport& report, bool with_environment) {
  Writer writer;
  writer("schema_version", RunReport::kSchemaVersion);
  VisitFields(writer, report);
  if (with_environment) writer("environment", report.environment);
  return std::move(writer.out);
}

}  // namespace

std::string RenderJson(const RunReport& report) {
  return PrettyJson(ReportDocument(report, /*with_environment=*/true));
}

std::string RenderJsonForComparison(const RunReport& report) {
  return PrettyJson(ReportDocument(report, /*with_environment=*/false));
}

std::string DriftJson(const DriftReport& drift, const std::string& model) {
  Writer writer;
  writer("model", model);
  writer("drift", drift);
  return PrettyJson(writer.out);
}

std::string RenderJsonCompact(const RunReport& report) {
  return CompactJson(ReportDocument(report, /*with_environment=*/true));
}

}  // namespace quantgate
