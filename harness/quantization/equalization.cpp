#include "harness/quantization/equalization.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include "harness/quantization/layer_inputs.h"
#include "reference/model/op_options.h"
#include "reference/ops/fused_activation.h"

namespace quantgate {
namespace {

size_t At(int64_t index) { return static_cast<size_t>(index); }

constexpr int kMaxSweeps = 50;
constexpr double kSettled = 1e-4;  // largest change of a factor that counts as none

template <class Table>
void SetRelu(OpNode& op) {
  Table table = OptionsOrDefault<Table>(op);
  table.fused_activation_function = schema::ActivationFunctionType::RELU;
  op.options = MakeOptions(std::move(table));
}

void FuseRelu(OpNode& op) {
  if (op.code == OpCode::kCONV_2D) return SetRelu<schema::Conv2DOptionsT>(op);
  if (op.code == OpCode::kDEPTHWISE_CONV_2D) return SetRelu<schema::DepthwiseConv2DOptionsT>(op);
  SetRelu<schema::FullyConnectedOptionsT>(op);
}

// A pair of layers, and how many channels lie between them.
struct Pair {
  int first = -1;
  int second = -1;
  int64_t channels = 0;
};

class Equalizer {
 public:
  Equalizer(const Model& model, const Ranges* ranges) : ranges_(ranges), model_(model) {}

  Result<Equalization> Run() {
    const Subgraph& graph = model_.main();
    for (size_t i = 0; i < graph.ops.size(); ++i) FindPair(static_cast<int>(i));
    Unshare();
    for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
      double change = 0;
      for (const Pair& pair : pairs_) change = std::max(change, Scale(pair));
      if (change < kSettled) break;
    }
    for (const auto& [tensor, values] : values_) Store(tensor, values);
    result_.pairs = static_cast<int>(pairs_.size());
    QG_RETURN_IF_ERROR(Validate(model_));
    result_.model = std::make_shared<const Model>(std::move(model_));
    return std::move(result_);
  }

 private:
  OpNode& Op(int index) { return model_.main().ops[At(index)]; }
  const TensorInfo& Tensor(int index) { return model_.main().tensors[At(index)]; }

  bool IsFloatConstant(int tensor) {
    return Tensor(tensor).dtype == DType::kFloat32 && !model_.Constant(Tensor(tensor)).empty() &&
           !Tensor(tensor).sparsity;
  }
  bool IsLayer(int op) {
    const OpNode& node = Op(op);
    const bool bias_fits =
        node.inputs.size() < 3 || node.inputs[2] < 0 || IsFloatConstant(node.inputs[2]);
    return LayerShapeOf(model_, node).has_value() && IsFloatConstant(node.inputs[1]) && bias_fits;
  }

  // The only operator that reads `tensor`; -1 for none or several, and for a graph output.
  int OnlyReader(int tensor) {
    const Subgraph& graph = model_.main();
    if (std::count(graph.outputs.begin(), graph.outputs.end(), tensor) > 0) return -1;
    int reader = -1;
    for (size_t i = 0; i < graph.ops.size(); ++i) {
      const auto& inputs = graph.ops[i].inputs;
      if (std::count(inputs.begin(), inputs.end(), tensor) == 0) continue;
      if (reader >= 0) return -1;
      reader = static_cast<int>(i);
    }
    return reader;
  }

  // max(x s, 0) = s max(x, 0), and so on for what follows; the last axis stays channels.
  bool KeepsChannels(const OpNode& op) {
    constexpr std::array kCodes = {OpCode::kRELU,   OpCode::kMAX_POOL_2D, OpCode::kAVERAGE_POOL_2D,
                                   OpCode::kPAD,    OpCode::kMEAN,        OpCode::kRESHAPE,
                                   OpCode::kSQUEEZE};
    if (std::find(kCodes.begin(), kCodes.end(), op.code) == kCodes.end()) return false;
    if (op.code == OpCode::kMAX_POOL_2D || op.code == OpCode::kAVERAGE_POOL_2D) {
      const auto activation =
          OptionsOrDefault<schema::Pool2DOptionsT>(op).fused_activation_function;
      return activation == schema::ActivationFunctionType::NONE ||
             activation == schema::ActivationFunctionType::RELU;
    }
    const Shape& in = Tensor(op.inputs[0]).shape;
    const Shape& out = Tensor(op.outputs[0]).shape;
    if (in.rank() < 1 || out.rank() < 1) return false;
    // Channels stay innermost: the last extent the same, or rows of whole pixels.
    return out.last_dim() % in.last_dim() == 0 &&
           (op.code == OpCode::kRESHAPE || out.last_dim() == in.last_dim());
  }

  void Skip(int first, int second, const std::string& why) {
    result_.skipped.push_back(Tensor(Op(first).outputs[0]).name + " -> " +
                              Tensor(Op(second).outputs[0]).name + ": " + why);
  }

  void FindPair(int first) {
    if (!IsLayer(first)) return;
    int second = OnlyReader(Op(first).outputs[0]);
    while (second >= 0 && KeepsChannels(Op(second))) second = OnlyReader(Op(second).outputs[0]);
    if (second < 0 || !IsLayer(second)) return;
    const auto shape = LayerShapeOf(model_, Op(first));
    const int64_t channels = shape->groups * shape->rows;
    const auto next = LayerShapeOf(model_, Op(second));
    const int64_t inputs = next->depthwise ? next->groups : next->conv.in_channels;
    if (inputs % channels != 0 || (next->depthwise && inputs != channels)) return;
    if (!PrepareActivation(first, second)) return;
    pairs_.push_back({first, second, channels});
  }

  bool PrepareActivation(int first, int second) {
    const auto activation = FusedActivation(Op(first));
    if (activation == Activation::kNone || activation == Activation::kRelu) return true;
    if (activation != Activation::kRelu6) {
      Skip(first, second, "its activation does not commute with factors");
      return false;
    }
    const int output = Op(first).outputs[0];
    const TensorRange* range = ranges_ != nullptr ? ranges_->Find(output) : nullptr;
    if (range == nullptr || range->max >= 6) {
      Skip(first, second, "its RELU6 clips");
      return false;
    }
    FuseRelu(Op(first));
    ++result_.relu6_replaced;
    return true;
  }

  // Layers of a pair whose weights or biases others use too are left alone.
  void Unshare() {
    const auto uses = [&](int tensor) {
      int64_t count = 0;
      for (const OpNode& op : model_.main().ops) {
        count += std::count(op.inputs.begin(), op.inputs.end(), tensor);
      }
      return count;
    };
    const auto shared = [&](const Pair& pair) {
      for (const int op : {pair.first, pair.second}) {
        for (size_t k = 1; k < std::min<size_t>(3, Op(op).inputs.size()); ++k) {
          if (Op(op).inputs[k] >= 0 && uses(Op(op).inputs[k]) > 1) return true;
        }
      }
      return false;
    };
    const auto last = std::stable_partition(pairs_.begin(), pairs_.end(),
                                            [&](const Pair& pair) { return !shared(pair); });
    for (auto pair = last; pair != pairs_.end(); ++pair) {
      Skip(pair->first, pair->second, "weights or biases are shared with other layers");
    }
    pairs_.erase(last, pairs_.end());
  }

  std::vector<double>& Values(int tensor) {
    const auto [found, inserted] = values_.try_emplace(tensor);
    if (inserted) {
      const auto bytes = model_.Constant(Tensor(tensor));
      std::vector<float> floats(bytes.size() / sizeof(float));
      std::memcpy(floats.data(), bytes.data(), bytes.size());
      found->second.assign(floats.begin(), floats.end());
    }
    return found->second;
  }

  void Store(int tensor, const std::vector<double>& values) {
    std::vector<float> floats(values.begin(), values.end());
    std::vector<std::byte> bytes(floats.size() * sizeof(float));
    std::memcpy(bytes.data(), floats.data(), bytes.size());
    model_.main().tensors[At(tensor)].buffer = static_cast<int>(model_.buffers.size());
    model_.buffers.emplace_back(std::move(bytes));
  }

  // Calls `visit` with every weight of `op` and its channel: of its outputs, or of its inputs.
  template <class Visit>
  void ForEachWeight(int op, bool of_outputs, int64_t channels, const Visit& visit) {
    const LayerShape shape = *LayerShapeOf(model_, Op(op));
    std::vector<double>& weights = Values(Op(op).inputs[1]);
    for (int64_t g = 0; g < shape.groups; ++g) {
      for (int64_t r = 0; r < shape.rows; ++r) {
        for (int64_t k = 0; k < shape.patch; ++k) {
          const int64_t input = shape.depthwise ? g : k;
          const int64_t channel = of_outputs ? shape.ChannelOf(g, r) : input % channels;
          visit(weights[shape.WeightAt(g, r, k)], At(channel));
        }
      }
    }
  }

  // One pair brought into balance; returns how far its factors are from one.
  double Scale(const Pair& pair) {
    std::vector<double> first(At(pair.channels), 0);
    std::vector<double> second(At(pair.channels), 0);
    ForEachWeight(pair.first, true, pair.channels, [&](double weight, size_t c) {
      first[c] = std::max(first[c], std::abs(weight));
    });
    ForEachWeight(pair.second, false, pair.channels, [&](double weight, size_t c) {
      second[c] = std::max(second[c], std::abs(weight));
    });
    std::vector<double> factors(At(pair.channels), 1);
    double change = 0;
    for (size_t c = 0; c < factors.size(); ++c) {
      if (first[c] > 0 && second[c] > 0) factors[c] = std::sqrt(first[c] / second[c]);
      change = std::max(change, std::abs(std::log(factors[c])));
    }
    ForEachWeight(pair.first, true, pair.channels,
                  [&](double& weight, size_t c) { weight /= factors[c]; });
    ForEachWeight(pair.second, false, pair.channels,
                  [&](double& weight, size_t c) { weight *= factors[c]; });
    const OpNode& op = Op(pair.first);
    if (op.inputs.size() > 2 && op.inputs[2] >= 0) {
      std::vector<double>& bias = Values(op.inputs[2]);
      for (size_t c = 0; c < factors.size(); ++c) bias[c] /= factors[c];
    }
    return change;
  }

  const Ranges* ranges_;
  Model model_;
  std::vector<Pair> pairs_;
  std::map<int, std::vector<double>> values_;  // of weights and biases, by tensor
  Equalization result_;
};

}  // namespace

Result<Equalization> EqualizeLayers(const Model& model, const Ranges* ranges) {
  return Equalizer(model, ranges).Run();
}

}  // namespace quantgate
