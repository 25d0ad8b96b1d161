#include "harness/quantization/equalization.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/harness/quantization/layers.h"
#include "tests/support/bytes.h"
#include "tests/support/run_model.h"

namespace quantgate {
namespace {

std::vector<float> Constant(const Model& model, const std::string& name) {
  for (const TensorInfo& tensor : model.main().tensors) {
    if (tensor.name == name) return FromBytes<float>(model.Constant(tensor));
  }
  return {};
}

// Largest magnitude of each of `channels`, channel = i / inner % channels.
std::vector<double> Largest(const std::vector<float>& values, size_t channels, size_t inner) {
  std::vector<double> largest(channels, 0);
  for (size_t i = 0; i < values.size(); ++i) {
    double& of = largest[i / inner % channels];
    of = std::max(of, std::abs(static_cast<double>(values[i])));
  }
  return largest;
}

TEST(Equalization, TheFunctionStaysTheSame) {
  QG_SEED(20241101U);
  for (int i = 0; i < 30; ++i) {
    const auto model = LayerChain(random, random.Int(0, 1), 2);
    const auto equalized = EqualizeLayers(*model, nullptr);
    ASSERT_TRUE(equalized.ok()) << equalized.error().ToString();
    EXPECT_EQ(equalized->pairs, 3);
    EXPECT_TRUE(equalized->skipped.empty());
    const auto input = ToBytes(random.Floats(90, -1, 1));
    const auto want = FromBytes<float>(RunModel(model, {input})[0]);
    const auto got = FromBytes<float>(RunModel(equalized->model, {input})[0]);
    double size = 0;
    for (const float value : want) size = std::max(size, std::abs(static_cast<double>(value)));
    for (size_t k = 0; k < want.size(); ++k) ASSERT_NEAR(got[k], want[k], 1e-5 * size + 1e-7);
  }
}

// Both sides of every channel end with the same largest weight: nothing is left to gain.
TEST(Equalization, NeighboursMeetInTheMiddle) {
  QG_SEED(20241102U);
  const auto model = LayerChain(random, 1, 2);
  const auto made = EqualizeLayers(*model, nullptr);
  ASSERT_TRUE(made.ok());
  const auto first = Largest(Constant(*made->model, "w1"), 4, 27);
  const auto middle = Largest(Constant(*made->model, "w2"), 4, 1);
  const auto last = Largest(Constant(*made->model, "w3"), 4, 1);
  for (size_t c = 0; c < 4; ++c) {
    EXPECT_NEAR(first[c] / middle[c], 1, 1e-2) << c;
    EXPECT_NEAR(middle[c] / last[c], 1, 1e-2) << c;
  }
}

// The closed form for conv - depthwise - conv: every channel's three ranges become the cube root
// of their product.
TEST(Equalization, TheTripleEndsAtTheCubeRoot) {
  QG_SEED(20241103U);
  auto model = std::make_shared<Model>(*LayerChain(random, 1, 2));
  // Without the dense layer behind it, the third layer's outputs stay as they are.
  Subgraph& graph = model->subgraphs[0];
  graph.ops.resize(3);
  graph.outputs = graph.ops[2].outputs;
  const auto before =
      std::array{Largest(Constant(*model, "w1"), 4, 27), Largest(Constant(*model, "w2"), 4, 1),
                 Largest(Constant(*model, "w3"), 4, 1)};
  const auto made = EqualizeLayers(*model, nullptr);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->pairs, 2);
  const auto after = Largest(Constant(*made->model, "w2"), 4, 1);
  for (size_t c = 0; c < 4; ++c) {
    EXPECT_NEAR(after[c] / std::cbrt(before[0][c] * before[1][c] * before[2][c]), 1, 1e-2);
  }
}

Ranges MaximaOf(const Model& model, double max) {
  Ranges ranges;
  for (const OpNode& op : model.main().ops) {
    const int out = op.outputs[0];
    const std::string& name = model.main().tensors[static_cast<size_t>(out)].name;
    ranges.tensors.push_back({out, name, 0, max, 1, 0});
  }
  return ranges;
}

TEST(Equalization, Relu6IsReplacedOnlyWhereItNeverClips) {
  QG_SEED(20241104U);
  const auto model = LayerChain(random, 3, 1);
  const Ranges low = MaximaOf(*model, 5.5);
  const auto replaced = EqualizeLayers(*model, &low);
  ASSERT_TRUE(replaced.ok());
  EXPECT_EQ(replaced->pairs, 3);
  EXPECT_EQ(replaced->relu6_replaced, 3);
  const Ranges high = MaximaOf(*model, 6);
  const auto kept = EqualizeLayers(*model, &high);
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->pairs, 0);
  ASSERT_EQ(kept->skipped.size(), 3U);
  EXPECT_EQ(kept->skipped[0], "conv1 -> depthwise: its RELU6 clips");
}

TEST(Equalization, AChannelOfZerosIsLeftAlone) {
  QG_SEED(20241105U);
  Model model = *LayerChain(random, 1, 1);
  for (TensorInfo& tensor : model.subgraphs[0].tensors) {
    if (tensor.name != "w1") continue;
    auto values = FromBytes<float>(model.Constant(tensor));
    std::fill(values.begin(), values.begin() + 27, 0.0F);
    model.buffers.emplace_back(ToBytes(values));
    tensor.buffer = static_cast<int>(model.buffers.size()) - 1;
  }
  const auto made = EqualizeLayers(model, nullptr);
  ASSERT_TRUE(made.ok());
  for (const char* name : {"w1", "w2", "w3", "b1", "b2"}) {
    for (const float value : Constant(*made->model, name)) EXPECT_TRUE(std::isfinite(value));
  }
}

}  // namespace
}  // namespace quantgate
