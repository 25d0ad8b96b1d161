#include "harness/inspection/op_cost.h"

#include <array>
#include <limits>

#include "reference/numeric/element.h"
#include "reference/ops/op_spec.h"

namespace quantgate {
namespace {

using Macs = std::optional<int64_t>;

size_t At(int index) { return static_cast<size_t>(index); }

// The shape of input `i`; null if it is left out or has a rank below `rank`.
const Shape* Input(const OpNode& op, std::span<const Shape> shapes, size_t i, int rank) {
  if (i >= op.inputs.size() || op.inputs[i] < 0) return nullptr;
  const Shape& shape = shapes[At(op.inputs[i])];
  return shape.rank() >= rank ? &shape : nullptr;
}

const Shape* Output(const OpNode& op, std::span<const Shape> shapes, int rank) {
  if (op.outputs.empty()) return nullptr;
  const Shape& shape = shapes[At(op.outputs[0])];
  return shape.rank() >= rank ? &shape : nullptr;
}

// Every output element sums one product a filter element of its channel.
Macs FilterMacs(const OpNode& op, std::span<const Shape> shapes, int rank, int channel_axis) {
  const Shape* filter = Input(op, shapes, 1, rank);
  const Shape* out = Output(op, shapes, 1);
  if (filter == nullptr || out == nullptr || filter->dim(channel_axis) == 0) return std::nullopt;
  return MultiplyCounts(out->num_elements(), filter->num_elements() / filter->dim(channel_axis));
}

Macs Conv2DMacs(const Model&, const Subgraph&, const OpNode& op, std::span<const Shape> shapes) {
  return FilterMacs(op, shapes, 4, 0);
}

Macs DepthwiseMacs(const Model&, const Subgraph&, const OpNode& op, std::span<const Shape> shapes) {
  return FilterMacs(op, shapes, 4, 3);
}

Macs Conv3DMacs(const Model&, const Subgraph&, const OpNode& op, std::span<const Shape> shapes) {
  return FilterMacs(op, shapes, 5, 4);
}

// Every input element is multiplied with each filter element of its channel.
Macs TransposedMacs(const OpNode& op, std::span<const Shape> shapes, int rank, int input_axis) {
  const Shape* filter = Input(op, shapes, 1, rank);
  const Shape* in = Input(op, shapes, 2, 1);
  if (filter == nullptr || in == nullptr || filter->dim(input_axis) == 0) return std::nullopt;
  return MultiplyCounts(in->num_elements(), filter->num_elements() / filter->dim(input_axis));
}

Macs TransposeConvMacs(const Model&, const Subgraph&, const OpNode& op,
                       std::span<const Shape> shapes) {
  return TransposedMacs(op, shapes, 4, 3);
}

Macs Conv3DTransposeMacs(const Model&, const Subgraph&, const OpNode& op,
                         std::span<const Shape> shapes) {
  return TransposedMacs(op, shapes, 5, 4);
}

Macs DenseMacs(const Model&, const Subgraph&, const OpNode& op, std::span<const Shape> shapes) {
  const Shape* weights = Input(op, shapes, 1, 2);
  const Shape* out = Output(op, shapes, 0);
  if (weights == nullptr || out == nullptr) return std::nullopt;
  return MultiplyCounts(out->num_elements(), weights->last_dim());
}

// The summed extent is what the left matrix holds beside the output's rows, transposed or not.
Macs MatmulMacs(const Model&, const Subgraph&, const OpNode& op, std::span<const Shape> shapes) {
  const Shape* left = Input(op, shapes, 0, 2);
  const Shape* out = Output(op, shapes, 2);
  if (left == nullptr || out == nullptr) return std::nullopt;
  const int64_t rows = out->dim(out->rank() - 2);
  if (rows == 0) return 0;
  const int64_t matrix = MultiplyCounts(left->dim(left->rank() - 2), left->last_dim());
  return MultiplyCounts(out->num_elements(), matrix / rows);
}

// Every row of the input (batch times steps) meets every element of the weight matrices.
Macs RecurrentMacs(const Model& model, const Subgraph& graph, const OpNode& op,
                   std::span<const Shape> shapes) {
  const Shape* in = Input(op, shapes, 0, 1);
  if (in == nullptr || in->last_dim() == 0) return std::nullopt;
  int64_t weights = 0;
  for (size_t i = 1; i < op.inputs.size(); ++i) {
    const Shape* shape = Input(op, shapes, i, 2);
    if (shape == nullptr || model.Constant(graph.tensors[At(op.inputs[i])]).empty()) continue;
    weights = AddCounts(weights, shape->num_elements());
  }
  return MultiplyCounts(in->outer_size(), weights);
}

constexpr std::array kRules = {
    MacsRule{OpCode::kBATCH_MATMUL, "output elements x summed extent", &MatmulMacs},
    MacsRule{OpCode::kBIDIRECTIONAL_SEQUENCE_LSTM,
             "batch x steps x elements of all constant matrices", &RecurrentMacs},
    MacsRule{OpCode::kBIDIRECTIONAL_SEQUENCE_RNN,
             "batch x steps x elements of all constant matrices", &RecurrentMacs},
    MacsRule{OpCode::kCONV_2D, "output elements x filter elements of one output channel",
             &Conv2DMacs},
    MacsRule{OpCode::kCONV_3D, "output elements x filter elements of one output channel",
             &Conv3DMacs},
    MacsRule{OpCode::kCONV_3D_TRANSPOSE, "input elements x filter elements of one input channel",
             &Conv3DTransposeMacs},
    MacsRule{OpCode::kDEPTHWISE_CONV_2D, "output elements x filter height x filter width",
             &DepthwiseMacs},
    MacsRule{OpCode::kFULLY_CONNECTED, "output elements x inputs of one unit", &DenseMacs},
    MacsRule{OpCode::kLSTM, "batch x elements of all constant matrices", &RecurrentMacs},
    MacsRule{OpCode::kRNN, "batch x elements of all constant matrices", &RecurrentMacs},
    MacsRule{OpCode::kSVDF, "batch x elements of the feature and time weights", &RecurrentMacs},
    MacsRule{OpCode::kTRANSPOSE_CONV, "input elements x filter elements of one input channel",
             &TransposeConvMacs},
    MacsRule{OpCode::kUNIDIRECTIONAL_SEQUENCE_LSTM,
             "batch x steps x elements of all constant matrices", &RecurrentMacs},
    MacsRule{OpCode::kUNIDIRECTIONAL_SEQUENCE_RNN,
             "batch x steps x elements of all constant matrices", &RecurrentMacs},
};

bool IsOpaque(OpCode code) {
  switch (code) {
    case OpCode::kCUSTOM:
    case OpCode::kDELEGATE:
    case OpCode::kCALL:
    case OpCode::kCALL_ONCE:
    case OpCode::kIF:
    case OpCode::kWHILE: return true;
    default: return OpCodeName(code).starts_with("STABLEHLO_");
  }
}

// Whether both factors of the operator's products have 8 bits or fewer.
bool MultipliesBytes(const Subgraph& graph, const OpNode& op) {
  const OpSpec* spec = FindOpSpec(op.code);
  const int weights = spec != nullptr ? spec->weights : -1;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    const bool is_weight = static_cast<int>(i) == weights;
    if (op.inputs[i] < 0 || (!is_weight && spec != nullptr && !InMask(spec->data, i))) continue;
    const DType dtype = graph.tensors[At(op.inputs[i])].dtype;
    // Hybrid kernels code the float activations that meet integer weights.
    if (weights >= 0 && !is_weight && dtype == DType::kFloat32) continue;
    if (!IsQuantizedStorage(dtype) || dtype == DType::kInt16) return false;
  }
  return true;
}

}  // namespace

int64_t AddCounts(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<int64_t>::max() : sum;
}

int64_t MultiplyCounts(int64_t a, int64_t b) {
  int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<int64_t>::max() : product;
}

std::span<const MacsRule> AllMacsRules() { return kRules; }

std::optional<int64_t> MacsOf(const Model& model, const Subgraph& graph, const OpNode& op,
                              std::span<const Shape> shapes) {
  for (const MacsRule& rule : kRules) {
    if (rule.code == op.code) return rule.count(model, graph, op, shapes);
  }
  if (IsOpaque(op.code)) return std::nullopt;
  return 0;
}

double ShareOfMacsAbove8Bits(const Model& model) {
  const Subgraph& graph = model.main();
  std::vector<Shape> shapes;
  for (const TensorInfo& tensor : graph.tensors) shapes.push_back(tensor.shape);
  double all = 0;
  double above = 0;
  for (const OpNode& op : graph.ops) {
    const auto macs = static_cast<double>(MacsOf(model, graph, op, shapes).value_or(0));
    all += macs;
    if (!MultipliesBytes(graph, op)) above += macs;
  }
  return all > 0 ? above / all : 0;
}

bool IsWeight(const Model& model, const TensorInfo& tensor) {
  if (model.Constant(tensor).empty()) return false;
  return IsFloat(tensor.dtype) || IsQuantizedStorage(tensor.dtype) || tensor.quant.quantized();
}

}  // namespace quantgate
