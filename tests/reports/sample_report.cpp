#include "tests/reports/sample_report.h"

#include <algorithm>
#include <string>

#include "tests/reports/sample_parts.h"

namespace quantgate {
namespace {

using namespace sample;

std::vector<TensorParameters> MakeEnd(const TensorError& row, const char* shape, bool is_float) {
  TensorParameters end{row.tensor, is_float ? "float32" : std::string(DTypeName(row.dtype)), shape,
                       row.scale, row.zero_point};
  if (is_float) end.scale.reset();
  if (is_float) end.zero_point.reset();
  return {end};
}

std::string FakeHash(uint32_t seed) {
  Random random(seed);
  std::string hash;
  for (int i = 0; i < 64; ++i) hash += "0123456789abcdef"[random.Below(16)];
  return hash;
}

VariantResult MakeReference(int64_t correct) {
  VariantResult reference;
  reference.name = "float";
  reference.description = "the float model";
  reference.scheme = "float32";
  reference.runtime = "builtin";
  reference.profile = "tflite-2.x";
  reference.model = {"configs/mnist/separable.tflite", FakeHash(1), 402'116, 14, "float32"};
  reference.accuracy = MakeAccuracy(correct);
  reference.confusion = MakeConfusion(correct, 7);
  Random random(1);
  reference.inputs =
      MakeEnd(MakeTensor(kRecipes[0], kLayers.front(), 0, random), "[1,28,28,1]", true);
  reference.outputs = MakeEnd(MakeTensor(kRecipes[0], kLayers.back(), 14, random), "[1,10]", true);
  return reference;
}

VariantResult MakeVariant(const Recipe& recipe, uint32_t seed, RunReport& report) {
  const int64_t reference_correct = report.reference.accuracy.correct;
  VariantResult variant;
  variant.name = recipe.name;
  variant.description = recipe.description;
  variant.scheme = recipe.scheme;
  variant.runtime = "builtin";
  variant.profile = "tflite-2.x";
  variant.model = {"", FakeHash(seed), recipe.size_bytes, 14, recipe.quantization};
  variant.accuracy = MakeAccuracy(reference_correct - recipe.lost + recipe.gained);
  variant.paired = MakePaired(recipe, reference_correct);
  variant.confusion = MakeConfusion(variant.accuracy.correct, 7);
  Random random(seed);
  for (size_t i = 0; i < kLayers.size(); ++i) {
    variant.tensors.push_back(MakeTensor(recipe, kLayers[i], static_cast<int>(i), random));
  }
  variant.inputs = MakeEnd(variant.tensors.front(), "[1,28,28,1]", false);
  variant.outputs = MakeEnd(variant.tensors.back(), "[1,10]", false);
  variant.graph = MakeGraph(variant.tensors);
  variant.unmatched_reference_tensors = {"conv1/bn"};
  variant.tensors[1].oracle_max_lsb = 1;
  variant.tensors[1].oracle_mean_lsb = 0.0012;
  variant.profile_drift = MakeDrift(variant.tensors);
  if (variant.name == "uint8-dummy-ranges") variant.attribution = MakeAttribution(variant);
  AddFlips(variant, seed + 100, report);
  for (int label = 0; label < 10; ++label) {
    const int64_t lost = std::min<int64_t>(990, recipe.lost * (label + 1) / 55);
    variant.classes.push_back({label, 1000, 990, 991 - lost, lost, 1});
  }
  variant.baseline = MakeBaseline(recipe, *variant.paired);
  variant.rules = MakeRules(variant);
  if (variant.name == "int8-per-tensor") variant.rules.push_back(UndecidedRule());
  const auto any = [&](Verdict verdict) {
    return std::any_of(variant.rules.begin(), variant.rules.end(),
                       [&](const RuleResult& rule) { return rule.verdict == verdict; });
  };
  variant.verdict = any(Verdict::kFail)           ? Verdict::kFail
                    : any(Verdict::kInconclusive) ? Verdict::kInconclusive
                                                  : Verdict::kPass;
  return variant;
}

ReportContext MakeContext() {
  return {
      "0.1.0", "quantgate run configs/mnist/mnist.json --out out/mnist", "configs/mnist/mnist.json",
      R"({"name": "mnist", "dataset": {"kind": "idx", "images": "datasets/mnist/t10k-images.gz",)"
      R"( "labels": "datasets/mnist/t10k-labels.gz", "scale": 0.00392156862745098},)"
      R"( "gate": {"max_drop_points": 1.0, "min_top1_percent": 98.0, "min_sqnr_db": {}},)"
      R"( "threads": 0, "reports": ["json", "html"]})",
      "MNIST, separable net"};
}

Environment MakeEnvironment() {
  return {"g++ 12.2.0",
          "Release",
          "x86-64, 2 cores",
          2,
          "avx2",
          4,
          "2024-05-01T12:00:00Z",
          41.7,
          {{"load", 0.4, "s", Direction::kLowerIsBetter, 1},
           {"calibrate", 2.1, "s", Direction::kLowerIsBetter, 1'000},
           {"quantize", 0.3, "s", Direction::kLowerIsBetter, 5},
           {"evaluate", 38.2, "s", Direction::kLowerIsBetter, 60'000},
           {"report", 0.7, "s", Direction::kLowerIsBetter, 1}}};
}

}  // namespace

RunReport SampleReport() {
  RunReport report;
  report.context = MakeContext();
  report.dataset = {"mnist-test", "idx",
                    FakeHash(2),  kSamples,
                    kClasses,     {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
                    "[28,28,1]",  "real = (raw - 0) / 255",
                    0.0,          1.0};
  report.calibration = report.dataset;
  report.calibration->name = "mnist-calibration";
  report.calibration->samples = 1'000;
  report.calibration->sha256 = FakeHash(3);
  report.calibration_check = MakeCalibrationCheck();
  report.reference = MakeReference(9'902);
  uint32_t seed = 11;
  for (const Recipe& recipe : kRecipes) {
    report.variants.push_back(MakeVariant(recipe, seed++, report));
  }
  report.repair = MakeRepair();
  report.findings = MakeFindings();
  report.verdict = Verdict::kFail;
  report.environment = MakeEnvironment();
  return report;
}

RunReport LargeReport(int layers, int flips) {
  RunReport report = SampleReport();
  Random random(5);
  for (size_t v = 0; v < report.variants.size(); ++v) {
    VariantResult& variant = report.variants[v];
    variant.tensors.clear();
    for (int i = 0; i < layers; ++i) {
      const Layer& layer = kLayers[static_cast<size_t>(i) % kLayers.size()];
      TensorError row = MakeTensor(kRecipes[v], layer, i % 15, random);
      row.tensor = row.reference_tensor = "stage" + std::to_string(i) + "/" + layer.name;
      row.tensor_index = i;
      row.op_index = i - 1;
      variant.tensors.push_back(row);
    }
    variant.graph = MakeGraph(variant.tensors);
    const std::vector<FlippedSample> some = variant.flipped;
    for (int i = 0; i < flips && !some.empty(); ++i) {
      variant.flipped.push_back(some[static_cast<size_t>(i) % some.size()]);
    }
  }
  return report;
}

}  // namespace quantgate
