#include "tests/bench/bench_networks.h"

#include <cmath>

#include "reference/model/op_options.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

using Activation = schema::ActivationFunctionType;

// Layers one behind the other, SAME padding; the shape of the last tensor goes along.
class Layers {
 public:
  Layers(int height, int width, int channels)
      : height_(height), width_(width), channels_(channels) {
    last_ = builder_.AddInput("input", DType::kFloat32, Shape{1, height, width, channels});
  }

  [[nodiscard]] int last() const { return last_; }
  [[nodiscard]] int channels() const { return channels_; }

  Layers& Conv(int out, int filter_h, int filter_w, int stride, Activation activation) {
    schema::Conv2DOptionsT options;
    options.stride_h = options.stride_w = stride;
    options.fused_activation_function = activation;
    const int weights =
        Weights(Shape{out, filter_h, filter_w, channels_}, filter_h * filter_w * channels_);
    return Layer(OpCode::kCONV_2D, weights, out, stride, MakeOptions(options));
  }
  Layers& Depthwise(int stride, Activation activation) {
    schema::DepthwiseConv2DOptionsT options;
    options.stride_h = options.stride_w = stride;
    options.depth_multiplier = 1;
    options.fused_activation_function = activation;
    const int weights = Weights(Shape{1, 3, 3, channels_}, 9);
    return Layer(OpCode::kDEPTHWISE_CONV_2D, weights, channels_, stride, MakeOptions(options));
  }
  Layers& Add(int other) {
    const int sum = Tensor(Shape{1, height_, width_, channels_});
    builder_.AddOp(OpCode::kADD, {other, last_}, {sum}, MakeOptions(schema::AddOptionsT{}));
    last_ = sum;
    return *this;
  }
  std::shared_ptr<const Model> Classify(int classes) {
    schema::ReducerOptionsT keep;
    keep.keep_dims = false;
    const int axes = builder_.AddConstant("axes", Shape{2}, std::vector<int32_t>{1, 2});
    const int mean = Tensor(Shape{1, channels_});
    builder_.AddOp(OpCode::kMEAN, {last_, axes}, {mean}, MakeOptions(keep));
    const int logits = Tensor(Shape{1, classes});
    const int weights = Weights(Shape{classes, channels_}, channels_);
    builder_.AddOp(OpCode::kFULLY_CONNECTED, {mean, weights, Bias(classes)}, {logits},
                   MakeOptions(schema::FullyConnectedOptionsT{}));
    schema::SoftmaxOptionsT softmax;
    softmax.beta = 1;
    const int output = Tensor(Shape{1, classes});
    builder_.AddOp(OpCode::kSOFTMAX, {logits}, {output}, MakeOptions(softmax));
    return builder_.Finish({output});
  }

 private:
  std::string Name(const char* what) { return what + std::to_string(++names_); }
  int Tensor(const Shape& shape) {
    return builder_.AddTensor(Name("tensor"), DType::kFloat32, shape);
  }
  // Of variance 2 / fan_in: activations keep their size from layer to layer.
  int Weights(const Shape& shape, int fan_in) {
    const double most = std::sqrt(6.0 / fan_in);
    return builder_.AddConstant(Name("weights"), shape,
                                random_.Floats(shape.num_elements(), -most, most));
  }
  int Bias(int channels) {
    return builder_.AddConstant(Name("bias"), Shape{channels}, random_.Floats(channels, -0.1, 0.1));
  }
  Layers& Layer(OpCode code, int weights, int out, int stride,
                const std::shared_ptr<const OpOptions>& options) {
    height_ = (height_ + stride - 1) / stride;
    width_ = (width_ + stride - 1) / stride;
    channels_ = out;
    const int output = Tensor(Shape{1, height_, width_, out});
    builder_.AddOp(code, {last_, weights, Bias(out)}, {output}, options);
    last_ = output;
    return *this;
  }

  ModelBuilder builder_;
  Random random_{1};
  int last_ = 0;
  int height_;
  int width_;
  int channels_;
  int names_ = 0;
};

void InvertedResidual(Layers& net, int expansion, int out, int stride) {
  const int input = net.last();
  const int channels = net.channels();
  if (expansion > 1) net.Conv(channels * expansion, 1, 1, 1, Activation::RELU6);
  net.Depthwise(stride, Activation::RELU6).Conv(out, 1, 1, 1, Activation::NONE);
  if (stride == 1 && channels == out) net.Add(input);
}

}  // namespace

BenchNetwork MobileNetV1(double width, int size) {
  const auto scaled = [&](int channels) { return static_cast<int>(channels * width); };
  Layers net(size, size, 3);
  net.Conv(scaled(32), 3, 3, 2, Activation::RELU6);
  constexpr int kBlocks[][2] = {{64, 1},  {128, 2},  {128, 1}, {256, 2}, {256, 1},
                                {512, 2}, {512, 1},  {512, 1}, {512, 1}, {512, 1},
                                {512, 1}, {1024, 2}, {1024, 1}};
  for (const auto& [out, stride] : kBlocks) {
    net.Depthwise(stride, Activation::RELU6).Conv(scaled(out), 1, 1, 1, Activation::RELU6);
  }
  char name[64];
  std::snprintf(name, sizeof(name), "mobilenet_v1_%.2f_%d", width, size);
  return {name, net.Classify(1000)};
}

BenchNetwork MobileNetV2(int size) {
  Layers net(size, size, 3);
  net.Conv(32, 3, 3, 2, Activation::RELU6);
  constexpr int kStages[][4] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  for (const auto& [expansion, out, blocks, stride] : kStages) {
    for (int block = 0; block < blocks; ++block) {
      InvertedResidual(net, expansion, out, block == 0 ? stride : 1);
    }
  }
  net.Conv(1280, 1, 1, 1, Activation::RELU6);
  return {"mobilenet_v2_1.0_" + std::to_string(size), net.Classify(1000)};
}

BenchNetwork DsCnn() {
  Layers net(49, 10, 1);
  net.Conv(64, 10, 4, 2, Activation::RELU);
  for (int block = 0; block < 4; ++block) {
    net.Depthwise(1, Activation::RELU).Conv(64, 1, 1, 1, Activation::RELU);
  }
  return {"ds_cnn_s", net.Classify(12)};
}

BenchNetwork Stack(int layers, int channels, int size) {
  Layers net(size, size, channels);
  for (int i = 0; i < layers; ++i) net.Conv(channels, 3, 3, 1, Activation::RELU);
  return {"stack_" + std::to_string(layers) + "x" + std::to_string(channels), net.Classify(10)};
}

}  // namespace quantgate
