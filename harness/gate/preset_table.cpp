#include "harness/gate/preset_table.h"

#include <array>

#include "harness/gate/rule_table.h"

namespace quantgate {
namespace {

// Sources: MLPerf Inference rules, "Quality" (99 % and 99.9 % of the FP32 reference); MLPerf Tiny
// benchmark rules, quality targets of the closed division.
constexpr std::array kPresets = {
    PresetDef{"mlperf-99", "99 % of the reference's accuracy, as MLPerf Inference asks",
              "min_relative_percent", 99},
    PresetDef{"mlperf-99.9", "99.9 % of the reference's accuracy, MLPerf Inference's high target",
              "min_relative_percent", 99.9},
    PresetDef{"mlperf-tiny-ad", "MLPerf Tiny, anomaly detection: area under the ROC curve of 0.85",
              "min_auc_percent", 85},
    PresetDef{"mlperf-tiny-ic", "MLPerf Tiny, image classification: top-1 of 85 %",
              "min_top1_percent", 85},
    PresetDef{"mlperf-tiny-kws", "MLPerf Tiny, keyword spotting: top-1 of 90 %", "min_top1_percent",
              90},
    PresetDef{"mlperf-tiny-vww", "MLPerf Tiny, visual wake words: top-1 of 80 %",
              "min_top1_percent", 80},
};

}  // namespace

std::span<const PresetDef> AllPresets() { return kPresets; }

const PresetDef* FindPreset(std::string_view name) {
  for (const PresetDef& preset : kPresets) {
    if (preset.name == name) return &preset;
  }
  return nullptr;
}

Limit LimitOf(const PresetDef& preset, std::optional<double> confidence) {
  const RuleDef* rule = FindRule(preset.rule);
  return {preset.limit, rule->takes_confidence ? confidence : std::nullopt};
}

}  // namespace quantgate
