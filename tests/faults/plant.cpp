#include "tests/faults/plant.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "reference/ops/ties.h"
#include "tests/support/random.h"

namespace quantgate {
namespace {

TensorInfo& Input(Model& model, int op, size_t i) {
  const int tensor = model.main().ops[static_cast<size_t>(op)].inputs[i];
  return model.subgraphs[0].tensors[static_cast<size_t>(tensor)];
}

template <class T>
std::vector<T> Read(const Model& model, const TensorInfo& tensor) {
  const auto bytes = model.Constant(tensor);
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <class T>
void Write(Model& model, TensorInfo& tensor, const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  // A buffer of its own: others may share the old one.
  tensor.buffer = static_cast<int>(model.buffers.size());
  model.buffers.emplace_back(std::move(bytes));
}

struct Layout {
  size_t channels = 1;
  size_t inner = 1;
};

Layout LayoutOf(const Model& model, int op) {
  const OpNode& node = model.main().ops[static_cast<size_t>(op)];
  const Shape& shape = model.main().tensors[static_cast<size_t>(node.inputs[1])].shape;
  if (node.code == OpCode::kDEPTHWISE_CONV_2D) return {static_cast<size_t>(shape.dim(3)), 1};
  const auto channels = static_cast<size_t>(shape.dim(0));
  return {channels, static_cast<size_t>(shape.num_elements()) / channels};
}

// Changes the codes of the weights, one after the other.
template <class Change>
void ChangeCodes(Model& model, int op, const Change& change) {
  TensorInfo& weights = Input(model, op, 1);
  std::vector<int8_t> codes = Read<int8_t>(model, weights);
  const Layout layout = LayoutOf(model, op);
  for (size_t i = 0; i < codes.size(); ++i) change(codes[i], i / layout.inner % layout.channels);
  Write(model, weights, codes);
}

// The channel with the largest sum of |code x scale|.
size_t HeaviestChannel(Model& model, int op) {
  const TensorInfo& weights = Input(model, op, 1);
  const Layout layout = LayoutOf(model, op);
  std::vector<double> sums(layout.channels, 0);
  const std::vector<int8_t> codes = Read<int8_t>(model, weights);
  for (size_t i = 0; i < codes.size(); ++i) {
    const size_t c = i / layout.inner % layout.channels;
    sums[c] += std::abs(codes[i]) * static_cast<double>(weights.quant.scale(c));
  }
  return static_cast<size_t>(std::max_element(sums.begin(), sums.end()) - sums.begin());
}

}  // namespace

Model Quantized(const FaultNet& net, const std::string& scheme,
                const ActivationOptions& activations) {
  auto made = QuantizeModel(*net.reference.model, &net.ranges,
                            {.scheme = FindScheme(scheme), .activations = activations});
  EXPECT_TRUE(made.ok()) << made.error().ToString();
  return *made->model;
}

std::vector<int> WeightedOps(const Model& model) {
  std::vector<int> ops;
  for (size_t i = 0; i < model.main().ops.size(); ++i) {
    const OpCode code = model.main().ops[i].code;
    if (code == OpCode::kCONV_2D || code == OpCode::kDEPTHWISE_CONV_2D ||
        code == OpCode::kFULLY_CONNECTED) {
      ops.push_back(static_cast<int>(i));
    }
  }
  return ops;
}

void ScaleChannel(Model& model, int op, size_t channel, float factor) {
  Input(model, op, 1).quant.scales[channel] *= factor;
}

void ScaleAllChannels(Model& model, int op, float factor) {
  for (float& scale : Input(model, op, 1).quant.scales) scale *= factor;
}

void SwapScales(Model& model, int op) {
  std::vector<float>& scales = Input(model, op, 1).quant.scales;
  std::vector<size_t> order(scales.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scales[a] < scales[b]; });
  for (size_t i = 0; i < order.size() / 2; ++i) {
    std::swap(scales[order[i]], scales[order[order.size() - 1 - i]]);
  }
}

void TransposeWeights(Model& model, int op) {
  TensorInfo& weights = Input(model, op, 1);
  const std::vector<int8_t> codes = Read<int8_t>(model, weights);
  std::vector<int8_t> changed(codes.size());
  if (weights.shape.rank() == 2) {
    const auto rows = static_cast<size_t>(weights.shape.dim(0));
    const auto columns = static_cast<size_t>(weights.shape.dim(1));
    size_t to = 0;
    for (size_t x = 0; x < columns; ++x) {
      for (size_t y = 0; y < rows; ++y) changed[to++] = codes[y * columns + x];
    }
  } else {
    const auto height = static_cast<size_t>(weights.shape.dim(1));
    const auto width = static_cast<size_t>(weights.shape.dim(2));
    const auto depth = static_cast<size_t>(weights.shape.dim(3));
    for (size_t i = 0; i < codes.size(); ++i) {
      const size_t c = i % depth;
      const size_t x = i / depth % width;
      const size_t y = i / depth / width % height;
      const size_t o = i / depth / width / height;
      changed[((o * height + x) * width + y) * depth + c] = codes[i];
    }
  }
  Write(model, weights, changed);
}

void RotateChannels(Model& model, int op) {
  TensorInfo& weights = Input(model, op, 1);
  const Layout layout = LayoutOf(model, op);
  const std::vector<int8_t> codes = Read<int8_t>(model, weights);
  std::vector<int8_t> changed(codes.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    const size_t c = i / layout.inner % layout.channels;
    const size_t to = (c + 1) % layout.channels;
    changed[i - c * layout.inner + to * layout.inner] = codes[i];
  }
  Write(model, weights, changed);
  std::vector<float>& scales = weights.quant.scales;
  if (scales.size() > 1) std::rotate(scales.begin(), scales.end() - 1, scales.end());
}

void NegateChannel(Model& model, int op) {
  const size_t channel = HeaviestChannel(model, op);
  ChangeCodes(model, op, [&](int8_t& code, size_t c) {
    if (c == channel) code = static_cast<int8_t>(-code);
  });
}

void ZeroChannel(Model& model, int op) {
  const size_t channel = HeaviestChannel(model, op);
  ChangeCodes(model, op, [&](int8_t& code, size_t c) {
    if (c == channel) code = 0;
  });
}

void RandomizeWeights(Model& model, int op) {
  Random random(7);
  ChangeCodes(model, op,
              [&](int8_t& code, size_t) { code = static_cast<int8_t>(random.Int(-90, 90)); });
}

void MoveWeightZeroPoint(Model& model, int op, int by) {
  int32_t& zero_point = Input(model, op, 1).quant.zero_points[0];
  zero_point += zero_point > 127 ? -by : by;
}

void ScaleBias(Model& model, int op, double factor) {
  TensorInfo& bias = Input(model, op, 2);
  std::vector<int32_t> codes = Read<int32_t>(model, bias);
  for (int32_t& code : codes) code = static_cast<int32_t>(code * factor);
  Write(model, bias, codes);
}

void SaturateBias(Model& model, int op) {
  TensorInfo& bias = Input(model, op, 2);
  std::vector<int32_t> codes = Read<int32_t>(model, bias);
  codes[0] = std::numeric_limits<int32_t>::min();
  Write(model, bias, codes);
}

void ReverseBias(Model& model, int op) {
  TensorInfo& bias = Input(model, op, 2);
  std::vector<int32_t> codes = Read<int32_t>(model, bias);
  std::reverse(codes.begin(), codes.end());
  Write(model, bias, codes);
}

Model WithRange(const FaultNet& net, int op, double factor, double shift,
                const std::string& scheme) {
  const Model sound = Quantized(net, scheme);
  const Subgraph& graph = sound.main();
  FaultNet changed = net;
  for (TensorRange& range : changed.ranges.tensors) {
    // The quantizer keeps the tensors of the reference and their order.
    const std::string& name = range.name;
    for (size_t i = 0; i < graph.tensors.size(); ++i) {
      if (graph.tensors[i].name != name) continue;
      if (OwnerOf(graph, static_cast<int>(i)) != op) continue;
      const double min = std::min(range.min, 0.0);
      const double max = std::max(range.max, 0.0);
      range.min = min * factor - shift * (max - min);
      range.max = max * factor - shift * (max - min);
    }
  }
  return Quantized(changed, scheme);
}

}  // namespace quantgate
