#include "tests/harness/inspection/lint_cases.h"

#include <functional>

#include "harness/quantization/scheme_table.h"
#include "tests/harness/quantization/small_model.h"
#include "tests/support/model_builder.h"
#include "tests/support/random.h"
#include "tests/support/recurrent_models.h"

namespace quantgate {
namespace {

TensorInfo& Tensor(Model& model, size_t index) { return model.subgraphs[0].tensors.at(index); }
OpNode& Op(Model& model, size_t index) { return model.subgraphs[0].ops.at(index); }

Model Changed(Model model, const std::function<void(Model&)>& change) {
  change(model);
  return model;
}

// x 0 -> RELU -> y 1, both int8 [1,4].
Model Relu() {
  ModelBuilder builder;
  const int x = builder.AddInput("x", DType::kInt8, Shape{1, 4}, PerTensor(0.1F, 0));
  const int y = builder.AddTensor("y", DType::kInt8, Shape{1, 4}, PerTensor(0.05F, -128));
  builder.AddOp(OpCode::kRELU, {x}, {y});
  Model model = builder.Build({y});
  Op(model, 0).version = 2;
  return model;
}

// The same with a second operator of this type behind it: y 1 -> z 2.
Model ReluThen(OpCode code, DType middle, const QuantParams& middle_quant) {
  Model model = Relu();
  TensorInfo z = Tensor(model, 1);
  z.name = "z";
  Tensor(model, 1).dtype = middle;
  Tensor(model, 1).quant = middle_quant;
  model.subgraphs[0].tensors.push_back(z);
  OpNode op = Op(model, 0);
  op.code = code;
  op.inputs = {1};
  op.outputs = {2};
  op.version = 2;
  model.subgraphs[0].ops.push_back(op);
  model.subgraphs[0].outputs = {2};
  return model;
}

// x 0 -> FULLY_CONNECTED with 2 units, w 1, b 2 -> y 3; int8.
Model Dense() {
  ModelBuilder builder;
  const int x = builder.AddInput("x", DType::kInt8, Shape{1, 4}, PerTensor(0.5F, -128));
  const int w = builder.AddConstant(
      "w", Shape{2, 4}, std::vector<int8_t>{1, 2, 3, 4, 5, 6, 7, -127}, PerTensor(0.25F, 0));
  const int b =
      builder.AddConstant("b", Shape{2}, std::vector<int32_t>{100, -100}, PerTensor(0.125F, 0));
  const int y = builder.AddTensor("y", DType::kInt8, Shape{1, 2}, PerTensor(1.0F, 0));
  builder.AddOp(OpCode::kFULLY_CONNECTED, {x, w, b}, {y});
  Model model = builder.Build({y});
  Op(model, 0).version = 4;
  return model;
}

// Dense without its bias: w 1, y 2.
Model DenseWithoutBias(DType in, DType weights, const QuantParams& weight_quant) {
  ModelBuilder builder;
  const QuantParams quant = in == DType::kInt8 ? PerTensor(0.5F, 0) : QuantParams{};
  const int x = builder.AddInput("x", in, Shape{1, 4}, quant);
  const size_t bytes = ByteSize(weights, Shape{2, 4});
  const int w = builder.AddConstantBytes("w", weights, Shape{2, 4}, std::vector<std::byte>(bytes),
                                         weight_quant);
  const int y = builder.AddTensor("y", in, Shape{1, 2}, quant);
  builder.AddOp(OpCode::kFULLY_CONNECTED, {x, w}, {y});
  Model model = builder.Build({y});
  Op(model, 0).version = 4;
  return model;
}

// Two dense layers in a row whose outputs both range over 25.5.
Model DenseTwice() {
  ModelBuilder builder;
  const auto add = [&](int x, const std::string& name) {
    const int w = builder.AddConstant(name + "/w", Shape{4, 4}, std::vector<int8_t>(16, 1),
                                      PerTensor(0.01F, 0));
    const int y = builder.AddTensor(name, DType::kInt8, Shape{1, 4}, PerTensor(0.1F, 7));
    builder.AddOp(OpCode::kFULLY_CONNECTED, {x, w}, {y});
    return y;
  };
  const int x = builder.AddInput("x", DType::kInt8, Shape{1, 4}, PerTensor(0.5F, 0));
  Model model = builder.Build({add(add(x, "y"), "z")});
  for (OpNode& op : model.subgraphs[0].ops) op.version = 4;
  return model;
}

// 70,000 inputs at -128 + 255 times as many weights of 127 sum to 2.27e9, past 2^31.
Model Overflowing() {
  constexpr int kInputs = 70000;
  ModelBuilder builder;
  const int x = builder.AddInput("x", DType::kInt8, Shape{1, kInputs}, PerTensor(0.5F, -128));
  const int w = builder.AddConstant("w", Shape{1, kInputs}, std::vector<int8_t>(kInputs, 127),
                                    PerTensor(0.25F, 0));
  const int y = builder.AddTensor("y", DType::kInt8, Shape{1, 1}, PerTensor(1000.0F, 0));
  builder.AddOp(OpCode::kFULLY_CONNECTED, {x, w}, {y});
  Model model = builder.Build({y});
  Op(model, 0).version = 4;
  return model;
}

// Filter scales along its height instead of along the output channels.
Model ConvAlongHeight() {
  ModelBuilder builder;
  const int x = builder.AddInput("x", DType::kInt8, Shape{1, 4, 4, 1}, PerTensor(0.5F, 0));
  const int w = builder.AddConstant("w", Shape{2, 3, 3, 1}, std::vector<int8_t>(18, 1),
                                    QuantParams{{0.1F, 0.1F, 0.1F}, {0, 0, 0}, 1});
  const int y = builder.AddTensor("y", DType::kInt8, Shape{1, 4, 4, 2}, PerTensor(1.0F, 0));
  const int b = builder.AddConstant("b", Shape{2}, std::vector<int32_t>(2), PerTensor(0.05F, 0));
  builder.AddOp(OpCode::kCONV_2D, {x, w, b}, {y});
  Model model = builder.Build({y});
  Op(model, 0).version = 3;
  return model;
}

// Float, and no bias.
Model ConvWithoutBias() {
  ModelBuilder builder;
  const int x = builder.AddInput("x", DType::kFloat32, Shape{1, 4, 4, 1});
  const int w = builder.AddConstant("w", Shape{2, 3, 3, 1}, std::vector<float>(18, 1));
  const int y = builder.AddTensor("y", DType::kFloat32, Shape{1, 4, 4, 2});
  builder.AddOp(OpCode::kCONV_2D, {x, w}, {y});
  return builder.Build({y});
}

// x 0 + c 1 -> y 2, the second a constant.
Model Sum(DType second, float out_scale) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", DType::kInt8, Shape{1, 4}, PerTensor(1.0F, 0));
  const int c = builder.AddConstantBytes("c", second, Shape{1, 4},
                                         std::vector<std::byte>(ByteSize(second, Shape{1, 4})),
                                         PerTensor(1.0F, 0));
  const int y = builder.AddTensor("y", DType::kInt8, Shape{1, 4}, PerTensor(out_scale, 0));
  builder.AddOp(OpCode::kADD, {x, c}, {y});
  Model model = builder.Build({y});
  Op(model, 0).version = 2;
  return model;
}

void AddTensorCases(std::map<std::string, Model>& cases) {
  const auto relu = [&](const char* code, const std::function<void(Model&)>& change) {
    cases[code] = Changed(Relu(), change);
  };
  relu("QL001", [](Model& m) { Tensor(m, 1).quant.scales = {0.0F}; });
  relu("QL002", [](Model& m) { Tensor(m, 1).quant.scales = {1e-40F}; });
  relu("QL003", [](Model& m) { Tensor(m, 1).quant.scales = {0x1p21F}; });
  relu("QL004", [](Model& m) { Tensor(m, 1).quant.zero_points = {128}; });
  relu("QL005", [](Model& m) {
    Tensor(m, 0).dtype = Tensor(m, 1).dtype = DType::kInt16;
    Tensor(m, 1).quant.zero_points = {5};
  });
  relu("QL006", [](Model& m) { Tensor(m, 1).zero_points_filled_in = true; });
  relu("QL007", [](Model& m) { Tensor(m, 1).stored_axis = 2; });
  relu("QL008", [](Model& m) { Tensor(m, 1).stored_axis = 1; });
  relu("QL009", [](Model& m) {
    Tensor(m, 1).quant = {std::vector<float>(4, 0.1F), std::vector<int32_t>(4), 1};
  });
  relu("QL010", [](Model& m) {
    Tensor(m, 0).dtype = Tensor(m, 1).dtype = DType::kUInt8;
    Tensor(m, 0).quant = {std::vector<float>(4, 0.1F), std::vector<int32_t>(4), 1};
    Tensor(m, 1).quant.zero_points = {0};
  });
  relu("QL011", [](Model& m) {
    Tensor(m, 0).dtype = Tensor(m, 1).dtype = DType::kFloat32;
    Tensor(m, 0).quant = {};
  });
  relu("QL031", [](Model& m) { Tensor(m, 0).quant = {}; });
  relu("QL032", [](Model& m) { Op(m, 0).version = 99; });
  relu("QL033", [](Model& m) { Op(m, 0).version = 1; });
  relu("QL034", [](Model& m) { m.subgraphs[0].inputs.clear(); });
  relu("QL036", [](Model& m) {
    m.subgraphs[0].tensors.push_back(Tensor(m, 0));
    Tensor(m, 2).name = "z";
  });
}

void AddWeightCases(std::map<std::string, Model>& cases) {
  const auto dense = [&](const char* code, const std::function<void(Model&)>& change) {
    cases[code] = Changed(Dense(), change);
  };
  cases["QL012"] = Changed(QuantizedModel("int8"), [](Model& m) {
    Tensor(m, 1).quant.zero_points = {1, 1};
  });
  dense("QL013", [](Model& m) {
    const auto buffer = static_cast<size_t>(Tensor(m, 1).buffer);
    m.buffers[buffer] = ConstBytes(ToBytes(std::vector<int8_t>{1, 2, 3, 4, 5, 6, 7, -128}));
  });
  cases["QL014"] = QuantizedModel("int8-per-tensor");
  cases["QL015"] = ConvAlongHeight();
  dense("QL016", [](Model& m) { Tensor(m, 1).quant = {{0.25F, 0.25F}, {0, 0}, 0}; });
  cases["QL017"] = DenseWithoutBias(DType::kFloat32, DType::kUInt8, PerTensor(0.1F, 128));
  cases["QL018"] = DenseWithoutBias(DType::kInt8, DType::kFloat32, {});
  dense("QL019", [](Model& m) { Tensor(m, 3).quant.scales = {0.125F}; });
  dense("QL020", [](Model& m) {
    Tensor(m, 2).dtype = DType::kFloat32;
    Tensor(m, 2).quant = {};
  });
  dense("QL021", [](Model& m) { Tensor(m, 2).quant = {}; });
  dense("QL022", [](Model& m) { Tensor(m, 2).quant.scales = {0.1255F}; });
  dense("QL023", [](Model& m) { Tensor(m, 2).quant.zero_points = {1}; });
  dense("QL024", [](Model& m) {
    const auto buffer = static_cast<size_t>(Tensor(m, 2).buffer);
    m.buffers[buffer] = ConstBytes(ToBytes(std::vector<int32_t>{0, -3 * (1 << 29) - 1}));
  });
  cases["QL025"] = Overflowing();
  cases["QL040"] = ConvWithoutBias();
}

void AddGraphCases(std::map<std::string, Model>& cases) {
  Random random(20261136U);
  cases["QL041"] = SvdfModel(random, 3, 1);
  cases["QL026"] =
      Changed(QuantizedModel("int8"), [](Model& m) { Tensor(m, 8).quant.scales = {1.0F / 128}; });
  cases["QL027"] = Changed(Relu(), [](Model& m) { Op(m, 0).code = OpCode::kTRANSPOSE; });
  cases["QL028"] = Sum(DType::kInt8, 1e-6F);
  cases["QL029"] = ReluThen(OpCode::kQUANTIZE, DType::kFloat32, {});
  cases["QL030"] = Sum(DType::kInt16, 1.0F);
  cases["QL035"] = Changed(ReluThen(OpCode::kRELU, DType::kInt8, PerTensor(0.1F, 0)),
                           [](Model& m) { m.subgraphs[0].outputs = {1}; });
  cases["QL037"] = Changed(ReluThen(OpCode::kRELU, DType::kInt8, PerTensor(0.1F, 0)),
                           [](Model& m) { Tensor(m, 2).name = "y"; });
  cases["QL038"] = Changed(Relu(), [](Model& m) {
    Op(m, 0).code = OpCode::kDEQUANTIZE;
    Tensor(m, 1).dtype = DType::kFloat32;
    Tensor(m, 1).quant = {};
  });
  cases["QL039"] = DenseTwice();
}

}  // namespace

Model QuantizedModel(const char* scheme) { return *QuantizeSmallModel(OptionsFor(scheme)).model; }

Model QuantizedWithOneRange(const Model& model, const SchemeDef& scheme) {
  QuantizeOptions options;
  options.scheme = &scheme;
  options.activations.default_range = DefaultRange{-10, 10};
  const auto quantized = QuantizeModel(model, nullptr, options);
  if (!quantized.ok()) {
    CheckFailed("quantize", quantized.error().ToString().c_str(), __FILE__, __LINE__);
  }
  return *quantized->model;
}

std::map<std::string, Model> PlantedModels() {
  std::map<std::string, Model> cases;
  AddTensorCases(cases);
  AddWeightCases(cases);
  AddGraphCases(cases);
  return cases;
}

}  // namespace quantgate
