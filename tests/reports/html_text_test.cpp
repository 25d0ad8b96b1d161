#include "reports/html_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace quantgate {
namespace {

TEST(EscapeHtml, LeavesPlainTextAlone) {
  EXPECT_EQ(EscapeHtml("conv1/Relu6 größer 日本 🙂\n\tx"),
            "conv1/Relu6 größer 日本 🙂\n\tx");
}

TEST(EscapeHtml, EscapesMarkup) {
  EXPECT_EQ(EscapeHtml("<a href=\"x\" id='y'>&amp;"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
}

TEST(EscapeHtml, ShowsWhatDoesNotBelongInANameAsReplacement) {
  const std::string replaced =
      "a\xEF\xBF\xBD"
      "b";
  EXPECT_EQ(EscapeHtml("a\x1b"
                       "b"),
            replaced);  // ANSI escape
  EXPECT_EQ(EscapeHtml("a\x7f"
                       "b"),
            replaced);  // DEL
  EXPECT_EQ(EscapeHtml("a\xC2\x9B"
                       "b"),
            replaced);  // U+009B, a one-character ANSI escape
  EXPECT_EQ(EscapeHtml("a\xE2\x80\xA8"
                       "b"),
            replaced);  // U+2028
  EXPECT_EQ(EscapeHtml("a\xE2\x80\xAE"
                       "b"),
            replaced);  // U+202E, right to left from here
  EXPECT_EQ(EscapeHtml(std::string_view("a\0b", 3)), replaced);
}

TEST(EscapeHtml, ReplacesBytesThatAreNotUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(EscapeHtml("\xff"), bad);
  EXPECT_EQ(EscapeHtml("\xC0\xBC"), bad + bad);                      // '<' in an overlong form
  EXPECT_EQ(EscapeHtml("\xED\xA0\x80"), bad + bad + bad);            // a surrogate
  EXPECT_EQ(EscapeHtml("\xF4\x90\x80\x80"), bad + bad + bad + bad);  // above U+10FFFF
  EXPECT_EQ(EscapeHtml("\xE2\x82"), bad + bad);                      // cut off
}

// Whatever comes in, no byte goes out that could start an element or end an attribute.
TEST(EscapeHtml, NeverLetsMarkupThrough) {
  constexpr uint32_t kSeed = 7;
  SCOPED_TRACE(kSeed);
  std::mt19937 engine(kSeed);
  for (int round = 0; round < 2000; ++round) {
    std::string text(engine() % 40, ' ');
    for (char& c : text) {
      c = engine() % 3 == 0 ? "<>&\"'\x1b\xE2\x80\xA8"[engine() % 9] : static_cast<char>(engine());
    }
    EXPECT_EQ(EscapeHtml(text).find_first_of("<>\"'\x1b"), std::string::npos) << round;
  }
}

TEST(HtmlNumbers, AreTheSameEverywhere) {
  EXPECT_EQ(FixedText(1234.5678, 2), "1234.57");
  EXPECT_EQ(FixedText(-0.001, 2), "0.00");
  EXPECT_EQ(SignificantText(0.0000123456), "1.235e-05");
  EXPECT_EQ(CountText(1234567), "1,234,567");
  EXPECT_EQ(CountText(-1234), "-1,234");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(PercentText(0.9902), "99.02 %");
  EXPECT_EQ(SizeText(1536), "1.5 kB");
  EXPECT_EQ(SizeText(0), "–");
}

TEST(HtmlNumbers, WhatIsMissingIsADash) {
  EXPECT_EQ(FixedText(std::nullopt, 1), "–");
  EXPECT_EQ(FixedText(std::nan(""), 1), "–");
  EXPECT_EQ(SignificantText(std::numeric_limits<double>::infinity()), "–");
  EXPECT_EQ(CountText(std::nullopt), "–");
  EXPECT_EQ(PercentText(std::nullopt), "–");
}

TEST(HtmlNumbers, TheLargestNumbersFit) {
  EXPECT_EQ(FixedText(std::numeric_limits<double>::lowest(), 6).size(), 1U + 309 + 1 + 6);
}

}  // namespace
}  // namespace quantgate
