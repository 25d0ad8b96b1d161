#include "reports/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "reports/html_plain.h"
#include "reports/json_report.h"
#include "reports/report_table.h"
#include "tests/reports/sample_report.h"

namespace quantgate {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kTemplate =
    "<title>%QUANTGATE_TITLE%</title><script type=\"application/json\">%QUANTGATE_REPORT%</script>";

size_t Count(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// The data a page carries.
std::string DataOf(const std::string& page) {
  const std::string start = "<script type=\"application/json\"";
  const size_t open = page.find('>', page.find(start));
  return page.substr(open + 1, page.find("</script", open) - open - 1);
}

TEST(HtmlReport, CarriesTheWholeReport) {
  for (const RunReport& report : {SampleReport(), HostileReport(), RunReport{}}) {
    const std::string page = FillHtmlTemplate(kTemplate, report);
    EXPECT_EQ(nlohmann::json::parse(DataOf(page)), nlohmann::json::parse(RenderJson(report)));
  }
}

TEST(HtmlReport, HostileNamesStayInsideTheData) {
  const std::string page = FillHtmlTemplate(kTemplate, HostileReport());
  // Those of the template: two elements, each opened and closed.
  EXPECT_EQ(Count(page, "<"), 4U);
  EXPECT_EQ(Count(page, "</script"), 1U);
  for (const char* bad : {"\xE2\x80\xA8", "\xE2\x80\xA9", "\x1b", "\xff"}) {
    EXPECT_THAT(page, Not(HasSubstr(bad)));
  }
}

// One of the hostile names is the placeholder itself; the title comes before the data.
TEST(HtmlReport, ATitleThatIsAPlaceholderIsOnlyAText) {
  RunReport report = SampleReport();
  report.context.title = "%QUANTGATE_REPORT%";
  const std::string page = FillHtmlTemplate(kTemplate, report);
  EXPECT_THAT(page, HasSubstr("<title>%QUANTGATE_REPORT%</title>"));
  EXPECT_EQ(nlohmann::json::parse(DataOf(page)), nlohmann::json::parse(RenderJson(report)));
}

TEST(HtmlReport, ATemplateWithoutPlaceholdersGivesThePlainPage) {
  const RunReport report = SampleReport();
  for (std::string_view bad :
       {"", "<p>no placeholder", "%QUANTGATE_TITLE%", "%QUANTGATE_REPORT%"}) {
    EXPECT_EQ(FillHtmlTemplate(bad, report), RenderHtmlPlain(report)) << bad;
  }
}

TEST(HtmlReport, IsTheStrictSmallViewerOrThePlainPage) {
  const RunReport report = SampleReport();
  if (HtmlTemplate().empty()) {  // built without Node
    EXPECT_EQ(RenderHtml(report), RenderHtmlPlain(report));
    return;
  }
  EXPECT_NE(RenderHtml(report), RenderHtmlPlain(report));
  EXPECT_LT(HtmlTemplate().size(), 300'000U);
  EXPECT_THAT(std::string(HtmlTemplate()), HasSubstr("default-src 'none'; script-src 'sha256-"));
  EXPECT_EQ(Count(HtmlTemplate(), "unsafe"), 0U);
}

// Addresses of XML namespaces are names, not places to load from.
std::string WithoutNamespaces(const std::string& page) {
  return std::regex_replace(page, std::regex("http://www\\.w3\\.org/[0-9A-Za-z/]*"), "");
}

TEST(HtmlReport, LoadsNothing) {
  for (const ReportDef& def : AllReports()) {
    const std::string page = WithoutNamespaces(def.render(SampleReport()));
    for (const char* address : {"http://", "https://", "src=\"//", "@import", "url("}) {
      EXPECT_THAT(page, Not(HasSubstr(address))) << def.name;
    }
  }
}

TEST(HtmlPlain, SaysTheVerdictFirst) {
  const std::string page = RenderHtmlPlain(SampleReport());
  const size_t heading = page.find("<h1>");
  ASSERT_NE(heading, std::string::npos);
  EXPECT_THAT(page.substr(heading, 80), HasSubstr("fail"));
  EXPECT_THAT(page, HasSubstr("2 of 5 variants failed, 1 could not be decided."));
  EXPECT_LT(heading, page.find("Variants"));
}

TEST(HtmlPlain, ShowsTensorsCausesAndRepair) {
  const std::string page = RenderHtmlPlain(SampleReport());
  for (const char* text : {"<summary>Histograms</summary>", "<summary>Channels</summary>",
                           "one for all", "Where the loss of uint8-dummy-ranges comes from",
                           "interaction", "Recovered when kept", "Repair of int8-per-tensor.tflite",
                           "keep-1-int16x8 (chosen)", "could not run: no pair of layers",
                           "<summary>Ranges by estimator</summary>", "percentile:99.99"}) {
    EXPECT_THAT(page, HasSubstr(text));
  }
}

TEST(ReportTable, FormsForPeopleTellTheAreaUnderTheCurve) {
  RunReport report = SampleReport();
  report.reference.auc = Auc{500, 500, 0.8912, 0.01, {0.87, 0.91}};
  report.variants[0].auc = Auc{500, 500, 0.8811, 0.01, {0.86, 0.9}};
  report.variants[0].auc_drop = AucDrop{0.0101, 0.002, {0.006, 0.014}};
  EXPECT_THAT(RenderHtmlPlain(report), HasSubstr("AUC 88.11 [86.00, 90.00]"));
  EXPECT_THAT(RenderHtmlPlain(report), HasSubstr("area under the ROC curve is 89.12 %"));
  EXPECT_THAT(RenderHtmlPlain(report), HasSubstr("1.01 [0.60, 1.40]"));
  EXPECT_THAT(FindReport("markdown")->render(report), HasSubstr("AUC 88.11 % | 1.01 [0.60, 1.40]"));
  EXPECT_THAT(FindReport("metrics")->render(report), HasSubstr("\"int8.auc\": 0.8811"));
}

TEST(HtmlPlain, ComparesWithTheBaseline) {
  const std::string page = RenderHtmlPlain(SampleReport());
  EXPECT_THAT(page, HasSubstr("Since the baseline"));
  EXPECT_THAT(page, HasSubstr("not comparable: the baseline was recorded on another dataset"));
  // A drop of 14.71 points is told as a gain, and its interval turns around with it.
  EXPECT_THAT(page, HasSubstr("-14.71 [-15.41, -14.01]"));
  RunReport without = SampleReport();
  for (VariantResult& variant : without.variants) variant.baseline.reset();
  EXPECT_THAT(RenderHtmlPlain(without), Not(HasSubstr("Since the baseline")));
}

TEST(HtmlPlain, TellsClassesAndUndecidedRules) {
  const std::string page = RenderHtmlPlain(SampleReport());
  EXPECT_THAT(page, HasSubstr("<summary>Classes</summary>"));
  EXPECT_THAT(page, HasSubstr("max_class_drop_points"));
  EXPECT_THAT(page, HasSubstr("2,400"));
}

TEST(HtmlPlain, HasEveryFact) {
  const RunReport report = SampleReport();
  const std::string page = RenderHtmlPlain(report);
  for (const VariantResult& variant : report.variants) {
    EXPECT_THAT(page, HasSubstr(variant.name));
    EXPECT_THAT(page, HasSubstr(variant.model.sha256));
    for (const TensorError& row : variant.tensors) EXPECT_THAT(page, HasSubstr(row.tensor));
  }
  for (const Finding& finding : report.findings) {
    EXPECT_THAT(page, HasSubstr(finding.id));
    EXPECT_THAT(page, HasSubstr(finding.repro));
  }
  EXPECT_THAT(page, HasSubstr(report.dataset.sha256));
  EXPECT_THAT(page, HasSubstr(report.context.command));
  EXPECT_THAT(page, HasSubstr("max_drop_points"));
}

TEST(HtmlPlain, HasNoScriptAndNoForeignElement) {
  const std::string page = RenderHtmlPlain(HostileReport());
  EXPECT_EQ(Count(page, "<script"), 0U);
  EXPECT_EQ(Count(page, "<img src=x"), 0U);
  // Within a tag, hostile names could only stand in an attribute.
  EXPECT_FALSE(std::regex_search(page, std::regex("<[^>]*onmouseover")));
  for (const char* bad : {"\xE2\x80\xA8", "\x1b", "\xff", "\xE2\x80\xAE"}) {
    EXPECT_THAT(page, Not(HasSubstr(bad)));
  }
}

TEST(HtmlPlain, SaysWhatIsMissing) {
  EXPECT_THAT(RenderHtmlPlain(RunReport{}), HasSubstr("No variant was evaluated."));
  EXPECT_THAT(RenderHtmlPlain(HostileReport()), HasSubstr("could not be run"));
  EXPECT_THAT(RenderHtmlPlain(HostileReport()), Not(HasSubstr("nan")));
}

TEST(HtmlPlain, OpensAndClosesTheSameElements) {
  for (const RunReport& report : {SampleReport(), HostileReport(), RunReport{}}) {
    const std::string page = RenderHtmlPlain(report);
    for (const char* tag : {"table", "tbody", "thead", "tr", "section", "article", "details", "div",
                            "td", "th", "p", "ul", "li", "h1", "h2", "h3", "main"}) {
      const std::regex open("<" + std::string(tag) + "[ >]");
      const auto opened = std::distance(std::sregex_iterator(page.begin(), page.end(), open), {});
      EXPECT_EQ(static_cast<size_t>(opened), Count(page, "</" + std::string(tag) + ">")) << tag;
    }
  }
}

TEST(ReportTable, NamesAreUniqueAndRenderSomething) {
  for (const ReportDef& def : AllReports()) {
    EXPECT_EQ(FindReport(def.name), &def);
    EXPECT_FALSE(def.summary.empty());
    EXPECT_FALSE(def.render(RunReport{}).empty());
    EXPECT_EQ(def.render(SampleReport()), def.render(SampleReport())) << def.name;
  }
  EXPECT_EQ(FindReport("no such form"), nullptr);
}

}  // namespace
}  // namespace quantgate
