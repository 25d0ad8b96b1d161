#include <gtest/gtest.h>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"

namespace quantgate {
namespace {

struct DenseCase {
  Shape in;
  int depth, units;
  bool bias, keep_dims;
  schema::ActivationFunctionType activation;
};

Reals Dense(const DenseCase& c, const std::vector<Reals>& inputs) {
  const int batches = static_cast<int>(c.in.num_elements()) / c.depth;
  std::vector<int32_t> dims = {batches, c.units};
  if (c.keep_dims) {
    dims.assign(c.in.dims().begin(), c.in.dims().end());
    dims.back() = c.units;
  }
  Reals out(*Shape::Make(dims));
  for (int b = 0; b < batches; ++b) {
    for (int u = 0; u < c.units; ++u) {
      double sum = c.bias ? inputs[2].at({u}) : 0.0;
      for (int d = 0; d < c.depth; ++d) {
        sum += inputs[0].values[static_cast<size_t>(b * c.depth + d)] * inputs[1].at({u, d});
      }
      out.values[static_cast<size_t>(b * c.units + u)] = Activate(c.activation, sum);
    }
  }
  return out;
}

OpCase CaseOf(const DenseCase& c, Role weights) {
  schema::FullyConnectedOptionsT options;
  options.fused_activation_function = c.activation;
  options.keep_num_dims = c.keep_dims;
  OpCase op;
  op.code = OpCode::kFULLY_CONNECTED;
  op.options = MakeOptions(options);
  op.inputs = {{Role::kData, c.in}, {weights, Shape{c.units, c.depth}, 0}};
  if (c.bias) op.inputs.push_back({Role::kBias, Shape{c.units}});
  op.compute = [=](const std::vector<Reals>& inputs) { return Dense(c, inputs); };
  op.terms = c.depth + 1;
  return op;
}

DenseCase AnyCase(Random& random) {
  DenseCase c{};
  c.depth = random.Int(1, 40);
  c.units = random.Int(1, 12);
  c.in = random.Chance(0.5) ? Shape{random.Int(1, 3), c.depth}
                            : Shape{random.Int(1, 2), random.Int(1, 3), c.depth};
  c.bias = random.Chance(0.7);
  c.keep_dims = random.Chance(0.3);
  c.activation = AnyActivation(random);
  return c;
}

TEST(FullyConnected, PerTensorEqualsItsDefinition) {
  QG_SEED(20240710U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    CheckAllTypes(CaseOf(AnyCase(random), Role::kPerTensor), random);
  }
}

// The scales of every unit are honoured; TensorFlow Lite 2.9 applies the first to all.
TEST(FullyConnected, PerAxisEqualsItsDefinition) {
  QG_SEED(20240711U);
  for (int i = 0; i < 200 && !testing::Test::HasFatalFailure(); ++i) {
    CheckInt8(CaseOf(AnyCase(random), Role::kPerAxis), random);
  }
}

TEST(FullyConnected, InputsOfAnyRankAreFlattened) {
  OpTester op(OpCode::kFULLY_CONNECTED);
  op.Input(DType::kFloat32, Shape{2, 2, 3});
  op.Input(DType::kFloat32, Shape{1, 6});
  op.Output(DType::kFloat32);
  EXPECT_EQ(op.OutputShape(), (Shape{2, 1}));
}

OpTester GoodDense() {
  OpTester op(OpCode::kFULLY_CONNECTED);
  op.Input(DType::kInt8, Shape{2, 6}, PerTensor(0.5F, 0));
  op.Input(DType::kInt8, Shape{3, 6}, PerTensor(0.5F, 0));
  op.Input(DType::kInt32, Shape{3});
  op.Output(DType::kInt8, PerTensor(0.5F, 0));
  return op;
}

template <class Change>
std::string ErrorAfter(const Change& change) {
  OpTester op = GoodDense();
  change(op);
  return op.Error();
}

TEST(FullyConnected, PrepareErrorsSayWhatIsWrong) {
  EXPECT_EQ(ErrorAfter([](OpTester&) {}), "");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[1].shape = Shape{18}; }),
            "model: weights [18] do not fit input [2,6]");
  EXPECT_EQ(ErrorAfter([](OpTester& op) {
              op.inputs[0].shape = Shape{2, 5};
            }),
            "model: weights [3,6] do not fit input [2,5]");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[1].quant = {}; }),
            "model: 'input1' weights carry no scale");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.output.quant = {}; }),
            "model: 'output' needs one scale and zero point, has 0");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[2].shape = Shape{2}; }),
            "model: 'input2' bias of shape [2] for 3 output channels");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[1].dtype = DType::kUInt8; }),
            "unsupported: no kernel for types int8, uint8, int32 -> int8");
}

TEST(FullyConnected, OptionsWithoutAKernelAreRefused) {
  EXPECT_EQ(ErrorAfter([](OpTester& op) {
              schema::FullyConnectedOptionsT options;
              options.weights_format = schema::FullyConnectedOptionsWeightsFormat::SHUFFLED4x16INT8;
              op.options = MakeOptions(options);
            }),
            "unsupported: shuffled weights");
  EXPECT_EQ(ErrorAfter([](OpTester& op) {
              schema::FullyConnectedOptionsT options;
              options.keep_num_dims = true;
              op.options = MakeOptions(options);
              op.inputs[0].shape = Shape{2, 2, 3};
            }),
            "model: keep_num_dims with input [2,2,3] and weights [3,6]");
}

// A scale product beyond float32's range is infinite; the kernel must survive it.
TEST(FullyConnected, ScalesOfAbsurdSizeSaturate) {
  OpTester op = GoodDense();
  op.inputs[0].quant.scales[0] = 1e30F;
  op.inputs[1].quant.scales[0] = 1e30F;
  const auto got = op.Run({ToBytes(std::vector<int8_t>(12, 1)), ToBytes(std::vector<int8_t>(18, 1)),
                           ToBytes(std::vector<int32_t>(3, 0))});
  EXPECT_EQ(got.size(), 6U);
}

}  // namespace
}  // namespace quantgate
