#include "reference/ops/block_dense.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reference/interpreter/interpreter.h"
#include "reference/ops/row_quantization.h"
#include "tests/support/block_models.h"

namespace quantgate {
namespace {

using testing::HasSubstr;

constexpr double kEpsilon = 0x1p-24;  // relative error of one float32 rounding

std::vector<float> Answers(const Model& model, const std::vector<std::byte>& input,
                           const char* profile = "tflite") {
  const auto plan =
      Plan::Make(std::make_shared<const Model>(model), {.profile = FindProfile(profile)});
  if (!plan.ok()) CheckFailed("plan", plan.error().ToString().c_str(), __FILE__, __LINE__);
  Interpreter interpreter(*plan);
  std::copy(input.begin(), input.end(), interpreter.input(0).begin());
  QG_CHECK(interpreter.Run().ok());
  const auto out = interpreter.output(0);
  return FromBytes<float>({out.begin(), out.end()});
}

struct Layer {
  BlockWeights weights;
  int32_t batches = 1;
  std::vector<float> bias;
  std::vector<float> input;
};

Layer AnyLayer(Random& random, int scale_bits = 10) {
  Layer layer;
  const int32_t block = 32 * random.Int(1, 4);
  layer.weights = AnyBlockWeights(random, random.Int(1, 9), random.Int(1, 5), block, scale_bits);
  layer.batches = random.Int(1, 3);
  if (random.Chance(0.7)) layer.bias = random.Floats(layer.weights.rows, -2, 2);
  const double low = random.Chance(0.5) ? 0 : random.Real(-3, 0);
  layer.input = random.Floats(int64_t{layer.batches} * layer.weights.depth, low, 3);
  return layer;
}

std::span<const float> RowOf(const Layer& layer, int32_t batch) {
  const auto depth = static_cast<size_t>(layer.weights.depth);
  return {layer.input.data() + static_cast<size_t>(batch) * depth, depth};
}

double BiasOf(const Layer& layer, int32_t unit) {
  return layer.bias.empty() ? 0 : static_cast<double>(layer.bias[static_cast<size_t>(unit)]);
}

// Codes of the input are within a step of it (half a step, and as much again at the ends, which the
// rounded zero point moves), so the layer is within one step times the sum of its weights' sizes of
// what the dequantized weights give in double.
TEST(BlockDense, IsTheLayerOfTheDequantizedWeights) {
  QG_SEED(20261101U);
  for (int i = 0; i < 60; ++i) {
    const Layer layer = AnyLayer(random, 7);
    const Model model = BlockDenseModel(layer.weights, layer.batches, layer.bias);
    for (const char* profile : {"tflite", "litert"}) {
      const auto got = Answers(model, ToBytes(layer.input), profile);
      for (int32_t b = 0; b < layer.batches; ++b) {
        const auto row = RowOf(layer, b);
        const auto [least, most] = std::minmax_element(row.begin(), row.end());
        const double step = (std::max(0.0, static_cast<double>(*most)) -
                             std::min(0.0, static_cast<double>(*least))) /
                            255;
        for (int32_t u = 0; u < layer.weights.rows; ++u) {
          double want = BiasOf(layer, u);
          double bound = 1e-4;
          for (int32_t d = 0; d < layer.weights.depth; ++d) {
            want += static_cast<double>(row[static_cast<size_t>(d)]) * layer.weights.real(u, d);
            bound += 1.001 * step * std::abs(layer.weights.real(u, d));
          }
          ASSERT_NEAR(got[static_cast<size_t>(b * layer.weights.rows + u)], want, bound) << profile;
        }
      }
    }
  }
}

// The formula in double, from the same codes of the input: what is left is float32 rounding, one
// for each sum and product, of terms no larger than s (sum |c_k t_k| + |z| sum |w|) and the bias.
// Under `litert` the scales are bfloat16: here half of them are not until they are rounded.
void CheckFormula(const Layer& layer, const char* profile) {
  const bool xnnpack = std::string_view(profile) != "tflite";
  const Model model = BlockDenseModel(layer.weights, layer.batches, layer.bias);
  const auto got = Answers(model, ToBytes(layer.input), profile);
  const BlockWeights& w = layer.weights;
  std::vector<int8_t> codes(static_cast<size_t>(w.depth));
  for (int32_t b = 0; b < layer.batches; ++b) {
    const RowQuantization row = xnnpack ? QuantizeRowXnnpack(RowOf(layer, b), codes.data())
                                        : QuantizeRowAsymmetric(RowOf(layer, b), codes.data());
    for (int32_t u = 0; u < w.rows; ++u) {
      double sum = 0;
      double size = 0;
      for (int32_t d = 0; d < w.depth; ++d) {
        const float stored = w.scale(u, d);
        const double scale = static_cast<double>(xnnpack ? RoundToBfloat16(stored) : stored);
        const double code = w.codes[static_cast<size_t>(u * w.depth + d)];
        sum += (codes[static_cast<size_t>(d)] - row.zero_point) * code * scale;
        size += (std::abs(codes[static_cast<size_t>(d)]) + std::abs(row.zero_point)) *
                std::abs(code) * scale;
      }
      const double want = static_cast<double>(row.scale) * sum + BiasOf(layer, u);
      const double bound =
          kEpsilon * (w.depth + 8) *
          (static_cast<double>(row.scale) * size + std::abs(BiasOf(layer, u)) + 1e-30);
      ASSERT_NEAR(got[static_cast<size_t>(b * w.rows + u)], want, bound) << profile;
    }
  }
}

TEST(BlockDense, FollowsItsFormula) {
  QG_SEED(20261102U);
  for (int i = 0; i < 100 && !testing::Test::HasFatalFailure(); ++i) {
    const Layer layer = AnyLayer(random);
    for (const char* profile : {"tflite", "xnnpack", "litert"}) CheckFormula(layer, profile);
  }
}

// A scale of 1 + 2^-10 is no bfloat16: XNNPACK computes with 1.
TEST(BlockDense, XnnpackRoundsScalesAndTheBuiltInKernelDoesNot) {
  BlockWeights weights{1, 32, 32, std::vector<int8_t>(32, 1), {0x3C01}};
  const Model model = BlockDenseModel(weights, 1, {});
  const auto ones = ToBytes(std::vector<float>(32, 1.0F));
  EXPECT_NEAR(Answers(model, ones, "tflite")[0], 32 * (1 + 0x1p-10), 1e-5);
  EXPECT_NEAR(Answers(model, ones, "litert")[0], 32, 1e-5);
  // XNNPACK takes no blocks of 16, and the built-in kernel runs under every profile.
  weights.block = 16;
  weights.halves = {0x3C01, 0x3C01};
  EXPECT_EQ(Answers(BlockDenseModel(weights, 1, {}), ones, "litert"),
            Answers(BlockDenseModel(weights, 1, {}), ones, "tflite"));
}

TEST(BlockDense, ActivationsClamp) {
  const BlockWeights weights{2,
                             32,
                             32,
                             [] {
                               std::vector<int8_t> codes(64, 7);
                               std::fill_n(codes.begin(), 32, int8_t{-7});
                               return codes;
                             }(),
                             {0x3C00, 0x3C00}};
  const auto ones = ToBytes(std::vector<float>(32, 1.0F));
  for (const char* profile : {"tflite", "litert"}) {
    EXPECT_EQ(Answers(BlockDenseModel(weights, 1, {}, schema::ActivationFunctionType::RELU6), ones,
                      profile),
              (std::vector<float>{0, 6}));
  }
}

TEST(BlockDense, ValuesThatAreNoNumbersDoNotStopIt) {
  const Layer layer{AnyBlockWeights(*std::make_unique<Random>(1U), 3, 2, 32), 1, {}, {}};
  for (const float strange : {NAN, INFINITY, -INFINITY, 3e38F, 1e-45F}) {
    std::vector<float> values(64, strange);
    values[5] = -values[5];
    for (const char* profile : {"tflite", "litert"}) {
      EXPECT_EQ(Answers(BlockDenseModel(layer.weights, 1, {}), ToBytes(values), profile).size(),
                3U);
    }
  }
}

std::string ErrorOf(const Model& model) {
  const auto plan = Plan::Make(std::make_shared<const Model>(model));
  return plan.ok() ? "" : plan.error().ToString();
}

TEST(BlockDense, OtherActivationsAndOperatorsAreRefused) {
  Random random(20261103U);
  const BlockWeights weights = AnyBlockWeights(random, 4, 1, 32);
  Model model = BlockDenseModel(weights, 1, {});
  EXPECT_EQ(ErrorOf(model), "");
  for (const size_t tensor : {0, 3}) {
    model.subgraphs[0].tensors[tensor].dtype = DType::kInt8;
    model.subgraphs[0].tensors[tensor].quant = PerTensor(0.1F, 0);
  }
  EXPECT_THAT(ErrorOf(model), HasSubstr("block-wise weights with int8 activations"));
  ModelBuilder builder;
  const int w = AddBlockWeights(builder, weights);
  const int out = builder.AddTensor("out", DType::kFloat32, Shape{4, 32});
  builder.AddOp(OpCode::kDEQUANTIZE, {w}, {out});
  Model other = builder.Build({out});
  JoinBlocks(other, w, 32);
  EXPECT_THAT(ErrorOf(other), HasSubstr("'w' has block-wise scales; FULLY_CONNECTED and "
                                        "EMBEDDING_LOOKUP alone compute with them"));
}

TEST(EmbeddingLookup, RowsOfBlocksAreScaledByBlock) {
  QG_SEED(20261104U);
  for (int i = 0; i < 30; ++i) {
    const BlockWeights weights =
        AnyBlockWeights(random, random.Int(1, 6), random.Int(1, 3), 2 * random.Int(1, 20));
    ModelBuilder builder;
    const int in = builder.AddInput("in", DType::kInt32, Shape{3});
    const int w = AddBlockWeights(builder, weights);
    const int out = builder.AddTensor("out", DType::kFloat32, Shape{3, weights.depth});
    builder.AddOp(OpCode::kEMBEDDING_LOOKUP, {in, w}, {out});
    Model model = builder.Build({out});
    JoinBlocks(model, w, weights.block);
    const std::vector<int32_t> rows = {random.Int(0, weights.rows - 1), weights.rows - 1, 99};
    const auto got = Answers(model, ToBytes(rows));
    for (int32_t r = 0; r < 3; ++r) {
      const int32_t row = rows[static_cast<size_t>(r)];
      for (int32_t d = 0; d < weights.depth; ++d) {
        // A half times a code of 4 bits has no more digits than a float.
        const double want = row < weights.rows ? weights.real(row, d) : 0.0;
        ASSERT_EQ(static_cast<double>(got[static_cast<size_t>(r * weights.depth + d)]), want);
      }
    }
  }
}

}  // namespace
}  // namespace quantgate
