#include "tests/conformance/dynamic_models.h"

#include <algorithm>
#include <numeric>

#include "reference/model/op_options.h"
#include "tests/conformance/movement_models.h"

namespace quantgate {
namespace {

constexpr int kRuns = 6;

// A graph of several operators. Tensors that operators compute have no stored shape worth a name.
class ChainBuilder {
 public:
  ChainBuilder() {
    made_.model.subgraphs.emplace_back();
    made_.model.buffers.emplace_back();
    made_.runs.resize(kRuns);
  }

  int Tensor(DType dtype, const std::vector<int32_t>& dims = {1}, const QuantParams& quant = {}) {
    TensorInfo tensor;
    tensor.name = "t" + std::to_string(graph().tensors.size());
    tensor.dtype = dtype;
    tensor.shape = *Shape::Make(dims);
    tensor.quant = quant;
    graph().tensors.push_back(std::move(tensor));
    return static_cast<int>(graph().tensors.size()) - 1;
  }
  int Constant(DType dtype, const std::vector<int32_t>& dims, std::vector<std::byte> value,
               const QuantParams& quant = {}) {
    const int tensor = Tensor(dtype, dims, quant);
    graph().tensors.back().buffer = static_cast<int>(made_.model.buffers.size());
    made_.model.buffers.emplace_back(std::move(value));
    return tensor;
  }
  // A graph input; `value` makes its value in each run.
  template <class Make>
  int Input(DType dtype, const std::vector<int32_t>& dims, const QuantParams& quant, Make value) {
    const int tensor = Tensor(dtype, dims, quant);
    graph().inputs.push_back(tensor);
    for (auto& run : made_.runs) run.push_back(value());
    return tensor;
  }
  int Data(Choices& choices, DType dtype, const std::vector<int32_t>& dims,
           const QuantParams& quant) {
    return Input(dtype, dims, quant, [&] { return choices.Values(dtype, Elements(dims)); });
  }
  // int32 values that an operator passes on.
  template <class Make>
  int Computed(const std::vector<int32_t>& dims, Make value) {
    const int input = Input(DType::kInt32, dims, {}, [&] { return BytesOf(value()); });
    return Op(OpCode::kMAXIMUM, nullptr, {input, input}, DType::kInt32);
  }
  int Op(OpCode code, std::shared_ptr<const OpOptions> options, const std::vector<int>& inputs,
         DType dtype, const QuantParams& quant = {}, int version = 1) {
    OpNode node;
    node.code = code;
    node.version = version;
    node.options = options ? std::move(options) : std::make_shared<const OpOptions>();
    node.inputs = inputs;
    node.outputs = {Tensor(dtype, {1}, quant)};
    graph().ops.push_back(std::move(node));
    return graph().ops.back().outputs[0];
  }
  DynamicModel Finish(const std::vector<int>& outputs) {
    graph().outputs = outputs;
    return std::move(made_);
  }

 private:
  Subgraph& graph() { return made_.model.subgraphs[0]; }
  DynamicModel made_;
};

// Something that reads the tensor, whatever its shape: x + x, and its shape.
DynamicModel ReadAndFinish(ChainBuilder& chain, int tensor, DType dtype, const QuantParams& quant) {
  schema::AddOptionsT add;
  const int sum = dtype == DType::kFloat32 || dtype == DType::kInt32 || dtype == DType::kInt8
                      ? chain.Op(OpCode::kADD, MakeOptions(add), {tensor, tensor}, dtype, quant)
                      : tensor;
  schema::ShapeOptionsT options;
  options.out_type = schema::TensorType::INT32;
  const int shape = chain.Op(OpCode::kSHAPE, MakeOptions(options), {tensor}, DType::kInt32);
  return chain.Finish({sum, shape});
}

// A convolution, or a dense layer, behind a shape that changes its batch.
DynamicModel ReshapeThenDense(Choices& choices, DType dtype) {
  ChainBuilder chain;
  const QuantParams quant = SomeQuant(choices, dtype);
  const int32_t depth = Between(choices, 1, 3);
  const int x = chain.Data(choices, dtype, {12, depth}, quant);
  const int shape = chain.Computed({2}, [&]() -> std::vector<int32_t> {
    const int32_t divisors[] = {1, 2, 3, 4, 6, 12};
    return {-1, depth * divisors[choices.Integer(0, 5)]};
  });
  const int rows = chain.Op(OpCode::kRESHAPE, nullptr, {x, shape}, dtype, quant);
  const int back = chain.Constant(DType::kInt32, {2}, BytesOf(std::vector<int32_t>{-1, depth}));
  schema::ConcatenationOptionsT join;
  join.axis = 0;
  const int twice = chain.Op(OpCode::kCONCATENATION, MakeOptions(join), {rows, rows}, dtype, quant);
  const int flat = chain.Op(OpCode::kRESHAPE, nullptr, {twice, back}, dtype, quant);
  const int32_t units = Between(choices, 1, 5);
  const bool codes = dtype == DType::kInt8;
  const QuantParams weights = codes ? PerTensor(0.01F, 0) : QuantParams{};
  const int w =
      chain.Constant(dtype, {units, depth}, choices.Values(dtype, units * depth), weights);
  const int bias = chain.Constant(codes ? DType::kInt32 : dtype, {units},
                                  std::vector<std::byte>(static_cast<size_t>(units) * 4),
                                  codes ? PerTensor(quant.scale() * 0.01F, 0) : QuantParams{});
  schema::FullyConnectedOptionsT options;
  const int y = chain.Op(OpCode::kFULLY_CONNECTED, MakeOptions(options), {flat, w, bias}, dtype,
                         SomeQuant(choices, dtype), codes ? 4 : 1);
  return chain.Finish({y, rows});
}

// An image cut where the run says, a convolution behind it.
DynamicModel SliceThenConv(Choices& choices, DType dtype) {
  ChainBuilder chain;
  const QuantParams quant = SomeQuant(choices, dtype);
  const int32_t depth = Between(choices, 1, 3);
  const int x = chain.Data(choices, dtype, {1, 9, 8, depth}, quant);
  std::vector<int32_t> begins;
  const int begin = chain.Computed({4}, [&]() -> std::vector<int32_t> {
    begins.push_back(Between(choices, 0, 4));
    return {0, begins.back(), Between(choices, 0, 3), 0};
  });
  const int size = chain.Computed({4}, [&]() -> std::vector<int32_t> {
    return {-1, Between(choices, 3, 5), Between(choices, 3, 5), -1};
  });
  const int cut = chain.Op(OpCode::kSLICE, nullptr, {x, begin, size}, dtype, quant);
  const bool codes = dtype == DType::kInt8;
  const int32_t filters = Between(choices, 1, 4);
  const QuantParams weights = codes ? PerTensor(0.01F, 0) : QuantParams{};
  const int w = chain.Constant(dtype, {filters, 3, 3, depth},
                               choices.Values(dtype, filters * 9 * depth), weights);
  const int bias = chain.Constant(codes ? DType::kInt32 : dtype, {filters},
                                  std::vector<std::byte>(static_cast<size_t>(filters) * 4),
                                  codes ? PerTensor(quant.scale() * 0.01F, 0) : QuantParams{});
  schema::Conv2DOptionsT options;
  options.padding = choices.Coin() ? schema::Padding::SAME : schema::Padding::VALID;
  options.stride_h = options.stride_w = Between(choices, 1, 2);
  const int y = chain.Op(OpCode::kCONV_2D, MakeOptions(options), {cut, w, bias}, dtype,
                         SomeQuant(choices, dtype), codes ? 3 : 1);
  schema::Pool2DOptionsT pool;
  pool.padding = schema::Padding::SAME;
  pool.stride_h = pool.stride_w = pool.filter_height = pool.filter_width = 2;
  const int pooled =
      chain.Op(OpCode::kMAX_POOL_2D, MakeOptions(pool), {cut}, dtype, quant, codes ? 2 : 1);
  return chain.Finish({y, pooled});
}

// The rows where a computed condition holds, gathered.
DynamicModel WhereThenGather(Choices& choices, DType dtype) {
  ChainBuilder chain;
  const QuantParams quant = SomeQuant(choices, dtype);
  const auto dims = choices.Extents(Between(choices, 1, 3), 1, 5);
  const int x = chain.Data(choices, dtype, dims, quant);
  const int y = chain.Data(choices, DType::kInt32, dims, {});
  const int limit = chain.Input(DType::kInt32, {1}, {}, [&] {
    return BytesOf(std::vector<int32_t>{Between(choices, -2000000000, 2000000000)});
  });
  const int mask = chain.Op(OpCode::kGREATER, nullptr, {y, limit}, DType::kBool);
  const int rows = chain.Op(OpCode::kWHERE, nullptr, {mask}, DType::kInt64);
  const int found = chain.Op(OpCode::kGATHER_ND, nullptr, {x, rows}, dtype, quant);
  schema::ShapeOptionsT options;
  options.out_type = schema::TensorType::INT32;
  const int shape = chain.Op(OpCode::kSHAPE, MakeOptions(options), {found}, DType::kInt32);
  return chain.Finish({rows, found, shape});
}

// range(0, n) tiled, filled and joined: shapes that follow from shapes that follow from values.
DynamicModel RangeTileFill(Choices& choices, DType /*dtype*/) {
  ChainBuilder chain;
  const int n = chain.Computed({}, [&] { return std::vector<int32_t>{Between(choices, 1, 7)}; });
  const int zero = chain.Constant(DType::kInt32, {}, BytesOf(std::vector<int32_t>{0}));
  const int step = chain.Constant(DType::kInt32, {}, BytesOf(std::vector<int32_t>{1}));
  const int range = chain.Op(OpCode::kRANGE, nullptr, {zero, n, step}, DType::kInt32);
  const int times =
      chain.Computed({1}, [&] { return std::vector<int32_t>{Between(choices, 1, 3)}; });
  const int tiled = chain.Op(OpCode::kTILE, nullptr, {range, times}, DType::kInt32);
  schema::ShapeOptionsT options;
  options.out_type = schema::TensorType::INT32;
  const int shape = chain.Op(OpCode::kSHAPE, MakeOptions(options), {tiled}, DType::kInt32);
  const int filled = chain.Op(OpCode::kFILL, nullptr, {shape, n}, DType::kInt32);
  return ReadAndFinish(
      chain,
      chain.Op(OpCode::kADD, MakeOptions(schema::AddOptionsT{}), {tiled, filled}, DType::kInt32),
      DType::kInt32, {});
}

DynamicModel ResizeImage(Choices& choices, DType dtype) {
  ChainBuilder chain;
  const QuantParams quant = SomeQuant(choices, dtype);
  const int x = chain.Data(choices, dtype, {1, 4, 5, 2}, quant);
  const int size = chain.Computed({2}, [&] { return choices.Extents(2, 1, 9); });
  const bool near = choices.Coin();
  const auto options = near ? MakeOptions(schema::ResizeNearestNeighborOptionsT{})
                            : MakeOptions(schema::ResizeBilinearOptionsT{});
  const OpCode code = near ? OpCode::kRESIZE_NEAREST_NEIGHBOR : OpCode::kRESIZE_BILINEAR;
  const int y = chain.Op(code, options, {x, size}, dtype, quant, 3);
  return ReadAndFinish(chain, y, dtype, quant);
}

DynamicModel StridedSlice(Choices& choices, DType dtype) {
  ChainBuilder chain;
  const QuantParams quant = SomeQuant(choices, dtype);
  const int x = chain.Data(choices, dtype, {6, 7}, quant);
  const auto list = [&](int32_t low, int32_t high) {
    return chain.Computed({2}, [&choices, low, high] { return choices.Extents(2, low, high); });
  };
  const int begin = list(0, 2);
  const int end = list(3, 8);
  const int strides = list(1, 2);
  const int y = chain.Op(OpCode::kSTRIDED_SLICE, MakeOptions(schema::StridedSliceOptionsT{}),
                         {x, begin, end, strides}, dtype, quant, 2);
  return ReadAndFinish(chain, y, dtype, quant);
}

DynamicModel PadThenTranspose(Choices& choices, DType dtype) {
  ChainBuilder chain;
  const QuantParams quant = SomeQuant(choices, dtype);
  const int x = chain.Data(choices, dtype, {2, 3, 2}, quant);
  const int pads = chain.Computed({3, 2}, [&] { return choices.Extents(6, 0, 2); });
  const int padded = chain.Op(OpCode::kPAD, nullptr, {x, pads}, dtype, quant, 2);
  const int order = chain.Computed({3}, [&] {
    std::vector<int32_t> axes = {0, 1, 2};
    std::swap(axes[0], axes[static_cast<size_t>(choices.Integer(0, 2))]);
    std::swap(axes[1], axes[static_cast<size_t>(choices.Integer(1, 2))]);
    return axes;
  });
  const int y = chain.Op(OpCode::kTRANSPOSE, nullptr, {padded, order}, dtype, quant, 2);
  return ReadAndFinish(chain, y, dtype, quant);
}

}  // namespace

std::optional<DynamicModel> WithComputedOperands(const OneOpModel& op) {
  DynamicModel made{op.model(), {op.values()}};
  Subgraph& graph = made.model.subgraphs[0];
  std::vector<OpNode> before;
  for (int& operand : graph.ops[0].inputs) {
    if (operand < 0) continue;
    TensorInfo& constant = graph.tensors[static_cast<size_t>(operand)];
    const auto bytes = made.model.Constant(constant);
    const bool integers = constant.dtype == DType::kInt32 || constant.dtype == DType::kInt64;
    if (bytes.empty() || (!integers && graph.ops[0].code != OpCode::kRANGE)) continue;
    made.runs[0].emplace_back(bytes.begin(), bytes.end());
    constant.buffer = 0;
    graph.inputs.push_back(operand);
    TensorInfo computed = constant;
    computed.name += "_computed";
    OpNode node;
    node.code = OpCode::kMAXIMUM;
    node.options = std::make_shared<const OpOptions>();
    node.inputs = {operand, operand};
    operand = static_cast<int>(graph.tensors.size());
    node.outputs = {operand};
    before.push_back(std::move(node));
    graph.tensors.push_back(std::move(computed));
  }
  if (before.empty()) return std::nullopt;
  graph.ops.insert(graph.ops.begin(), before.begin(), before.end());
  return made;
}

std::vector<DynamicCase> DynamicCases() {
  std::vector<DynamicCase> cases;
  using enum DType;
  constexpr double kOrder = 1e-5;  // sums in another order
  AddEach(cases, "ReshapeThenDense", &ReshapeThenDense, {kFloat32, kInt8}, kOrder);
  AddEach(cases, "SliceThenConv", &SliceThenConv, {kFloat32, kInt8}, kOrder);
  AddEach(cases, "WhereThenGather", &WhereThenGather, {kFloat32, kInt8, kInt32}, kOrder);
  AddEach(cases, "RangeTileFill", &RangeTileFill, {kInt32}, kOrder);
  AddEach(cases, "ResizeImage", &ResizeImage, {kFloat32, kInt8}, kOrder);
  AddEach(cases, "StridedSlice", &StridedSlice, {kFloat32, kInt8, kInt32}, kOrder);
  AddEach(cases, "PadThenTranspose", &PadThenTranspose, {kFloat32, kInt8, kInt32}, kOrder);
  return cases;
}

}  // namespace quantgate
