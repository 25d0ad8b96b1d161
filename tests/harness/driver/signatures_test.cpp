// Models of several signatures: the one named behind '#' is run, calibrated, quantized and
// repaired.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/npy.h"
#include "harness/calibration/ranges_file.h"
#include "harness/driver/config_file.h"
#include "harness/driver/model_path.h"
#include "harness/driver/repair.h"
#include "harness/driver/run.h"
#include "harness/driver/variant.h"
#include "harness/runtimes/tflite_c_api.h"
#include "reference/core/file.h"
#include "reference/model/tflite_writer.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/run_model.h"
#include "tests/support/signature_models.h"
#include "tests/support/temp_folder.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

constexpr int kSamples = 60;

// Two dense layers over `width` values.
Model Filter(const std::string& name, int width, Random& random) {
  ModelBuilder builder;
  int last = builder.AddInput(name + "/in", DType::kFloat32, Shape{1, width});
  for (const char* layer : {"/first", "/second"}) {
    const std::string tensor = name + layer;
    const int weights = builder.AddConstant(tensor + "/w", Shape{width, width},
                                            random.Floats(int64_t{width} * width, -1, 1));
    const int out = builder.AddTensor(tensor, DType::kFloat32, Shape{1, width});
    builder.AddOp(OpCode::kFULLY_CONNECTED, {last, weights}, {out});
    last = out;
  }
  return *builder.Finish({last});
}

class Signatures : public ::testing::Test {
 protected:
  void SetUp() override {
    Random random(20261124U);
    narrow_ = Filter("narrow", 4, random);
    wide_ = Filter("wide", 12, random);
    joined_ = JoinSignatures({{"narrow", narrow_}, {"wide", wide_}});
    Write("net.tflite", joined_);
    Write("wide.tflite", wide_);
    values_ = random.Floats(int64_t{kSamples} * 12, -1, 1);
    ASSERT_TRUE(WriteFile(folder_.File("x.npy"), NpyBytes(DType::kFloat32, Shape{kSamples, 12},
                                                          std::as_bytes(std::span(values_))))
                    .ok());
  }
  void Write(const std::string& name, const Model& model) {
    ASSERT_TRUE(WriteFile(folder_.File(name), WriteModel(model)).ok());
  }

  Result<RunOutcome> RunOn(const std::string& reference, const std::string& variants) {
    const std::string data = R"({"kind": "npy", "images": "x.npy"})";
    const std::string text = R"({"dataset": )" + data + R"(, "calibration": {"dataset": )" + data +
                             R"(}, "reference": {"model": ")" + reference + R"("}, "variants": [)" +
                             variants + R"(], "gate": {"min_output_sqnr_db": 20},)" +
                             R"( "report": {"save_models": true}})";
    QG_RETURN_IF_ERROR(WriteFile(folder_.File("run.json"), text));
    QG_ASSIGN_OR_RETURN(const RunConfig config, ReadRunConfig(folder_.File("run.json")));
    return quantgate::Run(config, {});
  }

  // int8, its ranges those of the samples.
  Model QuantizedBy(const std::string& reference) {
    const auto outcome = RunOn(reference, R"({"name": "a", "quantize": {"scheme": "int8"}})");
    EXPECT_TRUE(outcome.ok()) << outcome.error().ToString();
    EXPECT_EQ(outcome->report.variants.at(0).error, "");
    EXPECT_EQ(outcome->report.variants.at(0).verdict, Verdict::kPass);
    return **ReadModel(outcome->made_models.at("a"), "a");
  }

  TempFolder folder_;
  Model narrow_, wide_, joined_;
  std::vector<float> values_;
};

// What `model` answers when its subgraph `main` runs, on bytes of a length for its first input.
std::vector<std::vector<std::byte>> Answers(Model model, int main, size_t bytes) {
  model.main_index = main;
  std::vector<std::byte> input(bytes);
  for (size_t i = 0; i < bytes; ++i) input[i] = static_cast<std::byte>(i % 64);  // no NaN as floats
  return RunModel(std::make_shared<const Model>(std::move(model)), {input});
}

TEST_F(Signatures, ThePathNamesOne) {
  EXPECT_EQ(OpenModel(folder_.File("net.tflite"))->model->main().name, "narrow");
  EXPECT_EQ(OpenModel(folder_.File("net.tflite#narrow"))->model->main().name, "narrow");
  EXPECT_EQ(OpenModel(folder_.File("net.tflite#wide"))->model->main().name, "wide");
  const auto unknown = OpenModel(folder_.File("net.tflite#wise"));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().file, folder_.File("net.tflite"));
  EXPECT_EQ(unknown.error().message, "the model has no signature 'wise'");
  EXPECT_THAT(unknown.error().hint, HasSubstr("did you mean 'wide'"));
  EXPECT_EQ(OpenModel(folder_.File("wide.tflite#wide")).error().hint, "it names none");
  Write("a#wide", narrow_);
  EXPECT_EQ(OpenModel(folder_.File("a#wide"))->model->main().inputs.size(), 1U)
      << "a file may be called so";
}

TEST_F(Signatures, AVariantHasThatOfItsReference) {
  EXPECT_EQ(WithSignatureOf("a.tflite#x", "b.tflite"), "b.tflite#x");
  EXPECT_EQ(WithSignatureOf("a.tflite#x", "b.tflite#y"), "b.tflite#y");
  EXPECT_EQ(WithSignatureOf("a.tflite", "b.tflite"), "b.tflite");
}

TEST_F(Signatures, OneIsQuantizedAsIfItWereAlone) {
  const Model made = QuantizedBy("net.tflite#wide");
  EXPECT_EQ(Answers(made, 1, 12), Answers(QuantizedBy("wide.tflite"), 0, 12));
  EXPECT_EQ(made.subgraphs[0].tensors[0].dtype, DType::kFloat32);
  EXPECT_EQ(Answers(made, 0, 16), Answers(narrow_, 0, 16)) << "the other one is as it was";
  EXPECT_EQ(made.signatures[1].key, "wide");
  EXPECT_EQ(made.signatures[1].subgraph, 1);
}

TEST_F(Signatures, AreComparedAndExplainedOneByOne) {
  Write("int8.tflite", QuantizedBy("net.tflite#wide"));
  const auto outcome = RunOn("net.tflite#wide", R"({"name": "given", "model": "int8.tflite"})");
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  const VariantResult& given = outcome->report.variants.at(0);
  ASSERT_EQ(given.error, "");
  EXPECT_EQ(given.verdict, Verdict::kPass);
  ASSERT_EQ(given.tensors.size(), 3U);
  EXPECT_EQ(given.tensors[2].tensor, "wide/second");
  EXPECT_GT(*given.tensors[2].sqnr_db, 20);
  // The other subgraph takes four values.
  EXPECT_THAT(RunOn("net.tflite", R"({"name": "given", "model": "int8.tflite"})").error().message,
              HasSubstr("[1,4] does not take a sample of shape [12]"));
}

TEST_F(Signatures, RangesOfAnotherAreRefused) {
  const auto wide = LoadModel(folder_.File("net.tflite#wide"), DefaultProfile());
  const auto narrow = LoadModel(folder_.File("net.tflite"), DefaultProfile());
  ASSERT_TRUE(wide.ok() && narrow.ok());
  EXPECT_NE(FingerprintOf(*wide), FingerprintOf(*narrow));
  Ranges ranges;
  ranges.estimator = "minmax";
  ranges.model_sha256 = FingerprintOf(*wide);
  ASSERT_TRUE(WriteFile(folder_.File("ranges.json"), RangesToJson(ranges)).ok());
  EXPECT_TRUE(LoadRangesFor(folder_.File("ranges.json"), *wide, nullptr).ok());
  const auto refused = LoadRangesFor(folder_.File("ranges.json"), *narrow, nullptr);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("another model or signature"));
}

TEST_F(Signatures, ARepairedModelHoldsThemAll) {
  RepairInput input;
  input.reference = folder_.File("net.tflite#wide");
  input.variant = folder_.File("dummy.tflite");
  auto dummy =
      RunOn("net.tflite#wide", R"({"name": "a", "quantize": {"scheme": "int8", "ranges": "none",)"
                               R"( "default_range": [-0.5, 0.5]}})");
  ASSERT_TRUE(dummy.ok()) << dummy.error().ToString();
  ASSERT_EQ(dummy->report.variants[0].verdict, Verdict::kFail);
  Write("dummy.tflite", **ReadModel(dummy->made_models.at("a"), "a"));
  input.dataset.spec.kind = "npy";
  input.dataset.spec.images = {folder_.File("x.npy")};
  input.calibration.dataset.spec = input.dataset.spec;
  input.calibration.estimator = *ParseEstimator("minmax");
  input.gate.limits["min_output_sqnr_db"][""] = {20, std::nullopt};
  const auto outcome = RepairVariant(input);
  ASSERT_TRUE(outcome.ok()) << outcome.error().ToString();
  EXPECT_EQ(outcome->repair.steps.at(0).verdict, Verdict::kFail);
  EXPECT_EQ(outcome->repair.steps.back().verdict, Verdict::kPass);
  const auto repaired = ReadModel(outcome->model, "repaired");
  ASSERT_TRUE(repaired.ok());
  EXPECT_EQ((*repaired)->subgraphs[1].tensors[0].dtype, DType::kInt8);
  EXPECT_EQ(Answers(**repaired, 0, 16), Answers(narrow_, 0, 16));
}

TEST_F(Signatures, TheLibraryRunsTheFirstAlone) {
  EXPECT_TRUE(CheckFirstSubgraphRuns(joined_).ok());
  joined_.main_index = 1;
  EXPECT_EQ(CheckFirstSubgraphRuns(joined_).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace quantgate
