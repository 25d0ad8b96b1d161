// Which values a hybrid convolution codes together, by whose kernel runs it; what it computes is
// compared with TensorFlow Lite (tests/conformance) and LiteRT (tests/litert).
#include "reference/ops/hybrid_conv.h"

#include <gtest/gtest.h>

#include "tests/reference/ops/op_tester.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

constexpr int kChannels = 6;
constexpr int kUnits = 4;

struct Layer {
  std::vector<std::byte> weights;
  std::vector<std::byte> bias;
  QuantParams quant;
};

Layer AnyLayer(Random& random) {
  Layer layer;
  for (int i = 0; i < kUnits * kChannels; ++i) {
    layer.weights.push_back(static_cast<std::byte>(random.Int(-127, 127)));
  }
  layer.bias = ToBytes(random.Floats(kUnits, -1, 1));
  for (int i = 0; i < kUnits; ++i) layer.quant.scales.push_back(random.Float(0.01, 0.1));
  layer.quant.zero_points.resize(kUnits);
  return layer;
}

std::vector<float> RunOp(OpTester op, const Shape& in, const Shape& filter, const Layer& layer,
                         const std::vector<float>& values, const char* profile) {
  op.Input(DType::kFloat32, in);
  op.inputs.push_back({DType::kInt8, filter, layer.quant, layer.weights});
  op.inputs.push_back({DType::kFloat32, Shape{kUnits}, {}, layer.bias});
  op.Output(DType::kFloat32);
  const auto plan = Plan::Make(op.Make(), {.profile = FindProfile(profile)});
  EXPECT_TRUE(plan.ok());
  Interpreter interpreter(*plan);
  const auto bytes = ToBytes(values);
  std::copy(bytes.begin(), bytes.end(), interpreter.input(0).begin());
  EXPECT_TRUE(interpreter.Run().ok());
  const auto output = interpreter.output(0);
  return FromBytes<float>({output.begin(), output.end()});
}

// A 1x1 window over 3 x 2 pixels.
std::vector<float> Convolved(const Layer& layer, const std::vector<float>& values, int stride,
                             const char* profile) {
  OpTester op(OpCode::kCONV_2D);
  schema::Conv2DOptionsT options;
  options.padding = schema::Padding::VALID;
  options.stride_h = options.stride_w = stride;
  op.options = MakeOptions(options);
  return RunOp(op, Shape{1, 3, 2, kChannels}, Shape{kUnits, 1, 1, kChannels}, layer, values,
               profile);
}

// A dense layer over the pixels as rows.
std::vector<float> Dense(const Layer& layer, const std::vector<float>& values,
                         const char* profile) {
  OpTester op(OpCode::kFULLY_CONNECTED);
  schema::FullyConnectedOptionsT options;
  options.asymmetric_quantize_inputs = true;
  op.options = MakeOptions(options);
  return RunOp(op, Shape{6, kChannels}, Shape{kUnits, kChannels}, layer, values, profile);
}

// Pixels of ever larger magnitude, which a scale for all of them codes badly.
std::vector<float> Pixels(Random& random) {
  std::vector<float> values;
  for (int pixel = 0; pixel < 6; ++pixel) {
    for (const float value : random.Floats(kChannels, -1, 1)) {
      values.push_back(value * static_cast<float>(1 << (2 * pixel)));
    }
  }
  return values;
}

TEST(HybridConv, XnnpackCodesEveryPixelOfASinglePixelsWindow) {
  for (uint32_t seed = 8000; seed < 8050; ++seed) {
    QG_SEED(seed);
    const Layer layer = AnyLayer(random);
    const auto values = Pixels(random);
    EXPECT_EQ(Convolved(layer, values, 1, "litert"), Dense(layer, values, "litert"));
    // TensorFlow Lite's own kernel codes the sample as a whole.
    EXPECT_NE(Convolved(layer, values, 1, "tflite"), Dense(layer, values, "tflite"));
  }
}

// Where some pixels are left out, it codes the sample as a whole, too: pixel 0, the smallest, is
// hardly told from zero beside one that is 256 times as large.
TEST(HybridConv, XnnpackCodesTheWholeSampleWherePixelsAreLeftOut) {
  QG_SEED(8100U);
  const Layer layer = AnyLayer(random);
  const auto values = Pixels(random);
  const auto every_second = Convolved(layer, values, 2, "litert");
  const auto all = Convolved(layer, values, 1, "litert");
  EXPECT_NE(std::vector<float>(every_second.begin(), every_second.begin() + kUnits),
            std::vector<float>(all.begin(), all.begin() + kUnits));
}

// The delegate of 2.9.0 takes no such layer.
TEST(HybridConv, OnlyTodaysLitertHasRulesOfItsOwn) {
  QG_SEED(8200U);
  const Layer layer = AnyLayer(random);
  const auto values = Pixels(random);
  EXPECT_EQ(Convolved(layer, values, 1, "xnnpack"), Convolved(layer, values, 1, "tflite"));
  EXPECT_EQ(Dense(layer, values, "xnnpack"), Dense(layer, values, "tflite"));
}

}  // namespace
}  // namespace quantgate
