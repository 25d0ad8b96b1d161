// The forms for CI services: their structure, their limits, and names that try to do something.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "reports/ci_text.h"
#include "reports/github_report.h"
#include "reports/junit_report.h"
#include "reports/markdown_report.h"
#include "reports/metrics_report.h"
#include "reports/sarif_report.h"
#include "tests/reports/sample_report.h"

namespace quantgate {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// A walk over XML that knows tags, attributes and the five entities: false for what is not well
// formed.
bool IsWellFormed(const std::string& xml) {
  std::vector<std::string> open;
  for (size_t at = 0; at < xml.size();) {
    if (xml[at] == '&') {
      const size_t end = xml.find(';', at);
      if (end == std::string::npos || end - at > 6) return false;
      at = end + 1;
      continue;
    }
    if (xml[at] != '<') {
      if (xml[at] == '>') return false;
      ++at;
      continue;
    }
    const size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    std::string tag = xml.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag.front() == '?') continue;
    if (Count(tag, "\"") % 2 != 0 || tag.find('<') != std::string::npos) return false;
    if (tag.front() == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
  }
  return open.empty();
}

TEST(CiText, EscapesForEachSink) {
  EXPECT_EQ(XmlText("a<b>&\"c\x1b\n"), "a&lt;b&gt;&amp;&quot;c\xEF\xBF\xBD&#10;");
  EXPECT_EQ(MarkdownText("a|b\n<img> *x* @me"), "a\\|b &lt;img&gt; \\*x\\* &#64;me");
  EXPECT_EQ(WorkflowText("50%\n::error::x"), "50%25%0A::error::x");
  EXPECT_EQ(WorkflowProperty("a,b:c\n"), "a%2Cb%3Ac%0A");
  EXPECT_EQ(CsvField("=1+1"), "'=1+1");
  EXPECT_EQ(CsvField("a,\"b\""), "\"a,\"\"b\"\"\"");
  EXPECT_EQ(CsvField("plain"), "plain");
}

TEST(CiText, CutsBetweenCharacters) {
  EXPECT_EQ(Shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(Shortened("abcdefg", 6), "abc...");
  EXPECT_EQ(Shortened("ab\xC3\xA4xyz", 6), "ab...");
}

TEST(Junit, IsWellFormedAndItsCountsAdd) {
  for (const RunReport& report : {SampleReport(), HostileReport(), RunReport{}}) {
    const std::string xml = RenderJunit(report);
    EXPECT_TRUE(IsWellFormed(xml)) << xml;
    EXPECT_EQ(Count(xml, "<testsuite "), report.variants.size());
  }
  const RunReport report = SampleReport();
  const std::string xml = RenderJunit(report);
  size_t rules = 0;
  size_t failures = 0;
  for (const VariantResult& variant : report.variants) {
    for (const RuleResult& rule : variant.rules) {
      ++rules;
      failures += rule.verdict == Verdict::kFail ? 1 : 0;
    }
  }
  ASSERT_GT(failures, 0U);
  EXPECT_GE(Count(xml, "<testcase "), rules);
  EXPECT_EQ(Count(xml, "<failure "), failures);
  EXPECT_THAT(xml, HasSubstr(" failures=\"" + std::to_string(failures) + "\""));
}

TEST(Junit, AVariantThatCouldNotRunIsAnError) {
  RunReport report;
  VariantResult variant;
  variant.name = "v";
  variant.error = "custom <op>";
  report.variants = {variant};
  const std::string xml = RenderJunit(report);
  EXPECT_THAT(xml, HasSubstr("<error message=\"custom &lt;op&gt;\">"));
  EXPECT_THAT(xml, HasSubstr("errors=\"1\""));
}

// What SARIF 2.1.0 requires of each object used, and that indices point where they say.
TEST(Sarif, HasWhatTheStandardRequires) {
  for (const RunReport& report : {SampleReport(), HostileReport(), RunReport{}}) {
    const json document = json::parse(RenderSarif(report));
    EXPECT_EQ(document.at("version"), "2.1.0");
    ASSERT_EQ(document.at("runs").size(), 1U);
    const json& run = document.at("runs")[0];
    const json& driver = run.at("tool").at("driver");
    EXPECT_EQ(driver.at("name"), "quantgate");
    std::set<std::string> ids;
    for (const json& rule : driver.at("rules")) {
      EXPECT_TRUE(ids.insert(rule.at("id").get<std::string>()).second);
      EXPECT_FALSE(rule.at("shortDescription").at("text").get<std::string>().empty());
    }
    const std::set<std::string> levels = {"none", "note", "warning", "error"};
    for (const json& result : run.at("results")) {
      const size_t index = result.at("ruleIndex").get<size_t>();
      EXPECT_EQ(driver.at("rules").at(index).at("id"), result.at("ruleId"));
      EXPECT_TRUE(levels.contains(result.at("level").get<std::string>()));
      EXPECT_FALSE(result.at("message").at("text").get<std::string>().empty());
      const json& place = result.at("locations").at(0).at("physicalLocation");
      const std::string uri = place.at("artifactLocation").at("uri");
      EXPECT_EQ(uri.find_first_of(" <>\"\n\\"), std::string::npos) << uri;
    }
  }
  const json run = json::parse(RenderSarif(SampleReport())).at("runs")[0];
  EXPECT_GE(run.at("results").size(), SampleReport().findings.size());
}

TEST(Github, OneCommandALineAndTheLimits) {
  RunReport many = SampleReport();
  many.findings.assign(50, many.findings.front());
  for (const RunReport& report : {SampleReport(), HostileReport(), many, RunReport{}}) {
    const std::string text = RenderGithub(report);
    std::istringstream lines(text);
    std::string line;
    std::map<std::string, int> counts;
    while (std::getline(lines, line)) {
      const std::string command = line.substr(2, line.find(' ') - 2);
      EXPECT_TRUE(command == "error" || command == "warning" || command == "notice") << line;
      ++counts[command];
    }
    for (const auto& [command, count] : counts) EXPECT_LE(count, 10) << command;
  }
}

TEST(Markdown, ShowsVariantsCausesAndStaysSmall) {
  const std::string text = RenderMarkdown(SampleReport());
  EXPECT_THAT(text, StartsWith("## "));
  const RunReport sample = SampleReport();
  for (const VariantResult& variant : sample.variants) {
    EXPECT_THAT(text, HasSubstr(MarkdownText(variant.name)));
  }
  RunReport many = SampleReport();
  many.findings.assign(2000, many.findings.front());
  EXPECT_LE(RenderMarkdown(many).size(), 60000U);
  const std::string hostile = RenderMarkdown(HostileReport());
  EXPECT_THAT(hostile, Not(HasSubstr("<script")));
  EXPECT_THAT(hostile, Not(HasSubstr("<img")));
}

TEST(Metrics, AreNumbersByName) {
  const RunReport report = SampleReport();
  const json metrics = json::parse(RenderMetrics(report));
  ASSERT_TRUE(metrics.is_object());
  for (const auto& [name, value] : metrics.items()) EXPECT_TRUE(value.is_number()) << name;
  const VariantResult& first = report.variants.front();
  EXPECT_DOUBLE_EQ(metrics.at(first.name + ".top1").get<double>(), first.accuracy.top1);
  EXPECT_FALSE(json::parse(RenderMetrics(HostileReport())).is_discarded());
}

}  // namespace
}  // namespace quantgate
