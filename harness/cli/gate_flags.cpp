#include "harness/cli/gate_flags.h"

#include "harness/gate/preset_table.h"
#include "harness/gate/rule_table.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

struct RuleFlag {
  const char* flag;
  const char* rule;
  const char* help;
};

constexpr RuleFlag kRuleFlags[] = {
    {"max-drop-points", "max_drop_points", "gate: accuracy the variant may lose, in points"},
    {"max-baseline-drop-points", "max_baseline_drop_points",
     "gate: accuracy it may lose against the baseline, in points"},
    {"min-top1-percent", "min_top1_percent", "gate: accuracy the variant must have"},
    {"min-relative-percent", "min_relative_percent",
     "gate: accuracy the variant must have, relative to the reference"},
    {"min-agreement-percent", "min_agreement_percent",
     "gate: share of predictions that must equal the reference's"},
    {"min-auc-percent", "min_auc_percent", "gate: area under the ROC curve it must have"},
    {"max-auc-drop-points", "max_auc_drop_points",
     "gate: area under the ROC curve it may lose, in points"},
    {"max-class-drop-points", "max_class_drop_points",
     "gate: accuracy it may lose on any class, in points"},
    {"min-class-recall-percent", "min_class_recall_percent",
     "gate: recall that every class must have"},
    {"min-sqnr-db", "min_sqnr_db", "gate: SQNR that every tensor must have"},
    {"min-output-sqnr-db", "min_output_sqnr_db", "gate: SQNR that every output must have"},
    {"max-output-abs-error", "max_output_abs_error",
     "gate: error that any value of an output may have, in its units"},
    {"max-saturation-percent", "max_saturation_percent",
     "gate: share of values that any tensor may clip"},
    {"max-size-bytes", "max_size_bytes", "gate: size the model's file may have"},
};

}  // namespace

void DeclareGateFlags(ArgumentParser& parser, bool baseline, const std::string& without_rules) {
  for (const RuleFlag& flag : kRuleFlags) {
    if (!baseline && std::string_view(flag.rule) == "max_baseline_drop_points") continue;
    const bool first = &flag == kRuleFlags;
    parser.Number(flag.flag, flag.help + (first ? without_rules : std::string()));
  }
  parser.Text("preset", "gate: a published one (`quantgate list presets`)", "NAME")
      .Number("confidence",
              "gate: pass or fail only when shown with this confidence, such as 0.95; otherwise "
              "inconclusive")
      .Flag("warn-inconclusive", "gate: an inconclusive rule does not fail the run");
}

Result<GateRules> GateFromFlags(const Arguments& arguments) {
  GateRules rules;
  const std::optional<double> confidence = arguments.Number("confidence");
  if (confidence && !(*confidence > 0.5 && *confidence < 1)) {
    return Error{.code = ErrorCode::kUsage,
                 .message = "--confidence is not between 0.5 and 1",
                 .hint = "0.95 is usual"};
  }
  for (const RuleFlag& flag : kRuleFlags) {
    const std::optional<double> value = arguments.Number(flag.flag);
    if (!value) continue;
    const RuleDef* rule = FindRule(flag.rule);
    const std::string target = rule->target == RuleTarget::kVariant ? "" : "*";
    Limit limit{*value, std::nullopt};
    if (rule->takes_confidence) limit.confidence = confidence;
    rules.limits[flag.rule][target] = limit;
  }
  if (arguments.Has("preset")) {
    const std::string name = arguments.Text("preset");
    const PresetDef* preset = FindPreset(name);
    if (preset == nullptr) {
      return Error{.code = ErrorCode::kUsage,
                   .message = "no preset is called '" + name + "'",
                   .hint = SuggestFrom(name, AllPresets())};
    }
    rules.limits[std::string(preset->rule)].try_emplace("", LimitOf(*preset, confidence));
  }
  rules.inconclusive_fails = !arguments.Has("warn-inconclusive");
  return rules;
}

}  // namespace quantgate
