#include "reports/github_report.h"

#include <array>

#include "reports/ci_text.h"

namespace quantgate {
namespace {

constexpr size_t kMostOfAKind = 10;
constexpr size_t kMostBytes = 4000;

class Annotations {
 public:
  explicit Annotations(const RunReport& report) : report_(report) {}

  std::string Write() {
    for (const VariantResult& variant : report_.variants) {
      if (!variant.error.empty()) Add(0, variant, "could not run", variant.error);
      for (const RuleResult& rule : variant.rules) {
        if (rule.verdict == Verdict::kPass) continue;
        Add(rule.verdict == Verdict::kFail ? 0 : 1, variant, rule.rule, rule.explanation);
      }
    }
    for (const Finding& finding : report_.findings) {
      for (const VariantResult& variant : report_.variants) {
        if (variant.name != finding.variant) continue;
        // Causes explain a failure; the failure itself is the error.
        Add(finding.severity == Severity::kNote ? 2 : 1, variant, finding.id + " " + finding.name,
            finding.message + " " + finding.fix);
      }
    }
    std::string text = "::notice title=quantgate::" +
                       WorkflowText(report_.context.title + ": " + VerdictName(report_.verdict)) +
                       "\n";
    for (const std::string& lines : lines_) text += lines;
    return text;
  }

 private:
  void Add(size_t kind, const VariantResult& variant, const std::string& title,
           const std::string& message) {
    constexpr std::array<const char*, 3> kCommands = {"error", "warning", "notice"};
    if (++counts_[kind] > kMostOfAKind) return;
    const std::string& path =
        variant.model.path.empty() ? report_.context.config_path : variant.model.path;
    lines_[kind] += std::string("::") + kCommands[kind] + " ";
    if (!path.empty()) lines_[kind] += "file=" + WorkflowProperty(path) + ",";
    lines_[kind] += "title=" + WorkflowProperty("quantgate: " + variant.name + ": " + title) +
                    "::" + WorkflowText(Shortened(message, kMostBytes)) + "\n";
  }

  const RunReport& report_;
  std::array<std::string, 3> lines_;
  std::array<size_t, 3> counts_ = {0, 0, 1};  // the verdict is a notice
};

}  // namespace

std::string RenderGithub(const RunReport& report) { return Annotations(report).Write(); }

}  // namespace quantgate
