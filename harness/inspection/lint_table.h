// TFLite's quantization spec as rules over a model. Nothing is run.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/inspection/lint_view.h"
#include "harness/results/model_inspection.h"

namespace quantgate {

struct LintRule {
  std::string_view code;  // "QL001"; never reused
  std::string_view name;  // "scale-zero"
  Severity severity;
  std::string_view summary;    // why it matters, in a line
  std::string_view reference;  // where it is written
  void (*look)(const LintView& view, const LintSink& sink);
};

// Error: a runtime refuses the model, or computes something else than the model means. Warning:
// some runtimes do, or accuracy is lost. Note: worth knowing.
std::span<const LintRule> AllLintRules();
// By code or name; null if there is none.
const LintRule* FindLintRule(std::string_view code_or_name);

// All findings, the gravest first, then by subgraph, operator and tensor.
std::vector<LintFinding> LintModel(const Model& model);

}  // namespace quantgate
