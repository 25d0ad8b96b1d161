#include "harness/driver/config_file.h"

#include "harness/driver/config_quantize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quantgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kMinimal = R"({
  "dataset": {"kind": "idx", "images": "images.gz"},
  "reference": {"model": "float.tflite"},
  "variants": [{"name": "a", "model": "a.tflite"}]
})";

// kMinimal with one text replaced.
std::string With(const std::string& from, const std::string& to) {
  std::string text = kMinimal;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string ErrorOf(const std::string& text) {
  const auto config = ParseRunConfig(text, "folder/run.json");
  if (config.ok()) return "no error";
  EXPECT_EQ(config.error().code, ErrorCode::kConfig);
  EXPECT_EQ(config.error().file, "folder/run.json");
  return config.error().ToString();
}

TEST(ConfigFile, DefaultsAreFilledIn) {
  const auto config = ParseRunConfig(kMinimal, "folder/run.json");
  ASSERT_TRUE(config.ok()) << config.error().ToString();
  EXPECT_EQ(config->preprocessing.std, std::vector<double>{1.0});
  EXPECT_EQ(config->variants[0].feed, FeedMode::kQuantize);
  EXPECT_EQ(config->variants[0].profile, &DefaultProfile());
  EXPECT_EQ(config->report_formats, (std::vector<std::string>{"json", "html"}));
  EXPECT_FALSE(config->task);  // what output and labels look like
}

TEST(ConfigFile, PathsOfInputsAreRelativeToTheConfig) {
  const auto config = ParseRunConfig(kMinimal, "folder/run.json");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->reference_model, "folder/float.tflite");
  EXPECT_EQ(config->variants[0].model, "folder/a.tflite");
  EXPECT_EQ(config->dataset.spec.images, std::vector<std::string>{"folder/images.gz"});
}

TEST(ConfigFile, AbsolutePathsStay) {
  const auto config =
      ParseRunConfig(With("float.tflite", "/models/float.tflite"), "folder/run.json");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->reference_model, "/models/float.tflite");
}

TEST(ConfigFile, CommentsAreAllowed) {
  EXPECT_TRUE(ParseRunConfig(With("{\n", "{ // the smallest config\n"), "run.json").ok());
}

TEST(ConfigFile, EveryRequiredKeyIsMissed) {
  EXPECT_THAT(ErrorOf("{}"), HasSubstr("'dataset' is missing"));
  EXPECT_THAT(ErrorOf(With("\"kind\": \"idx\", ", "")), HasSubstr("'dataset.kind' is missing"));
  EXPECT_THAT(ErrorOf(With("\"model\": \"float.tflite\"", "")),
              HasSubstr("'reference.model' is missing"));
  EXPECT_THAT(ErrorOf(With("\"name\": \"a\", ", "")), HasSubstr("'variants[0].name' is missing"));
}

TEST(ConfigFile, WrongTypesAreNamed) {
  EXPECT_THAT(ErrorOf(With("\"images.gz\"", "3")), HasSubstr("'dataset.images' is neither text"));
  EXPECT_THAT(ErrorOf("[]"), HasSubstr("the document is not an object"));
  EXPECT_THAT(ErrorOf(With("\"images.gz\"", "\"i\", \"limit\": -1")), HasSubstr("'dataset.limit'"));
  EXPECT_THAT(ErrorOf(With("\"images.gz\"", "\"i\", \"limit\": 1.5")),
              HasSubstr("'dataset.limit'"));
}

TEST(ConfigFile, UnknownKeysAndNamesSuggestTheClosest) {
  EXPECT_THAT(ErrorOf(With("\"reference\"", "\"refrence\": 1, \"reference\"")),
              AllOf(HasSubstr("'refrence'"), HasSubstr("did you mean 'reference'?")));
  EXPECT_THAT(ErrorOf(With("\"idx\"", "\"idxx\"")), HasSubstr("did you mean 'idx'?"));
  EXPECT_THAT(ErrorOf(With("\"a.tflite\"", "\"a.tflite\", \"profile\": \"tflit\"")),
              HasSubstr("did you mean 'tflite'?"));
  EXPECT_THAT(ErrorOf(With("\"a.tflite\"", "\"a.tflite\", \"feed\": \"quantise\"")),
              HasSubstr("did you mean 'quantize'?"));
}

TEST(ConfigFile, DriftNamesTwoProfiles) {
  const auto drift = [](const std::string& profiles) {
    return With("\"a.tflite\"", "\"a.tflite\", \"drift\": {\"profiles\": " + profiles + "}");
  };
  const auto config = ParseRunConfig(drift("[\"tflite\", \"xnnpack\"]"), "run.json");
  ASSERT_TRUE(config.ok()) << config.error().ToString();
  EXPECT_EQ(config->variants[0].drift_first, FindProfile("tflite"));
  EXPECT_EQ(config->variants[0].drift_second, FindProfile("xnnpack"));
  EXPECT_THAT(ErrorOf(drift("[\"tflite\"]")), HasSubstr("are not the names of two profiles"));
  EXPECT_THAT(ErrorOf(drift("[\"tflite\", \"xnpack\"]")), HasSubstr("did you mean 'xnnpack'?"));
}

TEST(ConfigFile, AVariantIsAFileOrQuantizedButNotBoth) {
  EXPECT_THAT(ErrorOf(With(", \"model\": \"a.tflite\"", "")), HasSubstr("one of the two"));
  EXPECT_THAT(ErrorOf(With("\"a.tflite\"",
                           "\"a\", \"quantize\": {\"scheme\": \"int8\", \"ranges\": \"r\"}")),
              HasSubstr("one of the two"));
}

TEST(ConfigFile, NamesOfVariantsArePlainAndUnique) {
  EXPECT_THAT(ErrorOf(With("\"name\": \"a\"", "\"name\": \"../a\"")), HasSubstr("plain name"));
  EXPECT_THAT(ErrorOf(With("\"a.tflite\"}", "\"a.tflite\"}, {\"name\": \"a\", \"model\": \"b\"}")),
              HasSubstr("used twice"));
}

TEST(ConfigFile, CalibratedRangesNeedCalibration) {
  EXPECT_THAT(ErrorOf(With("\"model\": \"a.tflite\"", "\"quantize\": {\"scheme\": \"int8\"}")),
              HasSubstr("no 'calibration'"));
}

TEST(ConfigFile, EstimatorsOfVariantsAreReadAndWritten) {
  const std::string calibration =
      "\"calibration\": {\"dataset\": {\"kind\": \"idx\", \"images\": \"c\"}, "
      "\"estimator\": \"percentile:99.5\"}, \"reference\"";
  std::string text = With("\"model\": \"a.tflite\"",
                          "\"quantize\": {\"scheme\": \"int8\", \"estimator\": \"entropy\"}");
  text.replace(text.find("\"reference\""), 11, calibration);
  const auto config = ParseRunConfig(text, "run.json");
  ASSERT_TRUE(config.ok()) << config.error().ToString();
  EXPECT_EQ(config->calibration->estimator.ToString(), "percentile:99.5");
  EXPECT_EQ(config->variants[0].quantize->estimator->ToString(), "entropy:0.1");
  EXPECT_THAT(EffectiveConfig(*config), HasSubstr("\"estimator\": \"percentile:99.5\""));
  EXPECT_THAT(EffectiveConfig(*config), HasSubstr("\"estimator\": \"entropy:0.1\""));
}

TEST(ConfigFile, MistakenEstimatorsAreExplained) {
  const auto error = [](const std::string& quantize) {
    return ErrorOf(With("\"model\": \"a.tflite\"", "\"quantize\": {" + quantize + "}"));
  };
  EXPECT_THAT(error("\"scheme\": \"int8\", \"estimator\": \"percentil\""), HasSubstr("percentile"));
  EXPECT_THAT(error("\"scheme\": \"int8\", \"estimator\": \"percentile:200\""),
              HasSubstr("from 50 to 100"));
  EXPECT_THAT(error("\"scheme\": \"int8\", \"ranges\": \"r.json\", \"estimator\": \"mse\""),
              HasSubstr("calibrated ranges only"));
}

TEST(ConfigFile, NoRangesNeedADefaultRange) {
  EXPECT_THAT(ErrorOf(With("\"model\": \"a.tflite\"",
                           "\"quantize\": {\"scheme\": \"int8\", \"ranges\": \"none\"}")),
              HasSubstr("default_range"));
  EXPECT_THAT(ErrorOf(With("\"model\": \"a.tflite\"",
                           "\"quantize\": {\"scheme\": \"int8\", \"ranges\": \"none\", "
                           "\"default_range\": [6, 0]}")),
              HasSubstr("min < max"));
}

std::string Quantize(const std::string& keys) {
  return With("\"model\": \"a.tflite\"",
              "\"quantize\": {\"ranges\": \"none\", \"default_range\": [0, 6], " + keys + "}");
}

TEST(ConfigFile, FloatSchemesNeedNoRanges) {
  const auto config = ParseRunConfig(
      With("\"model\": \"a.tflite\"", "\"quantize\": {\"scheme\": \"float16\"}"), "run.json");
  EXPECT_TRUE(config.ok()) << config.error().ToString();
  EXPECT_THAT(ErrorOf(With("\"model\": \"a.tflite\"",
                           "\"quantize\": {\"scheme\": \"float16\", \"rules\": "
                           "[{\"op\": \"CONV_2D\", \"scheme\": \"int8\"}]}")),
              HasSubstr("no 'calibration'"));
}

TEST(ConfigFile, RulesKeepFloatAndTypesAreRead) {
  const auto config = ParseRunConfig(
      Quantize("\"scheme\": \"int8\", \"keep_float\": \"^logits$\", \"input_type\": \"float32\", "
               "\"output_type\": \"int8\", \"full_integer\": true, \"corrections\": [], "
               "\"rules\": [{\"op\": \"ADD\", \"scheme\": \"int16x8\"}]"),
      "run.json");
  ASSERT_TRUE(config.ok()) << config.error().ToString();
  const QuantizeConfig& quantize = *config->variants[0].quantize;
  ASSERT_EQ(quantize.recipe.size(), 2U);
  EXPECT_EQ(quantize.recipe[0].tensor, "^logits$");
  EXPECT_EQ(quantize.recipe[0].scheme, nullptr);
  EXPECT_EQ(quantize.recipe[1].op, "ADD");
  EXPECT_EQ(quantize.recipe[1].scheme, FindScheme("int16x8"));
  EXPECT_EQ(quantize.activations.types.input, DType::kFloat32);
  EXPECT_EQ(quantize.activations.types.output, DType::kInt8);
  EXPECT_TRUE(quantize.full_integer);
  EXPECT_FALSE(quantize.corrections.bias_overflow);
  const std::string written = EffectiveConfig(*config);
  const auto again = ParseRunConfig(written, "run.json");
  ASSERT_TRUE(again.ok()) << again.error().ToString();
  EXPECT_EQ(EffectiveConfig(*again), written);
}

TEST(ConfigFile, NoCorrectionsMayBeSpeltOut) {
  const auto config =
      ParseRunConfig(Quantize("\"scheme\": \"int8\", \"corrections\": \"none\""), "run.json");
  ASSERT_TRUE(config.ok()) << config.error().ToString();
  EXPECT_FALSE(config->variants[0].quantize->corrections.bias_overflow);
}

TEST(ConfigFile, APresetTakesTheConfidence) {
  const auto limit = [](const std::string& gate) {
    const auto config = ParseRunConfig(
        With("\"reference\"", "\"gate\": {" + gate + "}, \"reference\""), "run.json");
    EXPECT_TRUE(config.ok()) << config.error().ToString();
    return config->gate.limits.at("min_relative_percent").at("");
  };
  EXPECT_EQ(limit("\"preset\": \"mlperf-99\"").confidence, std::nullopt);
  EXPECT_EQ(limit("\"preset\": \"mlperf-99\", \"confidence\": 0.9").confidence, 0.9);
  // What stands beside the preset wins.
  EXPECT_EQ(limit("\"preset\": \"mlperf-99\", \"min_relative_percent\": 98").value, 98);
}

TEST(ConfigFile, ThreadsOfARuntimeAreBounded) {
  const auto error = [](const std::string& threads) {
    return ErrorOf(With("\"a.tflite\"", "\"a.tflite\", \"runtime_threads\": " + threads));
  };
  EXPECT_THAT(error("0"), HasSubstr("'variants[0].runtime_threads' is not a number from 1 to 256"));
  EXPECT_THAT(error("257"), HasSubstr("257"));
}

TEST(ConfigFile, WrongQuantizeKeysAreNamed) {
  EXPECT_THAT(ErrorOf(Quantize("\"scheme\": \"int8\", \"corrections\": [\"equalisation\"]")),
              AllOf(HasSubstr("variants[0].quantize.corrections"), HasSubstr("equalization")));
  EXPECT_THAT(ErrorOf(Quantize("\"scheme\": \"int8\", \"corrections\": [\"equalization\"]")),
              HasSubstr("need samples"));
  EXPECT_THAT(ErrorOf(Quantize("\"scheme\": \"float32\"")), HasSubstr("names no scheme"));
  EXPECT_THAT(ErrorOf(Quantize("\"scheme\": \"int8\", \"input_type\": \"int64\"")),
              HasSubstr("'variants[0].quantize.input_type' is not float32, int8, uint8 or int16"));
  EXPECT_THAT(ErrorOf(Quantize("\"scheme\": \"int8\", \"rules\": [{\"opp\": \"ADD\", "
                               "\"scheme\": \"int8\"}]")),
              AllOf(HasSubstr("rules[0]"), HasSubstr("opp")));
  EXPECT_THAT(ErrorOf(Quantize("\"scheme\": \"int8\", \"recipe\": \"missing.json\"")),
              AllOf(HasSubstr("quantize.recipe"), HasSubstr("missing.json")));
}

TEST(RecipeFile, IsReadStrictly) {
  const auto recipe = ParseRecipe(
      R"({"rules": [{"op": "ADD", "tensor": "a", "scheme": "float32"}, {"scheme": "uint8"}]})",
      "r.json");
  ASSERT_TRUE(recipe.ok()) << recipe.error().ToString();
  ASSERT_EQ(recipe->size(), 2U);
  EXPECT_EQ((*recipe)[0].scheme, nullptr);
  EXPECT_EQ((*recipe)[1].scheme, FindScheme("uint8"));
  for (const char* wrong : {"[]", "{}", "{\"rules\": {}}", "{\"rules\": [3]}", "{\"rules\": [{}]}",
                            "{\"rules\": [{\"scheme\": \"int9\"}]}", "{\"rules\": [], \"x\": 1}",
                            "{\"rules\": [{\"scheme\": \"int8\", \"tensor\": 1}]}", "{"}) {
    const auto read = ParseRecipe(wrong, "r.json");
    ASSERT_FALSE(read.ok()) << wrong;
    EXPECT_EQ(read.error().code, ErrorCode::kConfig) << wrong;
    EXPECT_EQ(read.error().file, "r.json");
  }
}

TEST(ConfigFile, AZeroStdIsRefused) {
  EXPECT_THAT(
      ErrorOf(With("\"reference\"", "\"preprocessing\": {\"std\": [1, 0, 1]}, \"reference\"")),
      HasSubstr("'preprocessing.std' holds a zero"));
}

TEST(ConfigFile, DeepNestingIsRefused) {
  EXPECT_THAT(ErrorOf(std::string(100000, '[')), HasSubstr("nests too deep"));
}

TEST(ConfigFile, TheEffectiveConfigReadsBackAsItself) {
  const auto demo = ReadRunConfig("configs/mnist/mnist.json");
  ASSERT_TRUE(demo.ok()) << demo.error().ToString();
  const std::string written = EffectiveConfig(*demo);
  // Its paths are already resolved, so it is read as if it lay in the current directory.
  const auto again = ParseRunConfig(written, "run.json");
  ASSERT_TRUE(again.ok()) << again.error().ToString();
  EXPECT_EQ(EffectiveConfig(*again), written);
}

}  // namespace
}  // namespace quantgate
