#include "reports/json_report.h"

#include "reports/drift_report.h"
#include "reports/fields_json.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

ordered_json ReportDocument(const RunReport& report, bool with_environment) {
  JsonWriter writer;
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
  JsonWriter writer;
  writer("model", model);
  writer("drift", drift);
  return PrettyJson(writer.out);
}

std::string RenderJsonCompact(const RunReport& report) {
  return CompactJson(ReportDocument(report, /*with_environment=*/true));
}

}  // namespace quantgate
