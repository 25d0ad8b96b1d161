#include "harness/quantization/recipe.h"

#include <gtest/gtest.h>

#include "tests/support/sample_models.h"

namespace quantgate {
namespace {

const SchemeDef* Scheme(const char* name) { return FindScheme(name); }

std::vector<int> Match(const Recipe& recipe) {
  const Model model = SmallFloatModel();  // conv, flat, logits, probabilities
  const auto matched = MatchRecipe(recipe, model.main());
  EXPECT_TRUE(matched.ok()) << matched.error().ToString();
  return matched.ok() ? *matched : std::vector<int>();
}

TEST(Recipe, NoRuleMatchesNothing) { EXPECT_EQ(Match({}), (std::vector<int>{-1, -1, -1, -1})); }

TEST(Recipe, RulesNameTypesAndOutputs) {
  EXPECT_EQ(Match({{"CONV_2D", "", nullptr}}), (std::vector<int>{0, -1, -1, -1}));
  EXPECT_EQ(Match({{"", "logits", nullptr}}), (std::vector<int>{-1, -1, 0, -1}));
  EXPECT_EQ(Match({{"CONV_2D", "logits", nullptr}}), (std::vector<int>{-1, -1, -1, -1}));
  EXPECT_EQ(Match({{"", "", nullptr}}), (std::vector<int>{0, 0, 0, 0}));
}

TEST(Recipe, NamesAreSearchedNotMatchedWhole) {
  EXPECT_EQ(Match({{"", "o", nullptr}}), (std::vector<int>{0, -1, 0, 0}));
  EXPECT_EQ(Match({{"", "^(conv|flat)$", nullptr}}), (std::vector<int>{0, 0, -1, -1}));
}

TEST(Recipe, TheFirstRuleThatMatchesDecides) {
  EXPECT_EQ(Match({{"", "logits", nullptr}, {"", "", Scheme("uint8")}, {"", "conv", nullptr}}),
            (std::vector<int>{1, 1, 0, 1}));
}

TEST(Recipe, WrongRulesAreNamed) {
  const Model model = SmallFloatModel();
  const auto op = MatchRecipe({{"", "", nullptr}, {"CONV2D", "", nullptr}}, model.main());
  ASSERT_FALSE(op.ok());
  EXPECT_EQ(op.error().message, "recipe rule 2: no operator type is named 'CONV2D'");
  EXPECT_NE(op.error().hint.find("CONV_2D"), std::string::npos);
  const auto regex = MatchRecipe({{"", "conv[", nullptr}}, model.main());
  ASSERT_FALSE(regex.ok());
  EXPECT_EQ(regex.error().code, ErrorCode::kConfig);
  EXPECT_NE(regex.error().message.find("'conv[' is no regular expression"), std::string::npos);
}

std::string Repeated(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

// Reading and matching recurse over patterns, and backtracking takes exponential time.
TEST(Recipe, PatternsOfAnyKindAreHarmless) {
  Model model = SmallFloatModel();
  model.subgraphs[0].tensors[3].name = std::string(300, 'a');
  for (const char* bracket : {"(", "(?:", "(?="}) {
    for (const int depth : {100, 1300, 100'000}) {
      for (const char* end : {")", ")*", "){9}", ""}) {
        const auto matched = MatchRecipe(
            {{"", Repeated(depth, bracket) + "a" + Repeated(depth, end), nullptr}}, model.main());
        if (matched.ok()) continue;
        EXPECT_EQ(matched.error().code, ErrorCode::kConfig);
        EXPECT_EQ(matched.error().message.substr(0, 13), "recipe rule 1");
      }
    }
  }
  const std::string deep = Repeated(100, "(") + "a" + Repeated(100, ")") + "*";
  for (const std::string& pattern :
       {deep, std::string("(a*)*b"), std::string("(a?){300}b"), std::string("(a|aa|aaa)*b")}) {
    EXPECT_TRUE(MatchRecipe({{"", pattern, nullptr}}, model.main()).ok()) << pattern;
  }
  EXPECT_FALSE(MatchRecipe({{"", "(a)\\1", nullptr}}, model.main()).ok());
  EXPECT_FALSE(MatchRecipe({{"", "((a?){1000}){1000}", nullptr}}, model.main()).ok());
}

// The library's matcher recurses for every character.
TEST(Recipe, NamesOfAnyLengthAreHarmless) {
  Model model = SmallFloatModel();
  model.subgraphs[0].tensors[3].name = std::string(10'000'000, 'a');
  EXPECT_TRUE(MatchRecipe({{"", "(a|b)*c", nullptr}}, model.main()).ok());
}

}  // namespace
}  // namespace quantgate
