#include "reports/junit_report.h"

#include "reports/ci_text.h"

namespace quantgate {
namespace {

struct Counts {
  size_t tests = 0;
  size_t failures = 0;
  size_t errors = 0;
  size_t skipped = 0;
};

std::string Attributes(const Counts& counts) {
  return " tests=\"" + std::to_string(counts.tests) + "\" failures=\"" +
         std::to_string(counts.failures) + "\" errors=\"" + std::to_string(counts.errors) +
         "\" skipped=\"" + std::to_string(counts.skipped) + "\"";
}

std::string Element(const char* name, const std::string& message, const std::string& body) {
  return std::string("      <") + name + " message=\"" + XmlText(message) + "\">" + XmlText(body) +
         "</" + name + ">\n";
}

// The findings of the variant, which say why.
std::string Findings(const RunReport& report, const VariantResult& variant) {
  std::string text;
  for (const Finding& finding : report.findings) {
    if (finding.variant != variant.name) continue;
    text += finding.id + " " + finding.name + ": " + finding.message + "\n";
  }
  return text;
}

std::string Suite(const RunReport& report, const VariantResult& variant, Counts& all) {
  Counts counts;
  std::string cases;
  const auto open = [&](const std::string& name) {
    ++counts.tests;
    cases += "    <testcase classname=\"" + XmlText("quantgate." + variant.name) + "\" name=\"" +
             XmlText(name) + "\"";
  };
  if (!variant.error.empty() || variant.rules.empty()) {
    open("runs");
    if (variant.error.empty()) {
      cases += "/>\n";
    } else {
      ++counts.errors;
      cases += ">\n" + Element("error", variant.error, "") + "    </testcase>\n";
    }
  }
  for (const RuleResult& rule : variant.rules) {
    open(rule.target.empty() ? rule.rule : rule.rule + "[" + rule.target + "]");
    if (rule.verdict == Verdict::kPass) {
      cases += "/>\n";
    } else if (rule.verdict == Verdict::kFail) {
      ++counts.failures;
      cases += ">\n" + Element("failure", rule.explanation, Findings(report, variant)) +
               "    </testcase>\n";
    } else {
      ++counts.skipped;
      cases += ">\n      <skipped message=\"" + XmlText("inconclusive: " + rule.explanation) +
               "\"/>\n    </testcase>\n";
    }
  }
  all.tests += counts.tests;
  all.failures += counts.failures;
  all.errors += counts.errors;
  all.skipped += counts.skipped;
  return "  <testsuite name=\"" + XmlText(variant.name) + "\"" + Attributes(counts) + ">\n" +
         cases + "  </testsuite>\n";
}

}  // namespace

std::string RenderJunit(const RunReport& report) {
  Counts all;
  std::string suites;
  for (const VariantResult& variant : report.variants) suites += Suite(report, variant, all);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" +
         XmlText(report.context.title.empty() ? "quantgate" : report.context.title) + "\"" +
         Attributes(all) + ">\n" + suites + "</testsuites>\n";
}

}  // namespace quantgate
