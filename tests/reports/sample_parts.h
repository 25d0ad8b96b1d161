// The parts that SampleReport and LargeReport are put together from.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "harness/results/run_report.h"

namespace quantgate::sample {

inline constexpr int kClasses = 10;
inline constexpr int64_t kSamples = 10'000;

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

inline constexpr std::array<Recipe, 5> kRecipes = {{
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

inline constexpr std::array<Layer, 15> kLayers = {{
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

// sample_scores.cpp
Accuracy MakeAccuracy(int64_t correct);
PairedResult MakePaired(const Recipe& recipe, int64_t reference_correct);
Confusion MakeConfusion(int64_t correct, uint32_t seed);
std::vector<RuleResult> MakeRules(const VariantResult& variant);
RuleResult UndecidedRule();
BaselineComparison MakeBaseline(const Recipe& recipe, const PairedResult& paired);

// sample_tensors.cpp
TensorError MakeTensor(const Recipe& recipe, const Layer& layer, int depth, Random& random);
GraphFacts MakeGraph(const std::vector<TensorError>& tensors);
DriftReport MakeDrift(const std::vector<TensorError>& tensors);

// sample_pictures.cpp
void AddFlips(VariantResult& variant, uint32_t seed, RunReport& report);

// sample_causes.cpp
std::vector<Finding> MakeFindings();
Attribution MakeAttribution(const VariantResult& variant);
Repair MakeRepair();

// sample_calibration.cpp
CalibrationCheck MakeCalibrationCheck();

}  // namespace quantgate::sample
