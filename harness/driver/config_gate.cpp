#include "harness/driver/config_gate.h"

#include "harness/gate/preset_table.h"
#include "harness/gate/rule_table.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

class GateReader {
 public:
  GateReader(const json& value, const std::string& path, ConfigErrors& errors)
      : object_(value, path, errors), errors_(errors) {}

  GateRules Read() {
    object_.Number("confidence", confidence_);
    CheckConfidence(confidence_, "confidence");
    ReadInconclusive();
    for (const RuleDef& rule : AllRules()) {
      const json* value = object_.Value(std::string(rule.name).c_str());
      if (value != nullptr) ReadRule(rule, *value);
    }
    ReadPreset();
    object_.NoOtherKeys();
    return std::move(rules_);
  }

 private:
  void CheckConfidence(const std::optional<double>& confidence, const std::string& key) {
    if (!confidence || (*confidence > 0.5 && *confidence < 1)) return;
    object_.Fail(key, "is not between 0.5 and 1", "0.95 is usual");
  }

  void ReadInconclusive() {
    std::string what = "fail";
    object_.Text("on_inconclusive", what);
    if (what != "fail" && what != "warn") {
      object_.Fail("on_inconclusive", "is neither 'fail' nor 'warn'");
    }
    rules_.inconclusive_fails = what == "fail";
  }

  void ReadPreset() {
    std::string name;
    object_.Text("preset", name);
    if (name.empty()) return;
    const PresetDef* preset = FindPreset(name);
    if (preset == nullptr) {
      object_.Fail("preset", "names no preset: '" + name + "'", SuggestFrom(name, AllPresets()));
      return;
    }
    // What the config says itself wins.
    rules_.limits[std::string(preset->rule)].try_emplace("", LimitOf(*preset, confidence_));
  }

  void ReadRule(const RuleDef& rule, const json& value) {
    const std::string key(rule.name);
    const std::string any = rule.target == RuleTarget::kVariant ? "" : "*";
    if (rule.target == RuleTarget::kVariant || value.is_number()) {
      rules_.limits[key][any] = ReadLimit(rule, value, object_.PathOf(key));
      return;
    }
    if (!value.is_object() || value.empty()) {
      const char* const what = rule.target == RuleTarget::kTensor ? "tensor names" : "classes";
      object_.Fail(key, std::string("is neither a number nor an object of ") + what);
      return;
    }
    for (const auto& [target, limit] : value.items()) {
      rules_.limits[key][target] = ReadLimit(rule, limit, object_.PathOf(key) + "." + target);
    }
  }

  Limit ReadLimit(const RuleDef& rule, const json& value, const std::string& path) {
    Limit limit;
    if (rule.takes_confidence) limit.confidence = confidence_;
    if (value.is_number()) {
      limit.value = value.get<double>();
      return limit;
    }
    if (!value.is_object()) {
      errors_.Fail(path, "is no number", "or {\"limit\": number, \"confidence\": 0.95}");
      return limit;
    }
    StrictObject object(value, path, errors_);
    std::optional<double> number;
    std::optional<double> confidence;
    object.Number("limit", number);
    object.Number("confidence", confidence);
    object.NoOtherKeys();
    if (!number) object.Fail("limit", "is missing");
    if (confidence && !rule.takes_confidence) {
      object.Fail("confidence", "makes no sense for " + std::string(rule.name));
    }
    if (confidence && !(*confidence > 0.5 && *confidence < 1)) {
      object.Fail("confidence", "is not between 0.5 and 1", "0.95 is usual");
    }
    limit.value = number.value_or(0);
    if (confidence) limit.confidence = confidence;
    return limit;
  }

  StrictObject object_;
  ConfigErrors& errors_;
  GateRules rules_;
  std::optional<double> confidence_;
};

ordered_json LimitJson(const Limit& limit) {
  if (!limit.confidence) return limit.value;
  return {{"limit", limit.value}, {"confidence", *limit.confidence}};
}

}  // namespace

GateRules ReadGate(const json& value, const std::string& path, ConfigErrors& errors) {
  return GateReader(value, path, errors).Read();
}

ordered_json GateJson(const GateRules& gate) {
  ordered_json out = ordered_json::object();
  for (const RuleDef& rule : AllRules()) {
    const auto limits = gate.limits.find(std::string(rule.name));
    if (limits == gate.limits.end()) continue;
    ordered_json& written = out[std::string(rule.name)];
    for (const auto& [target, limit] : limits->second) {
      if (target.empty()) {
        written = LimitJson(limit);
      } else {
        written[target] = LimitJson(limit);
      }
    }
  }
  out["on_inconclusive"] = gate.inconclusive_fails ? "fail" : "warn";
  return out;
}

}  // namespace quantgate
