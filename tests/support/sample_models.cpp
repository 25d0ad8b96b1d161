#include "tests/support/sample_models.h"

#include <cmath>

#include "reference/model/op_options.h"
#include "tests/support/model_builder.h"

namespace quantgate {
namespace {

std::shared_ptr<const SparseLayout> SomeSparsity() {
  auto layout = std::make_shared<SparseLayout>();
  layout->traversal_order = {0, 1};
  layout->dimensions = {{false, 2, {}, {}}, {true, 0, {0, 1, 2}, {1, 3}}};
  return layout;
}

void AddSecondSubgraph(Model& model) {
  Subgraph second;
  second.name = "second";
  TensorInfo in;
  in.name = "x";
  in.shape = Shape{3};
  TensorInfo out = in;
  out.name = "y";
  second.tensors = {in, out};
  second.inputs = {0};
  second.outputs = {1};
  OpNode op;
  op.code = OpCode::kSTABLEHLO_CBRT;
  op.inputs = {0};
  op.outputs = {1};
  op.options = std::make_shared<const OpOptions>();
  second.ops.push_back(op);
  model.subgraphs.push_back(second);
}

void AddNames(Model& model) {
  model.description = "every corner";
  model.buffers.emplace_back(ToBytes(std::vector<char>{'1', '.', '5'}));
  model.metadata = {{"min_runtime_version", static_cast<int>(model.buffers.size()) - 1}};
  model.signatures = {{"serve", 0, {{"in", 0}}, {{"out", 1}}}, {"second", 1, {{"x", 0}}, {}}};
}

// Values in (-1, 1) without a visible pattern.
std::vector<float> Wave(size_t count, double step) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) {
    values[i] = static_cast<float>(std::sin(step * static_cast<double>(i + 1)));
  }
  return values;
}

}  // namespace

Model EveryCornerModel() {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kInt8, Shape{1, 4}, PerTensor(0.5F, -3));
  const int out = builder.AddTensor("out", DType::kInt8, Shape{1, 2}, PerTensor(0.25F, 1));
  const int weights =
      builder.AddConstant("weights", Shape{2, 4}, std::vector<int8_t>{1, 2, 3, 4, -1, -2, -3, -4},
                          QuantParams{{0.5F, 0.125F}, {0, 0}, 0});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {in, weights, -1}, {out},
                MakeOptions(schema::FullyConnectedOptionsT{}));
  const int packed = builder.AddConstantBytes(
      "packed", DType::kInt4, Shape{3}, ToBytes(std::vector<uint8_t>{0x21, 0x0F}));  // 2 of 3 bytes
  const int sparse = builder.AddConstantBytes("sparse", DType::kFloat32, Shape{2, 4},
                                              ToBytes(std::vector<float>{1.5F, -2.5F}));
  const int custom = builder.AddTensor("custom_out", DType::kFloat32, Shape{});
  builder.AddOp(OpCode::kCUSTOM, {packed, sparse}, {custom});
  Model model = builder.Build({out});
  std::vector<TensorInfo>& tensors = model.subgraphs[0].tensors;
  tensors[0].shape_signature = {-1, 4};
  tensors[0].recorded_min = {-1.0F};
  tensors[0].recorded_max = {2.0F};
  tensors[static_cast<size_t>(packed)].blockwise = BlockwiseParams{2, -1, 32};
  tensors[static_cast<size_t>(sparse)].sparsity = SomeSparsity();
  tensors[static_cast<size_t>(custom)].has_rank = true;
  OpNode& op = model.subgraphs[0].ops.back();
  op.custom_code = "MyOp";
  op.version = 7;
  op.custom_options = {1, 2, 255};
  op.intermediates = {-1, 0};
  op.mutating_variable_inputs = {true, false};
  AddSecondSubgraph(model);
  AddNames(model);
  return model;
}

Model SmallFloatModel() {
  ModelBuilder builder;
  const int in = builder.AddInput("in", DType::kFloat32, Shape{1, 4, 4, 1});
  const int filter = builder.AddConstant("conv/w", Shape{2, 3, 3, 1}, Wave(18, 0.7));
  const int bias = builder.AddConstant("conv/b", Shape{2}, std::vector<float>{0.1F, -0.2F});
  const int conv = builder.AddTensor("conv", DType::kFloat32, Shape{1, 4, 4, 2});
  schema::Conv2DOptionsT conv_options;
  conv_options.stride_h = conv_options.stride_w = 1;
  conv_options.fused_activation_function = schema::ActivationFunctionType::RELU;
  builder.AddOp(OpCode::kCONV_2D, {in, filter, bias}, {conv}, MakeOptions(conv_options));
  const int flat = builder.AddTensor("flat", DType::kFloat32, Shape{1, 32});
  schema::ReshapeOptionsT reshape;
  reshape.new_shape = {1, 32};
  builder.AddOp(OpCode::kRESHAPE, {conv}, {flat}, MakeOptions(reshape));
  const int dense_weights = builder.AddConstant("fc/w", Shape{3, 32}, Wave(96, 1.3));
  const int dense_bias =
      builder.AddConstant("fc/b", Shape{3}, std::vector<float>{0.0F, 0.5F, -0.5F});
  const int logits = builder.AddTensor("logits", DType::kFloat32, Shape{1, 3});
  builder.AddOp(OpCode::kFULLY_CONNECTED, {flat, dense_weights, dense_bias}, {logits},
                MakeOptions(schema::FullyConnectedOptionsT{}));
  const int out = builder.AddTensor("probabilities", DType::kFloat32, Shape{1, 3});
  schema::SoftmaxOptionsT softmax;
  softmax.beta = 1.0F;
  builder.AddOp(OpCode::kSOFTMAX, {logits}, {out}, MakeOptions(softmax));
  return *builder.Finish({out});
}

std::shared_ptr<const Model> PositiveValues() {
  ModelBuilder b;
  const int x = b.AddInput("x", DType::kFloat32, Shape{4});
  const int zero = b.AddConstant<float>("zero", Shape{}, {0});
  const int mask = b.AddTensor("mask", DType::kBool, Shape{4});
  const int rows = b.AddTensor("rows", DType::kInt64, Shape{});
  const int values = b.AddTensor("values", DType::kFloat32, Shape{});
  b.AddOp(OpCode::kGREATER, {x, zero}, {mask});
  b.AddOp(OpCode::kWHERE, {mask}, {rows});
  b.AddOp(OpCode::kGATHER_ND, {x, rows}, {values});
  return b.Finish({values});
}

}  // namespace quantgate
