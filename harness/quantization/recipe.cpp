#include "harness/quantization/recipe.h"

#include <algorithm>
#include <optional>
#include <regex>

#include "reference/core/suggest.h"
#include "reference/ops/op_table.h"

namespace quantgate {
namespace {

// Names in real models are far below this.
constexpr size_t kMaxNameBytes = 1024;
// Reading a pattern recurses too, for every bracket.
constexpr size_t kMaxPatternBytes = 4096;

// Without backtracking, whose depth is the name's length times that of the pattern, and whose time
// may be exponential. libstdc++ alone has the choice.
constexpr auto kSyntax = std::regex::ECMAScript
#ifdef __GLIBCXX__
                         | std::regex_constants::__polynomial
#endif
    ;

struct CompiledRule {
  std::string op;
  std::optional<std::regex> tensor;
};

Error BadRule(size_t rule, const std::string& what, const std::string& hint = "") {
  return Error{.code = ErrorCode::kConfig,
               .message = "recipe rule " + std::to_string(rule + 1) + ": " + what,
               .hint = hint};
}

Result<CompiledRule> Compile(const RecipeRule& rule, size_t index) {
  CompiledRule compiled{rule.op, std::nullopt};
  std::vector<std::string_view> names;
  for (const OpDef& op : AllOps()) names.push_back(OpCodeName(op.code));
  if (!rule.op.empty() && std::find(names.begin(), names.end(), rule.op) == names.end()) {
    return BadRule(index, "no operator type is named '" + rule.op + "'",
                   SuggestName(rule.op, names));
  }
  if (rule.tensor.empty()) return compiled;
  if (rule.tensor.size() > kMaxPatternBytes) {
    return BadRule(index, "a regular expression of " + std::to_string(rule.tensor.size()) +
                              " bytes; at most " + std::to_string(kMaxPatternBytes) + " are read");
  }
  try {
    compiled.tensor.emplace(rule.tensor, kSyntax);
  } catch (const std::regex_error& error) {
    return BadRule(index, "'" + rule.tensor + "' is no regular expression: " + error.what(),
                   "ECMAScript syntax without back-references, searched for anywhere in the name");
  }
  return compiled;
}

bool Matches(const CompiledRule& rule, const OpNode& op, const std::string& name) {
  if (!rule.op.empty() && op.type_name() != rule.op) return false;
  if (!rule.tensor) return true;
  try {
    return std::regex_search(name, *rule.tensor);
  } catch (const std::regex_error&) {  // too complex for this name
    return false;
  }
}

}  // namespace

Result<std::vector<int>> MatchRecipe(const Recipe& recipe, const Subgraph& graph) {
  std::vector<CompiledRule> rules;
  for (size_t r = 0; r < recipe.size(); ++r) {
    QG_ASSIGN_OR_RETURN(CompiledRule rule, Compile(recipe[r], r));
    rules.push_back(std::move(rule));
  }
  std::vector<int> matched(graph.ops.size(), -1);
  for (size_t i = 0; i < graph.ops.size(); ++i) {
    const OpNode& op = graph.ops[i];
    if (op.outputs.empty()) continue;
    const std::string name =
        graph.tensors[static_cast<size_t>(op.outputs[0])].name.substr(0, kMaxNameBytes);
    for (size_t r = 0; r < rules.size() && matched[i] < 0; ++r) {
      if (Matches(rules[r], op, name)) matched[i] = static_cast<int>(r);
    }
  }
  return matched;
}

}  // namespace quantgate
