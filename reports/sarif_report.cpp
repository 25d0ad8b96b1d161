#include "reports/sarif_report.h"

#include <map>

#include "reference/core/sha256.h"
#include "reports/ci_text.h"
#include "reports/json_text.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

// Messages longer than this are cut by the services that show them.
constexpr size_t kMostBytes = 4000;

const char* Level(Severity severity) {
  switch (severity) {
    case Severity::kNote: return "note";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "none";
}

// A path as a URI reference: everything but unreserved characters and slashes is percent-encoded.
std::string UriOf(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~/";
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += std::string("%") + kHex[byte >> 4U] + kHex[byte & 15U];
    }
  }
  return uri;
}

std::string Sha256Of(const std::string& text) {
  return Sha256Hex({reinterpret_cast<const std::byte*>(text.data()), text.size()});
}

class SarifWriter {
 public:
  explicit SarifWriter(const RunReport& report) : report_(report) {}

  std::string Write() {
    for (const VariantResult& variant : report_.variants) AddGate(variant);
    for (const Finding& finding : report_.findings) AddFinding(finding);
    ordered_json run;
    run["tool"]["driver"] = {{"name", "quantgate"},
                             {"semanticVersion", report_.context.program_version},
                             {"rules", rules_}};
    if (report_.context.program_version.empty()) run["tool"]["driver"].erase("semanticVersion");
    run["columnKind"] = "utf16CodeUnits";
    run["results"] = results_;
    const ordered_json document = {{"version", "2.1.0"}, {"runs", ordered_json::array({run})}};
    return PrettyJson(document);
  }

 private:
  size_t RuleIndex(const std::string& id, const std::string& name, const std::string& help) {
    const auto [entry, added] = rule_index_.try_emplace(id, rules_.size());
    if (added) {
      ordered_json rule = {{"id", id}, {"name", name}, {"shortDescription", {{"text", name}}}};
      if (!help.empty()) rule["help"] = {{"text", help}};
      rules_.push_back(std::move(rule));
    }
    return entry->second;
  }

  const VariantResult* Find(const std::string& name) const {
    for (const VariantResult& variant : report_.variants) {
      if (variant.name == name) return &variant;
    }
    return nullptr;
  }

  void Add(size_t rule, const std::string& id, const char* level, const std::string& message,
           const std::string& variant, const std::string& tensor, int op_index) {
    const VariantResult* of = Find(variant);
    const std::string path =
        of != nullptr && !of->model.path.empty() ? of->model.path : report_.context.config_path;
    ordered_json location;
    location["physicalLocation"] = {
        {"artifactLocation", {{"uri", path.empty() ? "quantgate" : UriOf(path)}}},
        {"region", {{"startLine", 1}}}};
    std::string place = variant;
    if (op_index >= 0) place += "/op " + std::to_string(op_index);
    if (!tensor.empty()) place += "/" + tensor;
    location["logicalLocations"] = ordered_json::array(
        {{{"name", tensor.empty() ? variant : tensor}, {"fullyQualifiedName", place}}});
    const std::string text = Shortened(variant + ": " + message, kMostBytes);
    results_.push_back({{"ruleId", id},
                        {"ruleIndex", rule},
                        {"level", level},
                        {"message", {{"text", text}}},
                        {"locations", ordered_json::array({location})},
                        {"partialFingerprints", {{"quantgate/v1", Sha256Of(id + "\n" + place)}}}});
  }

  void AddGate(const VariantResult& variant) {
    if (!variant.error.empty()) {
      const size_t rule = RuleIndex("gate/runs", "the variant runs", "");
      Add(rule, "gate/runs", "error", variant.error, variant.name, "", -1);
    }
    for (const RuleResult& result : variant.rules) {
      if (result.verdict == Verdict::kPass) continue;
      const std::string id = "gate/" + result.rule;
      const size_t rule = RuleIndex(id, result.rule, "");
      Add(rule, id, result.verdict == Verdict::kFail ? "error" : "warning", result.explanation,
          variant.name, result.target == "*" ? "" : result.target, -1);
    }
  }

  void AddFinding(const Finding& finding) {
    const size_t rule = RuleIndex(finding.id, finding.name, finding.fix);
    Add(rule, finding.id, Level(finding.severity), finding.message, finding.variant, finding.tensor,
        finding.op_index);
  }

  const RunReport& report_;
  ordered_json rules_ = ordered_json::array();
  ordered_json results_ = ordered_json::array();
  std::map<std::string, size_t> rule_index_;
};

}  // namespace

std::string RenderSarif(const RunReport& report) { return SarifWriter(report).Write(); }

}  // namespace quantgate
