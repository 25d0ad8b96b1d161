// Gates that others have published, by name.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "harness/gate/gate_rules.h"

namespace quantgate {

struct PresetDef {
  std::string_view name;
  std::string_view summary;
  std::string_view rule;  // in rule_table.h
  double limit;           // in the rule's unit
};

std::span<const PresetDef> AllPresets();
const PresetDef* FindPreset(std::string_view name);

// The limit of `preset`; where a `confidence` is asked for, to be shown with it, else compared as
// it is, which is how those who published it do.
Limit LimitOf(const PresetDef& preset, std::optional<double> confidence);

}  // namespace quantgate
