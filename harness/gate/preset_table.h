// Gates that others have published, by name.
#pragma once

#include <span>
#include <string_view>

#include "harness/gate/gate_rules.h"

namespace quantgate {

struct PresetDef {
  std::string_view name;
  std::string_view summary;
  std::string_view rule;  // in rule_table.h
  double limit;           // in the rule's unit, compared as it is
};

std::span<const PresetDef> AllPresets();
const PresetDef* FindPreset(std::string_view name);

}  // namespace quantgate
