// The program as its users meet it: exit codes, where output goes, and what messages say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace quantgate {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class ProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / ("quantgate_" + std::string(info->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Outcome Run(const std::string& arguments) const {
    const fs::path out = folder_ / "stdout.txt";
    const fs::path err = folder_ / "stderr.txt";
    const std::string command = std::string(QUANTGATE_PROGRAM) + " " + arguments + " >" +
                                out.string() + " 2>" + err.string();
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, ReadAll(out), ReadAll(err)};
  }
  fs::path Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  [[nodiscard]] std::string Path(const std::string& name) const {
    return (folder_ / name).string();
  }
  // A config like the demo's with some text replaced, beside which paths are absolute.
  fs::path Config(const std::string& from, const std::string& to) const {
    std::string text = ReadAll("configs/mnist/mnist.json");
    const auto replace = [&](const std::string& what, const std::string& with) {
      size_t at = 0;
      while ((at = text.find(what, at)) != std::string::npos) {
        text.replace(at, what.size(), with);
        at += with.size();
      }
    };
    const std::string top = fs::current_path().string();
    replace("../../datasets", top + "/datasets");
    replace("mnist_conv.tflite", top + "/configs/mnist/mnist_conv.tflite");
    EXPECT_NE(text.find(from), std::string::npos) << from;
    replace(from, to);
    return Write("config.json", text);
  }

  fs::path folder_;
};

constexpr const char* kModel = "configs/mnist/mnist_conv.tflite";
constexpr const char* kImages = "datasets/mnist/t10k-images-idx3-ubyte.gz";
constexpr const char* kLabels = "datasets/mnist/t10k-labels-idx1-ubyte.gz";

TEST_F(ProgramTest, HelpNamesEveryCommandAndEndsWithZero) {
  const Outcome outcome = Run("--help");
  EXPECT_EQ(outcome.code, 0);
  for (const char* command : {"run", "compare", "drift", "calibrate", "quantize", "inspect",
                              "trace", "list", "version"}) {
    EXPECT_THAT(outcome.out, HasSubstr(std::string("\n  ") + command)) << command;
    const Outcome help = Run(std::string(command) + " --help");
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_THAT(help.out, HasSubstr("example: quantgate " + std::string(command))) << command;
  }
}

TEST_F(ProgramTest, NoCommandIsAUsageError) {
  const Outcome outcome = Run("");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("usage: quantgate COMMAND"));
}

TEST_F(ProgramTest, AnUnknownCommandSuggestsTheClosest) {
  const Outcome outcome = Run("inspct model.tflite");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'inspect'?"));
}

TEST_F(ProgramTest, AnUnknownOptionSuggestsTheClosest) {
  const Outcome outcome = Run(std::string("inspect ") + kModel + " --jsno");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean --json?"));
}

TEST_F(ProgramTest, ANumberThatIsNoneIsAUsageError) {
  EXPECT_EQ(Run("run configs/mnist/mnist.json --limit many").code, 2);
  EXPECT_EQ(Run("run configs/mnist/mnist.json --limit -3").code, 2);
}

TEST_F(ProgramTest, AMissingArgumentIsAUsageError) {
  const Outcome outcome = Run("inspect");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("usage: quantgate inspect MODEL"));
}

TEST_F(ProgramTest, AMissingModelIsAnInputError) {
  const Outcome outcome = Run("inspect nowhere.tflite");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("nowhere.tflite"), HasSubstr("no such file")));
  EXPECT_EQ(outcome.out, "");
}

TEST_F(ProgramTest, ATruncatedModelIsAModelError) {
  const fs::path cut = Write("cut.tflite", ReadAll(kModel).substr(0, 100000));
  const Outcome outcome = Run("inspect " + cut.string());
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("cut.tflite"));
}

TEST_F(ProgramTest, RandomBytesAreNoModel) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(i * 2654435761U >> 13);
  EXPECT_EQ(Run("inspect " + Write("noise.tflite", bytes).string()).code, 3);
}

TEST_F(ProgramTest, AWrongIdxMagicNamesTheFile) {
  const fs::path bad = Write("bad-images", "this is no IDX file at all");
  const Outcome outcome = Run(std::string("calibrate ") + kModel + " --images " + bad.string());
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("bad-images"), HasSubstr("not an IDX file")));
}

TEST_F(ProgramTest, SwappedImagesAndLabelsAreNoticed) {
  const Outcome outcome = Run(std::string("compare ") + kModel + " " + kModel + " --images " +
                              kLabels + " --labels " + kImages);
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("swapped?"));
}

TEST_F(ProgramTest, LabelsOfAnotherSetAreNoticed) {
  const Outcome outcome =
      Run(std::string("compare ") + kModel + " " + kModel + " --images " + kImages +
          " --labels datasets/mnist/calibration-labels-idx1-ubyte.gz --out " + Path("out"));
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("10000 images"), HasSubstr("1000 labels")));
  EXPECT_FALSE(fs::exists(Path("out"))) << "an output was begun";
}

TEST_F(ProgramTest, DamagedGzipIsNoticed) {
  std::string bytes = ReadAll(kImages);
  const fs::path cut = Write("cut.gz", bytes.substr(0, bytes.size() / 2));
  const Outcome outcome = Run(std::string("calibrate ") + kModel + " --images " + cut.string());
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("ends too early"));
}

TEST_F(ProgramTest, AnUnknownConfigKeySuggestsTheClosest) {
  const Outcome outcome = Run("run " + Config("\"gate\"", "\"gates\"").string());
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("'gates'"), HasSubstr("did you mean 'gate'?")));
}

TEST_F(ProgramTest, AnUnknownSchemeNamesThePathOfTheKey) {
  const Outcome outcome =
      Run("run " + Config("\"scheme\": \"int8\"", "\"scheme\": \"int9\"").string());
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("variants[0].quantize.scheme"), HasSubstr("int8")));
}

TEST_F(ProgramTest, AnUnknownReportFormatIsAConfigError) {
  const Outcome outcome = Run("run configs/mnist/mnist.json --format jsno");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'json'?"));
}

TEST_F(ProgramTest, AConfigThatIsNoJsonSaysWhere) {
  const Outcome outcome = Run("run " + Write("config.json", "{\"dataset\": ]").string());
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("line 1, column 13"));
}

TEST_F(ProgramTest, OneVariantThatCannotRunLeavesTheOthersStanding) {
  const fs::path config = Config("{\"name\": \"int8\", \"quantize\": {\"scheme\": \"int8\"}}",
                                 "{\"name\": \"int8\", \"model\": \"nowhere.tflite\"}");
  const Outcome outcome =
      Run("run " + config.string() +
          " --limit 32 --variant int8 --variant uint8-calibrated --json --out " + Path("out") +
          " --format json");
  EXPECT_EQ(outcome.code, 1);
  const auto report = nlohmann::json::parse(outcome.out);
  EXPECT_THAT(report["variants"][0]["error"].get<std::string>(), HasSubstr("nowhere.tflite"));
  EXPECT_EQ(report["variants"][0]["verdict"], "fail");
  EXPECT_EQ(report["variants"][1]["accuracy"]["n"], 32);
}

TEST_F(ProgramTest, NoVariantAtAllIsAnErrorNotAPass) {
  const fs::path config = Config("{\"name\": \"int8\", \"quantize\": {\"scheme\": \"int8\"}}",
                                 "{\"name\": \"int8\", \"model\": \"nowhere.tflite\"}");
  const Outcome outcome = Run("run " + config.string() + " --variant int8 --out " + Path("out"));
  EXPECT_EQ(outcome.code, 3);
  EXPECT_FALSE(fs::exists(Path("out")));
}

TEST_F(ProgramTest, JsonStandsAloneOnStandardOutput) {
  const Outcome outcome =
      Run("run configs/mnist/mnist.json --variant int8 --limit 32 --json --format json --out " +
          Path("out"));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["schema_version"], 1);
  EXPECT_THAT(outcome.err, HasSubstr("variant"));
  EXPECT_EQ(ReadAll(Path("out/report.json")), outcome.out);
}

TEST_F(ProgramTest, TheDemosBadVariantsFailAndAreExplained) {
  const Outcome outcome =
      Run("run configs/mnist/mnist.json --limit 500 --format json --json --out " + Path("out"));
  EXPECT_EQ(outcome.code, 1);
  const auto report = nlohmann::json::parse(outcome.out);
  std::map<std::string, std::string> verdicts;
  for (const auto& variant : report["variants"]) verdicts[variant["name"]] = variant["verdict"];
  EXPECT_EQ(verdicts["int8"], "pass");
  EXPECT_EQ(verdicts["int8-per-tensor"], "pass");
  EXPECT_EQ(verdicts["uint8-calibrated"], "pass");
  EXPECT_EQ(verdicts["uint8-dummy-ranges"], "fail");
  EXPECT_EQ(verdicts["uint8-input-not-quantized"], "fail");
  std::set<std::string> found;
  for (const auto& finding : report["findings"]) {
    found.insert(finding["variant"].get<std::string>() + " " + finding["name"].get<std::string>());
  }
  EXPECT_TRUE(found.contains("uint8-dummy-ranges dummy-ranges"));
  EXPECT_TRUE(found.contains("uint8-dummy-ranges input-normalisation"));
  EXPECT_TRUE(found.contains("uint8-input-not-quantized input-not-quantized"));
}

TEST_F(ProgramTest, ReportsDoNotDependOnThreads) {
  std::vector<nlohmann::json> reports;
  for (const char* threads : {"1", "2", "3"}) {
    const Outcome outcome =
        Run("run configs/mnist/mnist.json --limit 200 --json --format json --out " + Path("out") +
            " --threads " + threads);
    reports.push_back(nlohmann::json::parse(outcome.out));
    reports.back().erase("environment");
    reports.back()["context"].erase("command");
  }
  EXPECT_EQ(reports[0].dump(), reports[1].dump());
  EXPECT_EQ(reports[0].dump(), reports[2].dump());
}

constexpr const char* kSamples =
    " --images datasets/mnist/calibration-images-idx3-ubyte.gz"
    " --labels datasets/mnist/calibration-labels-idx1-ubyte.gz --std 255 --limit 100";

TEST_F(ProgramTest, QuantizeSaysWhatItDid) {
  const fs::path recipe =
      Write("recipe.json", R"({"rules": [{"op": "CONV_2D", "scheme": "int16x8"}]})");
  const Outcome outcome =
      Run(std::string("quantize ") + kModel + kSamples + " --recipe " + recipe.string() +
          " --keep-float '^logits$' --corrections bias-correction,equalization" +
          " --input-type float32 --output-type float32 --out " + Path("mixed.tflite"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("int16x8"), HasSubstr("rule 1 of the recipe"),
                                 HasSubstr("equalization: "), HasSubstr("bias-correction: ")));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("1 in float32"), HasSubstr("conversions"),
                                 HasSubstr(" before, "), HasSubstr(" after")));
  const Outcome inspected = Run("inspect " + Path("mixed.tflite"));
  EXPECT_THAT(inspected.out, AllOf(HasSubstr("int16"), HasSubstr("runs here     yes")));
}

TEST_F(ProgramTest, EverySchemeIsWrittenAndRuns) {
  const Outcome list = Run("list schemes --json");
  const auto schemes = nlohmann::json::parse(list.out)["schemes"];
  for (const auto& [scheme, summary] : schemes.items()) {
    const Outcome outcome =
        Run(std::string("quantize ") + kModel + kSamples + " --quiet --scheme " + scheme +
            " --out " + Path(scheme + ".tflite"));
    ASSERT_EQ(outcome.code, 0) << scheme << ": " << outcome.err;
    EXPECT_EQ(outcome.out, "") << scheme;
    EXPECT_LT(fs::file_size(Path(scheme + ".tflite")), fs::file_size(kModel)) << scheme;
  }
}

TEST_F(ProgramTest, TrainedModelsNeedNoRanges) {
  const Outcome outcome = Run("quantize configs/mnist/mnist_conv_qat.tflite --full-integer --out " +
                              Path("qat.tflite"));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("9 FAKE_QUANT folded"));
}

TEST_F(ProgramTest, WrongQuantizeFlagsAreNamed) {
  const std::string quantize = std::string("quantize ") + kModel + " --out " + Path("x.tflite");
  const auto error = [&](const std::string& flags) {
    const Outcome outcome = Run(quantize + " " + flags);
    EXPECT_EQ(outcome.code, 2) << flags;
    return outcome.err;
  };
  EXPECT_THAT(error(""), HasSubstr("activations need ranges"));
  EXPECT_THAT(error("--corrections equalize"), HasSubstr("equalization"));
  EXPECT_THAT(error("--scheme float16 --corrections equalization"), HasSubstr("need samples"));
  EXPECT_THAT(error("--input-type int4"), HasSubstr("float32, int8, uint8 or int16"));
  EXPECT_THAT(error("--scheme float16 --keep-float '('"), HasSubstr("no regular expression"));
  EXPECT_EQ(Run(quantize + " --scheme float16 --recipe missing.json").code, 3);
}

TEST_F(ProgramTest, CalibrateThenQuantizeMakesTheModelThatRunMakes) {
  const std::string data =
      std::string(" --images datasets/mnist/calibration-images-idx3-ubyte.gz --std 255 ");
  ASSERT_EQ(Run(std::string("calibrate ") + kModel + data + "--out " + Path("ranges.json")).code,
            0);
  ASSERT_EQ(Run(std::string("quantize ") + kModel + " --scheme int8 --ranges " +
                Path("ranges.json") + " --out " + Path("int8.tflite"))
                .code,
            0);
  ASSERT_EQ(
      Run("run configs/mnist/mnist.json --variant int8 --limit 10 --save-models --format json "
          "--out " +
          Path("out"))
          .code,
      0);
  EXPECT_EQ(ReadAll(Path("int8.tflite")), ReadAll(Path("out/int8.tflite")));
}

TEST_F(ProgramTest, RangesOfAnotherModelAreRefused) {
  const std::string data =
      std::string(" --images datasets/mnist/calibration-images-idx3-ubyte.gz --limit 10 ");
  ASSERT_EQ(Run(std::string("calibrate ") + kModel + data + "--out " + Path("ranges.json")).code,
            0);
  const Outcome outcome = Run("quantize configs/mnist/mnist_depthwise.tflite --ranges " +
                              Path("ranges.json") + " --out " + Path("x.tflite"));
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("another model"));
  EXPECT_FALSE(fs::exists(Path("x.tflite")));
}

// Shards of any size, merged: the bytes of one pass, for one thread and for two.
TEST_F(ProgramTest, ObservationsOfPartsMergeToThoseOfOnePass) {
  const std::string data =
      std::string(kModel) + " --images datasets/mnist/calibration-images-idx3-ubyte.gz --std 255 ";
  const auto calibrate = [&](const std::string& flags, const std::string& name) {
    return Run("calibrate " + data + flags + " --observations " + Path(name) + " --out " +
               Path("ranges-" + name))
        .code;
  };
  ASSERT_EQ(calibrate("--limit 100 --threads 1", "one.json"), 0);
  ASSERT_EQ(calibrate("--limit 100 --threads 2", "two.json"), 0);
  ASSERT_EQ(calibrate("--limit 37", "a.json"), 0);
  ASSERT_EQ(calibrate("--first 37 --limit 63", "b.json"), 0);
  ASSERT_EQ(Run(std::string("calibrate ") + kModel + " --merge " + Path("a.json") + " --merge " +
                Path("b.json") + " --observations " + Path("merged.json") + " --out " +
                Path("ranges-merged.json"))
                .code,
            0);
  EXPECT_EQ(ReadAll(Path("two.json")), ReadAll(Path("one.json")));
  EXPECT_EQ(ReadAll(Path("merged.json")), ReadAll(Path("one.json")));
  EXPECT_EQ(ReadAll(Path("ranges-merged.json")), ReadAll(Path("ranges-one.json")));
  const Outcome other =
      Run("calibrate configs/mnist/mnist_depthwise.tflite --merge " + Path("a.json"));
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("another model"));
}

TEST_F(ProgramTest, ASweepHasARowForEveryEstimator) {
  const std::string command =
      std::string("calibrate ") + kModel +
      " --images datasets/mnist/calibration-images-idx3-ubyte.gz --limit 64 --std 255 --sweep";
  const Outcome text = Run(command +
                           " --eval-images datasets/mnist/t10k-images-idx3-ubyte.gz --eval-labels "
                           "datasets/mnist/t10k-labels-idx1-ubyte.gz --eval-limit 32 --report " +
                           Path("sweep"));
  EXPECT_EQ(text.code, 0);
  for (const char* name : {"minmax", "moving-average-0.95", "percentile-99.99", "entropy", "mse"}) {
    EXPECT_THAT(text.out, HasSubstr(name));
  }
  EXPECT_THAT(text.out, HasSubstr("output SQNR"));
  const auto report = nlohmann::json::parse(ReadAll(Path("sweep/report.json")));
  EXPECT_EQ(report["variants"].size(), 11U);
  EXPECT_EQ(report["calibration_check"]["samples"], 64);
  const Outcome without = Run(command);
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("--sweep needs --eval-images"));
}

TEST_F(ProgramTest, InspectShowsScaleAndZeroPoint) {
  ASSERT_EQ(Run(std::string("quantize ") + kModel +
                " --scheme uint8 --default-ranges-min 0 --default-ranges-max 6 --mean-values 128 "
                "--std-dev-values 128 --out " +
                Path("dummy.tflite"))
                .code,
            0);
  const Outcome text = Run("inspect " + Path("dummy.tflite"));
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("0.0078125 zp 128"));  // 1/128 and 128: the input's contract
  const auto json = nlohmann::json::parse(Run("inspect --json " + Path("dummy.tflite")).out);
  const auto& tensor = json["subgraphs"][0]["tensors"][0];
  EXPECT_EQ(tensor["role"], "input");
  EXPECT_EQ(tensor["zero_point"], nlohmann::json::array({128}));
}

TEST_F(ProgramTest, InspectShowsTheTablesAskedFor) {
  const Outcome ops = Run(std::string("inspect --ops ") + kModel);
  EXPECT_EQ(ops.code, 0);
  EXPECT_THAT(ops.out, AllOf(StartsWith("Operators\n"), HasSubstr("CONV_2D")));
  EXPECT_EQ(ops.out.find("Tensors\n"), std::string::npos);
  EXPECT_THAT(Run(std::string("inspect --tensors ") + kModel).out, StartsWith("Tensors\n"));
}

TEST_F(ProgramTest, LintEndsWithOneOnlyAtTheSeverityAskedFor) {
  ASSERT_EQ(
      Run(std::string("quantize ") + kModel +
          " --scheme int8-per-tensor --default-ranges-min -10 --default-ranges-max 10 --out " +
          Path("per_tensor.tflite"))
          .code,
      0);
  const std::string inspect = "inspect " + Path("per_tensor.tflite");
  const Outcome lint = Run(inspect + " --lint");
  EXPECT_EQ(lint.code, 0);
  EXPECT_THAT(lint.out, AllOf(HasSubstr("QL014"), HasSubstr("weight-per-tensor"),
                              HasSubstr("0 errors, 0 warnings, ")));
  EXPECT_EQ(Run(inspect + " --lint-fail-on error").code, 0);
  EXPECT_EQ(Run(inspect + " --lint-fail-on warning").code, 0);
  EXPECT_EQ(Run(inspect + " --lint-fail-on note").code, 1);
  const Outcome json = Run(inspect + " --json --lint-fail-on note");
  EXPECT_EQ(json.code, 1);
  const auto document = nlohmann::json::parse(json.out);
  EXPECT_EQ(document["lint"]["findings"][0]["code"], "QL014");
  EXPECT_EQ(nlohmann::json::parse(Run(inspect + " --json").out)["lint"], nullptr);
  const Outcome wrong = Run(inspect + " --lint-fail-on fatal");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("note, warning or error"));
}

TEST_F(ProgramTest, TraceWritesEveryTensorAndRefusesAnInputOfTheWrongSize) {
  Write("zeros.bin", std::string(28 * 28 * 4, '\0'));
  const Outcome outcome =
      Run(std::string("trace ") + kModel + " --input " + Path("zeros.bin") + " --out " + Path("t"));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto manifest = nlohmann::json::parse(ReadAll(Path("t/manifest.json")));
  EXPECT_EQ(manifest["tensors"].size(), 9U);  // the input and what eight operators compute
  for (const auto& tensor : manifest["tensors"]) {
    EXPECT_THAT(ReadAll(Path("t/" + tensor["file"].get<std::string>())), StartsWith("\x93NUMPY"));
  }
  Write("short.bin", "1234");
  EXPECT_EQ(
      Run(std::string("trace ") + kModel + " --input " + Path("short.bin") + " --out " + Path("u"))
          .code,
      3);
  EXPECT_FALSE(fs::exists(Path("u")));
}

// A float model computes the same under every profile.
TEST_F(ProgramTest, DriftPrintsATableOrJson) {
  const std::string command =
      std::string("drift ") + kModel + " --images " + kImages + " --std 255 --samples 3 --quiet";
  const Outcome table = Run(command);
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("computed the same in every tensor of 3 samples"));
  const Outcome document = Run(command + " --json --profiles tflite,tflite-reference");
  EXPECT_EQ(document.code, 0) << document.err;
  const auto drift = nlohmann::json::parse(document.out)["drift"];
  EXPECT_EQ(drift["second"], "profile tflite-reference");
  EXPECT_EQ(drift["samples"], 3);
}

TEST_F(ProgramTest, DriftWantsTwoProfiles) {
  const std::string command = std::string("drift ") + kModel + " --images " + kImages;
  const Outcome one = Run(command + " --profiles tflite");
  EXPECT_EQ(one.code, 2);
  EXPECT_THAT(one.err, HasSubstr("--profiles takes two names"));
  const Outcome unknown = Run(command + " --profiles tflite,xnpack");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'xnnpack'?"));
}

TEST_F(ProgramTest, ListSuggestsATable) {
  EXPECT_THAT(Run("list schemes").out, HasSubstr("int8-per-tensor"));
  EXPECT_THAT(Run("list lint").out, HasSubstr("QL001 scale-zero"));
  const Outcome outcome = Run("list scheme");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("schemes"));
}

TEST_F(ProgramTest, HistoryPutsReportsSideBySide) {
  const std::string run =
      "run configs/mnist/mnist.json --variant int8 --limit 20 --quiet --format json";
  ASSERT_EQ(Run(run + " --out " + Path("a")).code, 0);
  ASSERT_EQ(Run(run + " --out " + Path("b")).code, 0);
  const std::string both = Path("a/report.json") + " " + Path("b/report.json");
  const Outcome text = Run("history " + both + " --report " + Path("both"));
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("worst layer, SQNR"));
  EXPECT_THAT(text.out, HasSubstr("both/report.html"));
  const auto report = nlohmann::json::parse(ReadAll(Path("both/report.json")));
  ASSERT_EQ(report["history"].size(), 1U);
  EXPECT_EQ(report["history"][0]["variants"][0]["name"], "int8");
  const Outcome document = Run("history " + both + " --json");
  EXPECT_EQ(nlohmann::json::parse(document.out)["runs"].size(), 2U);
  EXPECT_EQ(Run("history").code, 2);
  const Outcome wrong = Run("history configs/mnist/mnist.json");
  EXPECT_EQ(wrong.code, 3);
  EXPECT_THAT(wrong.err, HasSubstr("configs/mnist/mnist.json"));
}

TEST_F(ProgramTest, DiagnoseAndRepairLeaveReports) {
  const std::string images = "datasets/mnist/t10k-images-idx3-ubyte.gz";
  const std::string labels = "datasets/mnist/t10k-labels-idx1-ubyte.gz";
  ASSERT_EQ(Run("run configs/mnist/mnist.json --variant uint8-dummy-ranges --limit 20 --quiet "
                "--save-models --format json --out " +
                Path("out"))
                .code,
            1);
  const std::string models = std::string(kModel) + " " + Path("out/uint8-dummy-ranges.tflite");
  const Outcome diagnosed =
      Run("diagnose " + models + " --images " + images + " --labels " + labels +
          " --std 255 --limit 20 --quiet --json --report " + Path("why"));
  ASSERT_EQ(diagnosed.code, 0) << diagnosed.err;
  EXPECT_TRUE(nlohmann::json::parse(diagnosed.out).contains("sources"));
  const auto why = nlohmann::json::parse(ReadAll(Path("why/report.json")));
  EXPECT_GT(why["variants"][0]["attribution"]["ops"].size(), 3U);
  EXPECT_THAT(diagnosed.err, HasSubstr("why/report.html"));
  const Outcome repaired =
      Run("repair " + models + " --images datasets/mnist/calibration-images-idx3-ubyte.gz" +
          " --limit 40 --eval-images " + images + " --eval-labels " + labels +
          " --eval-limit 50 --std 255 --quiet --min-sqnr-db 10 --report " + Path("fixed"));
  EXPECT_LE(repaired.code, 1) << repaired.err;
  const auto fixed = nlohmann::json::parse(ReadAll(Path("fixed/report.json")));
  EXPECT_EQ(fixed["repair"]["steps"].size(), fixed["variants"].size());
  EXPECT_GE(fixed["repair"]["best"], 0);
}

TEST_F(ProgramTest, ModelExplorerHasAFileAMetric) {
  ASSERT_EQ(Run("run configs/mnist/mnist.json --variant int8 --limit 20 --quiet "
                "--format model-explorer --out " +
                Path("out"))
                .code,
            0);
  const auto data = nlohmann::json::parse(ReadAll(Path("out/model-explorer/int8.sqnr_db.json")));
  EXPECT_TRUE(data["main"]["results"].contains("conv1"));
}

}  // namespace
}  // namespace quantgate
