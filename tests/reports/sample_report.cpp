#include "tests/reports/sample_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace quantgate {
namespace {

constexpr int kClasses = 10;
constexpr int64_t kSamples = 10'000;
constexpr int kSide = 28;

// Everything that makes one variant differ from the next.
struct Recipe {
  const char* name;
  const char* description;
  const char* scheme;
  const char* quantization;
  DType dtype;
  int64_t lost;
  int64_t gained;
  double base_sqnr_db;   // at the first layers
  double sqnr_slope_db;  // lost a layer
  double clipped_high;   // share, at the widest layers
  int64_t size_bytes;
};

constexpr std::array<Recipe, 5> kRecipes = {{
    {"int8", "int8 activations, weights with a scale an output channel; min/max of 1,000 images",
     "int8", "int8 per-axis", DType::kInt8, 9, 7, 42.0, 0.7, 0.0, 108'432},
    {"int8-per-tensor", "int8 activations, weights with one scale a tensor", "int8-per-tensor",
     "int8 per-tensor", DType::kInt8, 31, 18, 38.0, 1.2, 0.0002, 104'912},
    {"uint8-calibrated", "legacy QUANTIZED_UINT8, mean 0, std 255, calibrated", "uint8", "uint8",
     DType::kUInt8, 24, 17, 37.0, 1.1, 0.0004, 104'608},
    {"uint8-dummy-ranges", "legacy QUANTIZED_UINT8 with default ranges 0..6, mean 128, std 128",
     "uint8", "uint8", DType::kUInt8, 1482, 11, 30.0, 2.3, 0.281, 104'608},
    {"uint8-input-not-quantized", "the calibrated model fed real values cast to uint8", "uint8",
     "uint8", DType::kUInt8, 8714, 6, 2.4, 0.35, 0.012, 104'608},
}};

struct Layer {
  const char* name;
  const char* op;
  int64_t elements;
  double low, high;  // observed on the reference
};

constexpr std::array<Layer, 15> kLayers = {{
    {"input", "INPUT", 784, 0.0, 1.0},
    {"conv1/BiasAdd", "CONV_2D", 12544, -3.81, 4.22},
    {"conv1/Relu", "RELU", 12544, 0.0, 4.22},
    {"pool1/MaxPool", "MAX_POOL_2D", 3136, 0.0, 4.22},
    {"block2/depthwise", "DEPTHWISE_CONV_2D", 3136, -6.2, 7.9},
    {"block2/pointwise/Relu6", "CONV_2D", 6272, 0.0, 6.0},
    {"pool2/MaxPool", "MAX_POOL_2D", 1568, 0.0, 6.0},
    {"block3/depthwise", "DEPTHWISE_CONV_2D", 1568, -9.4, 11.3},
    {"block3/pointwise/Relu6", "CONV_2D", 3136, 0.0, 6.0},
    {"residual/add", "ADD", 3136, 0.0, 12.0},
    {"pool3/Mean", "MEAN", 64, 0.0, 5.1},
    {"flatten/Reshape", "RESHAPE", 64, 0.0, 5.1},
    {"dense1/Relu", "FULLY_CONNECTED", 64, 0.0, 14.7},
    {"dense2/BiasAdd", "FULLY_CONNECTED", 10, -17.2, 21.9},
    {"softmax/Softmax", "SOFTMAX", 10, 0.0, 1.0},
}};

// The generator's raw numbers are the same everywhere; the standard distributions are not.
class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  double Share() { return static_cast<double>(engine_()) / 4294967296.0; }
  int Below(int n) { return static_cast<int>(Share() * n); }

 private:
  std::mt19937 engine_;
};

Interval Wilson(double p, double n) {
  constexpr double kZ = 1.959964;
  const double centre = (p + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ / (1 + kZ * kZ / n) * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  return {centre - half, centre + half};
}

Accuracy MakeAccuracy(int64_t correct) {
  const double p = static_cast<double>(correct) / static_cast<double>(kSamples);
  return {kSamples, correct, p, Wilson(p, static_cast<double>(kSamples))};
}

PairedResult MakePaired(const Recipe& recipe, int64_t reference_correct) {
  PairedResult paired;
  const auto n = static_cast<double>(kSamples);
  paired.n = kSamples;
  paired.lost = recipe.lost;
  paired.gained = recipe.gained;
  paired.both_correct = reference_correct - recipe.lost;
  paired.both_wrong = kSamples - reference_correct - recipe.gained;
  paired.flips = recipe.lost + recipe.gained + recipe.lost / 12;
  paired.drop = static_cast<double>(recipe.lost - recipe.gained) / n;
  const double half =
      1.96 *
      std::sqrt((static_cast<double>(recipe.lost + recipe.gained) / n - paired.drop * paired.drop) /
                n);
  paired.drop95 = {paired.drop - half, paired.drop + half};
  return paired;
}

TensorError MakeTensor(const Recipe& recipe, const Layer& layer, int depth, Random& random) {
  TensorError row;
  row.tensor = layer.name;
  row.reference_tensor = layer.name;
  row.tensor_index = depth;
  row.op_index = depth - 1;
  row.op_type = layer.op;
  row.matched_by = depth % 6 == 5 ? "structure" : "name";
  row.dtype = recipe.dtype;
  row.elements = layer.elements;
  row.samples = kSamples;
  row.reference_min = layer.low;
  row.reference_max = layer.high;
  const bool dummy = recipe.clipped_high > 0.1;
  const double low = dummy ? 0.0 : std::min(layer.low, 0.0) * 0.98;
  const double high = dummy ? 6.0 : layer.high * 0.99;
  row.scale = (high - low) / 255.0;
  const int code_low = recipe.dtype == DType::kInt8 ? -128 : 0;
  row.zero_point = code_low + std::lround(-low / *row.scale);
  row.representable_min = low;
  row.representable_max = high;
  const double sqnr = recipe.base_sqnr_db - recipe.sqnr_slope_db * depth + 3.5 * random.Share();
  const double rms = (layer.high - layer.low) * 0.31;
  row.sqnr_db = sqnr;
  row.mse = rms * rms * std::pow(10.0, -sqnr / 10.0);
  row.rmse_per_scale = std::sqrt(row.mse) / *row.scale;
  row.mean_error = std::sqrt(row.mse) * (random.Share() - 0.5) * 0.3;
  row.max_abs_error = std::sqrt(row.mse) * (4 + 5 * random.Share());
  row.error_stddev = std::sqrt(row.mse - row.mean_error * row.mean_error);
  row.mean_max_abs_error = 0.6 * row.max_abs_error;
  row.effective_bits = (sqnr - 1.76) / 6.02;
  row.pearson = 1.0 / std::sqrt(1.0 + std::pow(10.0, -sqnr / 10.0));
  row.cosine = 1.0 / std::sqrt(1.0 + std::pow(10.0, -sqnr / 10.0));
  row.clipped_high_share =
      layer.high > high ? recipe.clipped_high * (layer.high - 5.0) / 17.0 : 0.0;
  row.clipped_high_share = std::max(*row.clipped_high_share, 0.0);
  row.clipped_low_share = layer.low < low ? recipe.clipped_high * 0.6 * random.Share() : 0.0;
  row.codes_total = 256;
  const bool starved = recipe.base_sqnr_db < 10 && depth < 3;
  row.codes_used = starved ? 2 + depth * 40 : 256 - random.Below(30 + depth * 4);
  row.code_min = code_low + (starved ? 0 : random.Below(6));
  row.code_max = starved ? code_low + 1 + depth * 60 : code_low + 255 - random.Below(6);
  return row;
}

// A seven-segment digit, soft at the edges: recognisable, and made of nothing but this function.
SamplePicture DrawDigit(int64_t index, int digit, Random& random) {
  constexpr std::array<uint8_t, 10> kSegments = {0x3F, 0x06, 0x5B, 0x4F, 0x66,
                                                 0x6D, 0x7D, 0x07, 0x7F, 0x6F};
  constexpr std::array<std::array<double, 4>, 7> kLines = {{{9, 5, 19, 5},
                                                            {19, 5, 19, 14},
                                                            {19, 14, 19, 23},
                                                            {9, 23, 19, 23},
                                                            {9, 14, 9, 23},
                                                            {9, 5, 9, 14},
                                                            {9, 14, 19, 14}}};
  SamplePicture picture{index, kSide, kSide, 1, std::vector<uint8_t>(size_t{kSide} * kSide)};
  const double slant = (random.Share() - 0.5) * 0.5;
  const double thickness = 1.2 + random.Share();
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      double nearest = 99;
      for (size_t s = 0; s < kLines.size(); ++s) {
        if ((kSegments[static_cast<size_t>(digit)] >> s & 1) == 0) continue;
        const auto& [x0, y0, x1, y1] = kLines[s];
        const double px = x + slant * (y - 14);
        const double dx = std::max({std::min(x0, x1) - px, px - std::max(x0, x1), 0.0});
        const double dy = std::max({std::min(y0, y1) - y, y - std::max(y0, y1), 0.0});
        nearest = std::min(nearest, std::hypot(dx, dy));
      }
      const double ink = std::clamp(1.0 - (nearest - thickness + 0.8) / 1.4, 0.0, 1.0);
      picture.pixels[static_cast<size_t>(y) * kSide + static_cast<size_t>(x)] =
          static_cast<uint8_t>(ink * 255);
    }
  }
  return picture;
}

Confusion MakeConfusion(int64_t correct, uint32_t seed) {
  Random random(seed);
  Confusion confusion{kClasses, std::vector<int64_t>(size_t{kClasses} * kClasses, 0)};
  for (int64_t i = 0; i < kSamples; ++i) {
    const auto label = static_cast<int>(i % kClasses);
    // Mistakes go to a few favourite classes, as they do in life.
    const int shift = random.Below(3) == 0 ? 1 + random.Below(9) : 4 + label % 3;
    const int prediction = i < correct ? label : (label + shift) % kClasses;
    ++confusion.counts[static_cast<size_t>(label) * kClasses + static_cast<size_t>(prediction)];
  }
  return confusion;
}

std::vector<TensorParameters> MakeEnd(const TensorError& row, const char* shape, bool is_float) {
  TensorParameters end{row.tensor, is_float ? "float32" : std::string(DTypeName(row.dtype)), shape,
                       row.scale, row.zero_point};
  if (is_float) end.scale.reset();
  if (is_float) end.zero_point.reset();
  return {end};
}

std::vector<RuleResult> MakeRules(const VariantResult& variant) {
  const double drop = variant.paired->drop * 100;
  const double top1 = variant.accuracy.top1 * 100;
  const auto judge = [](bool holds) { return holds ? Verdict::kPass : Verdict::kFail; };
  const auto text = [](double value) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.2f", value);
    return std::string(buffer.data());
  };
  return {
      {"max_drop_points", "", 1.0, drop, "points", judge(drop <= 1.0),
       "accuracy drop " + text(drop) + " points" + (drop <= 1.0 ? ", " : ", but ") +
           "allowed: at most 1.00",
       0.95, drop <= 1.0 ? 1.0 : 0.004, drop <= 1.0 ? 0.01 : 1.0, std::nullopt},
      {"min_top1_percent", "", 98.0, top1, "%", judge(top1 >= 98.0),
       "top-1 " + text(top1) + " %" + (top1 >= 98.0 ? ", " : ", but ") + "allowed: at least 98.00",
       std::nullopt, std::nullopt, std::nullopt, std::nullopt}};
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

// Flipped samples share their pictures between variants, as in a real run.
void AddFlips(VariantResult& variant, uint32_t seed, RunReport& report) {
  Random random(seed);
  const auto count = std::min<int64_t>(variant.paired->flips, 48);
  for (int64_t i = 0; i < count; ++i) {
    FlippedSample sample;
    sample.index = 37 + i * 97;
    sample.label = static_cast<int>(sample.index % kClasses);
    const int other = (sample.label + 1 + random.Below(9)) % kClasses;
    const bool gained = random.Below(5) == 0 && variant.paired->gained > 0;
    sample.reference_prediction = gained ? other : sample.label;
    sample.variant_prediction = gained ? sample.label : other;
    sample.reference_margin = 0.02 + random.Share() * 0.6;
    sample.variant_margin = 0.01 + random.Share() * 0.3;
    variant.flipped.push_back(sample);
    const bool drawn = std::any_of(report.pictures.begin(), report.pictures.end(),
                                   [&](const auto& p) { return p.index == sample.index; });
    if (!drawn) report.pictures.push_back(DrawDigit(sample.index, sample.label, random));
  }
}

RuleResult UndecidedRule() {
  return {"max_class_drop_points",
          "3",
          2.0,
          1.6,
          "points",
          Verdict::kInconclusive,
          "drop of class '3' 1.60 points, allowed: at most 2.00: not decided at 95 %",
          0.95,
          0.21,
          0.64,
          2'400};
}

// A variant made again as it was, one made anew, and one whose baseline cannot be compared.
BaselineComparison MakeBaseline(const Recipe& recipe, const PairedResult& paired) {
  const std::string name = recipe.name;
  BaselineComparison baseline{"baselines/mnist.json",
                              "accepted: smaller model",
                              name == "int8",
                              "",
                              0.9899,
                              recipe.size_bytes,
                              std::nullopt};
  if (name == "uint8-calibrated") {
    baseline.incomparable = "the baseline was recorded on another dataset";
    return baseline;
  }
  PairedResult change = paired;
  change.flips = 0;
  if (baseline.same_model) {
    change.lost = change.gained = 0;
    change.drop = 0;
    change.drop95 = {0, 0.0003};
  } else {
    baseline.size_bytes += 4'096;
  }
  baseline.paired = change;
  return baseline;
}

// A chain with a residual connection over block 3 into the ADD.
GraphFacts MakeGraph(const std::vector<TensorError>& tensors) {
  GraphFacts graph{{0}, {static_cast<int>(tensors.size()) - 1}, {}};
  for (int i = 1; i < static_cast<int>(tensors.size()); ++i) {
    GraphOp op{i - 1, tensors[static_cast<size_t>(i)].op_type, {i - 1}, {i}};
    if (i % 15 == 9) op.inputs.push_back(i - 3);
    graph.ops.push_back(op);
  }
  return graph;
}

// Two profiles that agree in the first tensor and differ more and more behind it.
DriftReport MakeDrift(const std::vector<TensorError>& tensors) {
  DriftReport drift{"profile tflite", "profile xnnpack", kSamples, {}, 3};
  for (size_t i = 1; i < tensors.size(); ++i) {
    CodeDifference row;
    row.tensor = tensors[i].tensor;
    row.tensor_index = tensors[i].tensor_index;
    row.op_index = tensors[i].op_index;
    row.op_type = tensors[i].op_type;
    row.dtype = DType::kInt8;
    row.elements = 1000 * kSamples;
    if (i > 1) {
      row.different = static_cast<int64_t>(i) * 731;
      row.largest = static_cast<double>(i - 1);
      row.samples_different = static_cast<int64_t>(i) * 100;
      row.first_sample = 4;
      row.first_element = 17;
      row.first_value = 12;
      row.second_value = 13;
      row.inputs_equal = i == 2;
    }
    drift.tensors.push_back(row);
  }
  return drift;
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

std::vector<Finding> MakeFindings() {
  return {
      {"QG001",
       "input-not-quantized",
       Severity::kError,
       "uint8-input-not-quantized",
       "input",
       -1,
       "The input was not quantized: it received codes 0..1 (2 different), where the data's reals "
       "0..1 need codes 0..255; the input is off by 98.4 steps (RMS), rounding alone gives 0.29.",
       {{"input_rmse", 98.4, "LSB", Direction::kLowerIsBetter, kSamples},
        {"codes_used", 2, "codes", Direction::kNeutral, kSamples},
        {"code_max", 1, "code", Direction::kNeutral, kSamples}},
       "Feed q = clamp(round(real / 0.00392) + 0) instead of the real value cast to an integer.",
       "quantgate run configs/mnist/mnist.json --variant uint8-input-not-quantized"},
      {"QG002",
       "dummy-ranges",
       Severity::kError,
       "uint8-dummy-ranges",
       "dense2/BiasAdd",
       12,
       "9 activations share scale 0.0235 and zero point 0 (range 0..6) although they really range "
       "from 0..4.22 ('conv1/Relu') to -17.2..21.9 ('dense2/BiasAdd'): dummy ranges. 41.3 % of the "
       "values of 'dense2/BiasAdd' are clipped.",
       {{"tensors_sharing", 9, "tensors", Direction::kLowerIsBetter, 15},
        {"width_ratio", 9.27, "", Direction::kLowerIsBetter, 9},
        {"clipped_share", 0.413, "share", Direction::kLowerIsBetter, 100'000}},
       "Calibrate the ranges on real samples instead of default_ranges_min/max: `quantgate "
       "calibrate`, then `quantgate quantize`.",
       "quantgate run configs/mnist/mnist.json --variant uint8-dummy-ranges"},
      {"QG003",
       "input-normalisation",
       Severity::kWarning,
       "uint8-dummy-ranges",
       "input",
       -1,
       "The input's normalisation is wasteful: its codes express -1..0.992 (mean 128, std 128), "
       "the "
       "data lies in 0..1; 127 of 256 codes can be reached.",
       {{"range_covered", 0.498, "share", Direction::kHigherIsBetter, kSamples}},
       "Convert with an input range that fits the data: mean 0, std 255 for this data.",
       ""},
      {"QG004",
       "range-clipped",
       Severity::kNote,
       "int8-per-tensor",
       "block3/depthwise",
       6,
       "Values are clipped at 2 tensors, most at 'block3/depthwise': 0.12 % lie outside "
       "-9.21..11.2 (observed -9.4..11.3).",
       {{"clipped_low_share", 0.0004, "share", Direction::kLowerIsBetter, 15'680'000},
        {"clipped_high_share", 0.0008, "share", Direction::kLowerIsBetter, 15'680'000}},
       "Widen the range of 'block3/depthwise' to what is observed.",
       ""}};
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

namespace {

CalibrationCheck MakeCalibrationCheck() {
  CalibrationCheck check;
  check.samples = 1'000;
  check.sample_counts = {62, 125, 250, 500, 1'000};
  check.held_out_samples = kSamples;
  check.shared_samples = 3;
  check.first_shared_sample = 17;
  check.verdict = CalibrationVerdict::kOtherSamples;
  check.advice = {"Held-out samples go beyond the range of 1 of 2 tensors."};
  TensorCalibration image;
  image.tensor = "image";
  image.tensor_index = 0;
  image.max = 1;
  image.values = 784'000;
  image.width_shares = {1, 1, 1, 1, 1};
  image.held_out_clipped_share = 0;
  TensorCalibration logits = image;
  logits.tensor = "logits <b>";
  logits.tensor_index = 16;
  logits.op_index = 6;
  logits.min = -20.5;
  logits.max = 18.25;
  logits.values = 9'998;
  logits.non_finite = 2;
  logits.first_non_finite_sample = 40;
  logits.width_shares = {0.8, 0.9, 0.95, 0.97, 1};
  logits.widest_sample_share = 0.02;
  logits.held_out_clipped_share = 0.0002;
  logits.late_samples_share = 0.01;
  check.tensors = {image, logits};
  return check;
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
  report.findings = MakeFindings();
  report.verdict = Verdict::kFail;
  report.environment = MakeEnvironment();
  return report;
}

const std::vector<std::string>& HostileNames() {
  static const std::vector<std::string> names = {"</script><script>window.hacked=1</script>",
                                                 "<!--<script>",
                                                 "\"onmouseover=\"window.hacked=1\" x='",
                                                 "line\xE2\x80\xA8separator\xE2\x80\xA9here",
                                                 "\x1b[31mred\x1b[0m\x07",
                                                 "::error::annotation%0A",
                                                 "=cmd|' /C calc'!A0",
                                                 "%QUANTGATE_REPORT%",
                                                 "not utf-8 \xff\xfe",
                                                 "<img src=x onerror=window.hacked=1>",
                                                 "\xE2\x80\xAEgnp.exe"};
  return names;
}

RunReport HostileReport() {
  RunReport report;
  const std::vector<std::string>& names = HostileNames();
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  std::string all;
  for (const std::string& name : names) all += name + " ";
  report.context = {all, all, all, all, all};
  report.dataset = {all, all, all, 3, 2, names, all, all, kNaN, kNaN};
  report.reference.name = names[0];
  report.verdict = Verdict::kInconclusive;
  for (const std::string& name : names) {
    VariantResult variant;
    variant.name = name;
    variant.description = variant.scheme = variant.runtime = variant.profile = name;
    variant.model = {name, name, 0, 0, name};
    variant.inputs = {{name, name, name, kNaN, std::nullopt}};
    variant.verdict = Verdict::kInconclusive;
    variant.rules = {
        {name, name, kNaN, std::nullopt, name, Verdict::kInconclusive, name, kNaN, kNaN, kNaN, 12}};
    variant.classes = {{0, 3, 2, 1, 1, 0}};
    variant.baseline = BaselineComparison{name, name, false, name, 0.5, 7, std::nullopt};
    variant.unmatched_tensors = {name};
    // Edges to nowhere, to itself and to an output of two operators.
    variant.graph = {{0, -7}, {99}, {{0, name, {0, 5, -3}, {1}}, {7, name, {1, 2}, {2, 1}}}};
    TensorError row;
    row.tensor = row.reference_tensor = row.op_type = row.matched_by = name;
    row.mean_error = row.mse = row.max_abs_error = row.error_stddev = kNaN;
    row.non_finite = 5;
    variant.tensors = {row};
    variant.flipped = {{1, 7, -1, 0, kNaN, kNaN}};
    variant.drift = DriftReport{name, name, 3, {}, 0};
    CodeDifference difference{.tensor = name, .op_type = name, .elements = 0, .different = 1};
    difference.largest = difference.first_value = kNaN;
    variant.drift->tensors = {difference};
    report.variants.push_back(variant);
    report.findings.push_back({name,
                               name,
                               Severity::kNote,
                               name,
                               name,
                               -1,
                               name,
                               {{name, kNaN, name, Direction::kNeutral, 0}},
                               name,
                               name});
  }
  report.variants.back().tensors.clear();
  report.variants.back().error = all;
  report.variants.back().verdict = Verdict::kFail;
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
