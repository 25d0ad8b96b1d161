// configs/schema/run.schema.json and recipe.schema.json describe what the readers take.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/driver/config_file.h"
#include "harness/driver/config_quantize.h"
#include "tests/reports/schema_checker.h"

namespace quantgate {
namespace {

using nlohmann::json;

json WithQuantize(const char* quantize) {
  json document = json::parse(R"({
    "dataset": {"kind": "idx", "images": "images.gz"},
    "reference": {"model": "float.tflite"},
    "variants": [{"name": "a"}]
  })");
  document["variants"][0]["quantize"] = json::parse(quantize);
  return document;
}

TEST(RunSchema, DescribesEveryWayToQuantize) {
  SchemaChecker checker("configs/schema/run.schema.json");
  for (const char* quantize : {
           R"({"scheme": "float16"})",
           R"({"scheme": "int8", "ranges": "none", "default_range": [0, 6], "full_integer": true,
               "input": {"mean": 0, "std": 255}, "input_type": "float32", "output_type": "uint8",
               "corrections": ["bias-overflow"], "keep_float": "logits",
               "rules": [{"op": "ADD", "tensor": "x", "scheme": "float32"}]})",
           R"({"scheme": "weight-only-int8", "corrections": "bias-overflow", "keep_float": ["a"]})",
       }) {
    const json document = WithQuantize(quantize);
    EXPECT_EQ(checker.Violations(document), "") << quantize;
    const auto config = ParseRunConfig(document.dump(), "run.json");
    ASSERT_TRUE(config.ok()) << config.error().ToString();
    EXPECT_EQ(checker.Violations(json::parse(EffectiveConfig(*config))), "") << quantize;
  }
  for (const char* quantize : {
           R"({"scheme": "int8", "surprise": 1})",
           R"({"scheme": "int8", "input_type": "int64"})",
           R"({"scheme": "int8", "rules": [{"op": "ADD"}]})",
       }) {
    EXPECT_NE(checker.Violations(WithQuantize(quantize)), "") << quantize;
    EXPECT_FALSE(ParseRunConfig(WithQuantize(quantize).dump(), "run.json").ok()) << quantize;
  }
}

TEST(RecipeSchema, AgreesWithTheReader) {
  SchemaChecker checker("configs/schema/recipe.schema.json");
  const std::pair<const char*, bool> cases[] = {
      {R"({"rules": []})", true},
      {R"({"rules": [{"op": "ADD", "tensor": "x", "scheme": "int8"}]})", true},
      {R"({"rules": [{"tensor": "x"}]})", false},
      {R"({"rules": [{"scheme": "int8", "more": 1}]})", false},
      {R"({"rules": {"scheme": "int8"}})", false},
      {R"({})", false},
  };
  for (const auto& [text, fits] : cases) {
    EXPECT_EQ(checker.Violations(json::parse(text)).empty(), fits) << text;
    EXPECT_EQ(ParseRecipe(text, "r.json").ok(), fits) << text;
  }
}

}  // namespace
}  // namespace quantgate
