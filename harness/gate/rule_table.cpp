#include "harness/gate/rule_table.h"

#include <array>

#include "harness/gate/rule_families.h"

namespace quantgate {
namespace {

using enum RuleTarget;

constexpr std::array kRules = {
    RuleDef{"max_drop_points", "accuracy lost against the reference on the same samples", "points",
            kVariant, true, &JudgeMaxDrop},
    RuleDef{"max_baseline_drop_points", "accuracy lost against the baseline on the same samples",
            "points", kVariant, true, &JudgeBaselineDrop},
    RuleDef{"min_top1_percent", "smallest top-1 accuracy of the variant", "%", kVariant, true,
            &JudgeMinTop1},
    RuleDef{"min_relative_percent", "smallest accuracy relative to the reference's", "%", kVariant,
            true, &JudgeMinRelative},
    RuleDef{"min_agreement_percent", "smallest share of predictions equal to the reference's", "%",
            kVariant, true, &JudgeMinAgreement},
    RuleDef{"min_auc_percent", "smallest area under the ROC curve, of task \"anomaly\"", "%",
            kVariant, true, &JudgeMinAuc},
    RuleDef{"max_auc_drop_points", "area under the ROC curve lost against the reference", "points",
            kVariant, true, &JudgeMaxAucDrop},
    RuleDef{"max_class_drop_points", "accuracy lost on the samples of a class (\"*\": of any)",
            "points", kClass, true, &JudgeMaxClassDrop},
    RuleDef{"min_class_recall_percent", "smallest recall of a class (\"*\": of any)", "%", kClass,
            true, &JudgeMinClassRecall},
    RuleDef{"min_sqnr_db", "smallest signal-to-quantization-noise ratio at a tensor (\"*\": any)",
            "dB", kTensor, false, &JudgeMinSqnr},
    RuleDef{"min_output_sqnr_db", "smallest SQNR that an output may have", "dB", kVariant, false,
            &JudgeMinOutputSqnr},
    RuleDef{"max_output_abs_error",
            "largest difference between an output's values and the reference's, in their units", "",
            kVariant, false, &JudgeMaxOutputError},
    RuleDef{"max_saturation_percent", "largest share of clipped values at a tensor (\"*\": any)",
            "%", kTensor, false, &JudgeMaxSaturation},
    RuleDef{"max_size_bytes", "largest size of the model's file", "bytes", kVariant, false,
            &JudgeMaxSize},
};

}  // namespace

std::span<const RuleDef> AllRules() { return kRules; }

const RuleDef* FindRule(std::string_view name) {
  for (const RuleDef& rule : kRules) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

}  // namespace quantgate
