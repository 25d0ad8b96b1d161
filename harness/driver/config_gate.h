// The "gate" object of a config (configs/schema/run.schema.json).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/driver/strict_json.h"
#include "harness/gate/gate_rules.h"

namespace quantgate {

GateRules ReadGate(const nlohmann::json& value, const std::string& path, ConfigErrors& errors);

// As ReadGate takes it, every default filled in.
nlohmann::ordered_json GateJson(const GateRules& gate);

}  // namespace quantgate
