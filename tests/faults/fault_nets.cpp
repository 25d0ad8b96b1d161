#include "tests/faults/fault_nets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/execution/input_feed.h"
#include "reference/core/check.h"
#include "reference/interpreter/interpreter.h"
#include "reference/model/op_options.h"
#include "tests/harness/calibration/ranges_of.h"
#include "tests/support/mnist.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/test_dataset.h"

namespace quantgate {
namespace {

constexpr int kSide = 12;
constexpr int kClasses = 6;
constexpr int64_t kSamples = 200;

class LabelledDataset : public TestDataset {
 public:
  using TestDataset::TestDataset;
  [[nodiscard]] int label(int64_t index) const override {
    return labels.empty() ? 0 : labels[static_cast<size_t>(index)];
  }
  std::vector<int> labels;
};

// A colour, a gradient of it and some noise: values of 0 to 255.
std::vector<float> Patterns(Random& random, int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    double colour[3];
    double dx[3];
    double dy[3];
    for (int c = 0; c < 3; ++c) {
      colour[c] = random.Real(20, 235);
      dx[c] = random.Real(-9, 9);
      dy[c] = random.Real(-9, 9);
    }
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        for (int c = 0; c < 3; ++c) {
          const double value = colour[c] + dx[c] * (x - 6) + dy[c] * (y - 6) + random.Real(-8, 8);
          values.push_back(static_cast<float>(std::clamp(std::round(value), 0.0, 255.0)));
        }
      }
    }
  }
  return values;
}

class NetBuilder {
 public:
  explicit NetBuilder(Random& random) : random_(random) {}

  int Conv(const std::string& name, int from, int side, int depth_in, int depth_out, int kernel,
           bool relu) {
    const int weights = Weights(name, Shape{depth_out, kernel, kernel, depth_in});
    const int bias = Bias(name, depth_out);
    const int out = builder.AddTensor(name, DType::kFloat32, Shape{1, side, side, depth_out});
    schema::Conv2DOptionsT options;
    options.padding = schema::Padding::SAME;
    options.stride_w = options.stride_h = 1;
    options.fused_activation_function =
        relu ? schema::ActivationFunctionType::RELU : schema::ActivationFunctionType::NONE;
    builder.AddOp(OpCode::kCONV_2D, {from, weights, bias}, {out}, MakeOptions(options));
    return out;
  }
  int Pool(const std::string& name, OpCode code, int from, int side, int depth, int window) {
    const int out =
        builder.AddTensor(name, DType::kFloat32, Shape{1, side / window, side / window, depth});
    schema::Pool2DOptionsT options;
    options.padding = schema::Padding::VALID;
    options.stride_w = options.stride_h = window;
    options.filter_width = options.filter_height = window;
    builder.AddOp(code, {from}, {out}, MakeOptions(options));
    return out;
  }
  int Weights(const std::string& name, const Shape& shape) {
    const auto inputs = static_cast<double>(shape.num_elements() / shape.dim(0));
    const double limit = std::sqrt(6.0 / inputs);
    std::vector<float> weights = random_.Floats(shape.num_elements(), -limit, limit);
    // Channels of different size, as training leaves them.
    const size_t inner = weights.size() / static_cast<size_t>(shape.dim(0));
    float size = 1;
    for (size_t i = 0; i < weights.size(); ++i) {
      if (i % inner == 0) size = random_.Float(0.4, 1.6);
      weights[i] *= size;
    }
    return builder.AddConstant(name + "/weights", shape, weights);
  }
  int Bias(const std::string& name, int depth) {
    return builder.AddConstant(name + "/bias", Shape{depth}, random_.Floats(depth, -0.4, 0.4));
  }

  ModelBuilder builder;

 private:
  Random& random_;
};

// The output of the dense layer for every sample, when `with_bias` is zero.
Model ResidualModel(uint32_t seed, const std::vector<float>& dense_bias, float gain) {
  Random random(seed);
  NetBuilder net(random);
  const int in = net.builder.AddInput("in", DType::kFloat32, Shape{1, kSide, kSide, 3});
  const int first = net.Conv("first", in, kSide, 3, 8, 3, true);
  const int left = net.Conv("left", first, kSide, 8, 8, 3, true);
  const int right = net.Conv("right", left, kSide, 8, 8, 3, false);
  const int sum = net.builder.AddTensor("sum", DType::kFloat32, Shape{1, kSide, kSide, 8});
  schema::AddOptionsT add;
  add.fused_activation_function = schema::ActivationFunctionType::RELU;
  net.builder.AddOp(OpCode::kADD, {first, right}, {sum}, MakeOptions(add));
  const int pool = net.Pool("pool", OpCode::kMAX_POOL_2D, sum, kSide, 8, 2);
  const int one = net.Conv("one", pool, kSide / 2, 8, 8, 1, true);
  const int three = net.Conv("three", pool, kSide / 2, 8, 8, 3, true);
  const int both = net.builder.AddTensor("both", DType::kFloat32, Shape{1, 6, 6, 16});
  schema::ConcatenationOptionsT concat;
  concat.axis = 3;
  net.builder.AddOp(OpCode::kCONCATENATION, {one, three}, {both}, MakeOptions(concat));
  const int mean = net.Pool("mean", OpCode::kAVERAGE_POOL_2D, both, 6, 16, 6);
  const int flat = net.builder.AddTensor("flat", DType::kFloat32, Shape{1, 16});
  const int shape = net.builder.AddConstant("flat/shape", Shape{2}, std::vector<int32_t>{1, 16});
  net.builder.AddOp(OpCode::kRESHAPE, {mean, shape}, {flat});
  std::vector<float> dense = random.Floats(kClasses * 16, -1, 1);
  for (float& weight : dense) weight *= gain;
  const int weights = net.builder.AddConstant("logits/weights", Shape{kClasses, 16}, dense);
  const int bias = net.builder.AddConstant("logits/bias", Shape{kClasses}, dense_bias);
  const int logits = net.builder.AddTensor("logits", DType::kFloat32, Shape{1, kClasses});
  net.builder.AddOp(OpCode::kFULLY_CONNECTED, {flat, weights, bias}, {logits});
  const int out = net.builder.AddTensor("probabilities", DType::kFloat32, Shape{1, kClasses});
  schema::SoftmaxOptionsT softmax;
  softmax.beta = 1;
  net.builder.AddOp(OpCode::kSOFTMAX, {logits}, {out}, MakeOptions(softmax));
  return *net.builder.Finish({out});
}

class LastLogits : public Observer {
 public:
  void OnTensor(int, const TensorView& tensor) override {
    if (tensor.info->name != "logits") return;
    const auto* values = reinterpret_cast<const float*>(tensor.data.data());
    logits.assign(values, values + kClasses);
  }
  std::vector<float> logits;
};

std::vector<std::vector<float>> LogitsOf(const LoadedModel& model, const Dataset& data,
                                         const Preprocessing& preprocessing) {
  auto feed = InputFeed::Make(*model.plan, data, preprocessing, FeedMode::kQuantize);
  EXPECT_TRUE(feed.ok());
  Interpreter interpreter(model.plan);
  std::vector<std::vector<float>> all;
  for (int64_t i = 0; i < data.size(); ++i) {
    QG_CHECK(feed->Fill(i, interpreter).ok());
    LastLogits last;
    QG_CHECK(interpreter.Run(&last).ok());
    all.push_back(last.logits);
  }
  return all;
}

LoadedModel Loaded(const Model& model) {
  auto loaded = LoadMadeModel(model, DefaultProfile());
  EXPECT_TRUE(loaded.ok()) << loaded.error().ToString();
  return *loaded;
}

// The dense layer is centred, so that every class is answered, and spread, so that answers are
// sure: random weights do neither.
FaultNet MakeResidual(uint32_t seed, std::shared_ptr<LabelledDataset> data) {
  FaultNet net;
  net.preprocessing = {{0.0}, {255.0}};
  std::vector<float> bias(kClasses, 0.0F);
  const LoadedModel raw = Loaded(ResidualModel(seed, bias, 1));
  const auto logits = LogitsOf(raw, *data, net.preprocessing);
  double energy = 0;
  for (int c = 0; c < kClasses; ++c) {
    double sum = 0;
    for (const auto& row : logits) sum += static_cast<double>(row[static_cast<size_t>(c)]);
    bias[static_cast<size_t>(c)] = -static_cast<float>(sum / static_cast<double>(logits.size()));
    for (const auto& row : logits) {
      const double centred =
          static_cast<double>(row[static_cast<size_t>(c)] + bias[static_cast<size_t>(c)]);
      energy += centred * centred;
    }
  }
  const double spread = std::sqrt(energy / static_cast<double>(logits.size() * kClasses));
  const auto gain = static_cast<float>(4.0 / spread);
  for (float& value : bias) value *= gain;
  net.reference = Loaded(ResidualModel(seed, bias, gain));
  for (const auto& row : LogitsOf(net.reference, *data, net.preprocessing)) {
    data->labels.push_back(
        static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin()));
  }
  net.data = data;
  return net;
}

}  // namespace

FaultNet MakeFaultNet(const std::string& name, const std::string& estimator,
                      int64_t calibration_samples, uint32_t seed) {
  const auto choice = ParseEstimator(estimator);
  EXPECT_TRUE(choice.ok()) << choice.error().ToString();
  if (name == "residual") {
    Random random(seed + 100);
    const Shape shape{kSide, kSide, 3};
    FaultNet net =
        MakeResidual(seed, std::make_shared<LabelledDataset>(shape, Patterns(random, kSamples)));
    net.name = name;
    const TestDataset calibration(shape, Patterns(random, calibration_samples));
    net.ranges = RangesOf(net.reference.plan, calibration, net.preprocessing, *choice);
    return net;
  }
  FaultNet net;
  net.name = name;
  auto reference = LoadModel("configs/mnist/mnist_" + name + ".tflite", DefaultProfile());
  EXPECT_TRUE(reference.ok()) << reference.error().ToString();
  net.reference = *reference;
  net.preprocessing = kMnistPixels;
  net.data = OpenMnist("t10k", kSamples);
  net.ranges = RangesOf(net.reference.plan, *OpenMnist("calibration", calibration_samples),
                        kMnistPixels, *choice);
  return net;
}

}  // namespace quantgate
