#include <gtest/gtest.h>

#include "tests/reference/ops/op_tester.h"
#include "tests/reference/ops/oracle.h"
#include "tests/reference/ops/window.h"

namespace quantgate {
namespace {

struct ConvCase {
  schema::Padding padding;
  schema::ActivationFunctionType activation;
  int stride_h, stride_w, dilation_h, dilation_w;
  Shape in, filter;
  int out_channels;
  bool bias;
};

// A filter, and an input that a VALID window of it fits into.
ConvCase AnyGeometry(Random& random, int in_channels, int filter_channels, int out_channels,
                     bool depthwise) {
  ConvCase c{};
  c.padding = random.Chance(0.5) ? schema::Padding::SAME : schema::Padding::VALID;
  c.activation = AnyActivation(random);
  c.stride_h = random.Int(1, 3);
  c.stride_w = random.Int(1, 3);
  c.dilation_h = random.Int(1, 3);
  c.dilation_w = random.Int(1, 3);
  const int filter_h = random.Int(1, 4);
  const int filter_w = random.Int(1, 4);
  const bool valid = c.padding == schema::Padding::VALID;
  const int least_h = valid ? (filter_h - 1) * c.dilation_h + 1 : 1;
  const int least_w = valid ? (filter_w - 1) * c.dilation_w + 1 : 1;
  c.in = Shape{random.Int(1, 2), random.Int(least_h, least_h + 8), random.Int(least_w, least_w + 8),
               in_channels};
  c.filter = depthwise ? Shape{1, filter_h, filter_w, out_channels}
                       : Shape{out_channels, filter_h, filter_w, filter_channels};
  c.out_channels = out_channels;
  c.bias = random.Chance(0.7);
  return c;
}

// One output by the definition: every tap of the window that lies inside, every channel.
double OneOutput(const ConvCase& c, bool depthwise, const std::vector<Reals>& inputs, int n, int y,
                 int x, int o) {
  const int per_output = depthwise ? 1 : c.filter.dim(3);
  const int groups = c.in.dim(3) / per_output;
  const int first = o / (c.out_channels / groups) * per_output;
  double sum = c.bias ? inputs[2].at({o}) : 0.0;
  for (int i = 0; i < c.filter.dim(1); ++i) {
    for (int j = 0; j < c.filter.dim(2); ++j) {
      const int iy = y + i * c.dilation_h;
      const int ix = x + j * c.dilation_w;
      if (iy < 0 || ix < 0 || iy >= c.in.dim(1) || ix >= c.in.dim(2)) continue;
      for (int k = 0; k < per_output; ++k) {
        const double weight = depthwise ? inputs[1].at({0, i, j, o}) : inputs[1].at({o, i, j, k});
        sum += inputs[0].at({n, iy, ix, first + k}) * weight;
      }
    }
  }
  return Activate(c.activation, sum);
}

Reals Convolve(const ConvCase& c, bool depthwise, const std::vector<Reals>& inputs) {
  const Window y = WindowOf(c.padding, c.in.dim(1), c.filter.dim(1), c.stride_h, c.dilation_h);
  const Window x = WindowOf(c.padding, c.in.dim(2), c.filter.dim(2), c.stride_w, c.dilation_w);
  Reals out(Shape{c.in.dim(0), y.outputs, x.outputs, c.out_channels});
  for (int n = 0; n < c.in.dim(0); ++n) {
    for (int oy = 0; oy < y.outputs; ++oy) {
      for (int ox = 0; ox < x.outputs; ++ox) {
        for (int o = 0; o < c.out_channels; ++o) {
          out.at({n, oy, ox, o}) = OneOutput(c, depthwise, inputs, n, oy * c.stride_h - y.before,
                                             ox * c.stride_w - x.before, o);
        }
      }
    }
  }
  return out;
}

template <class Table>
std::shared_ptr<const OpOptions> OptionsOf(const ConvCase& c) {
  Table table;
  table.padding = c.padding;
  table.stride_h = c.stride_h;
  table.stride_w = c.stride_w;
  table.dilation_h_factor = c.dilation_h;
  table.dilation_w_factor = c.dilation_w;
  table.fused_activation_function = c.activation;
  return MakeOptions(table);
}

OpCase CaseOf(const ConvCase& c, bool depthwise) {
  OpCase op;
  op.code = depthwise ? OpCode::kDEPTHWISE_CONV_2D : OpCode::kCONV_2D;
  op.options = depthwise ? OptionsOf<schema::DepthwiseConv2DOptionsT>(c)
                         : OptionsOf<schema::Conv2DOptionsT>(c);
  op.inputs = {{Role::kData, c.in}, {Role::kPerAxis, c.filter, depthwise ? 3 : 0}};
  if (c.bias) op.inputs.push_back({Role::kBias, Shape{c.out_channels}});
  op.compute = [=](const std::vector<Reals>& inputs) { return Convolve(c, depthwise, inputs); };
  op.terms = c.filter.dim(1) * c.filter.dim(2) * (depthwise ? 1 : c.filter.dim(3)) + 1;
  return op;
}

TEST(Convolution, Conv2DEqualsItsDefinition) {
  QG_SEED(20240701U);
  for (int i = 0; i < 150 && !testing::Test::HasFatalFailure(); ++i) {
    const int channels = random.Int(1, 5);
    CheckAllTypes(CaseOf(AnyGeometry(random, channels, channels, random.Int(1, 6), false), false),
                  random);
  }
}

TEST(Convolution, GroupedConv2DEqualsItsDefinition) {
  QG_SEED(20240702U);
  for (int i = 0; i < 60 && !testing::Test::HasFatalFailure(); ++i) {
    const int groups = random.Int(2, 3);
    const int each = random.Int(1, 3);
    const int outputs = groups * random.Int(1, 2);
    CheckAllTypes(CaseOf(AnyGeometry(random, groups * each, each, outputs, false), false), random);
  }
}

TEST(Convolution, DepthwiseEqualsItsDefinition) {
  QG_SEED(20240703U);
  for (int i = 0; i < 150 && !testing::Test::HasFatalFailure(); ++i) {
    const int channels = random.Int(1, 5);
    const int outputs = channels * random.Int(1, 3);
    CheckAllTypes(CaseOf(AnyGeometry(random, channels, 1, outputs, true), true), random);
  }
}

schema::Conv2DOptionsT UnitStride() {
  schema::Conv2DOptionsT options;
  options.stride_h = options.stride_w = 1;
  return options;
}

// Input 1..4, window 2, stride 1: the odd position of SAME lies at the end, so the last window
// loses its second tap.
TEST(Convolution, SamePaddingPutsTheOddPositionAtTheEnd) {
  OpTester op(OpCode::kCONV_2D);
  op.options = MakeOptions(UnitStride());
  op.Input(DType::kFloat32, Shape{1, 1, 4, 1});
  op.Input(DType::kFloat32, Shape{1, 1, 2, 1});
  op.Output(DType::kFloat32);
  const auto got =
      op.Run({ToBytes(std::vector<float>{1, 2, 3, 4}), ToBytes(std::vector<float>{10, 1})});
  EXPECT_EQ(FromBytes<float>(got), (std::vector<float>{12, 23, 34, 40}));
}

// The accumulator is (5 - 3) * 2 + 1 = 5, the multiplier 0.5 * 0.25 / 0.5 = 1/4, so 1.25. Rounding
// twice makes it 2: 5/2 = 2.5 goes to 3, then 3/2 = 1.5 to 2. The output's zero point is -10.
TEST(Convolution, WorkedExample) {
  OpTester op(OpCode::kCONV_2D);
  op.options = MakeOptions(UnitStride());
  op.Input(DType::kInt8, Shape{1, 1, 1, 1}, PerTensor(0.5F, 3));
  op.Input(DType::kInt8, Shape{1, 1, 1, 1}, PerTensor(0.25F, 0));
  op.Input(DType::kInt32, Shape{1}, PerTensor(0.125F, 0));
  op.Output(DType::kInt8, PerTensor(0.5F, -10));
  const auto got = op.Run({ToBytes(std::vector<int8_t>{5}), ToBytes(std::vector<int8_t>{2}),
                           ToBytes(std::vector<int32_t>{1})});
  EXPECT_EQ(FromBytes<int8_t>(got), (std::vector<int8_t>{-8}));
}

// -2.5 in the output's steps: the dense path breaks the tie upward, depthwise away from zero.
TEST(Convolution, TiesAreBrokenDifferentlyByTheTwoOperators) {
  for (const bool depthwise : {false, true}) {
    OpTester op(depthwise ? OpCode::kDEPTHWISE_CONV_2D : OpCode::kCONV_2D);
    schema::DepthwiseConv2DOptionsT options;
    options.stride_h = options.stride_w = 1;
    op.options = depthwise ? MakeOptions(options) : MakeOptions(UnitStride());
    op.Input(DType::kInt8, Shape{1, 1, 1, 1}, PerTensor(0.5F, 0));
    op.Input(DType::kInt8, Shape{1, 1, 1, 1}, PerTensor(0.25F, 0));
    op.Output(DType::kInt8, PerTensor(1.0F, 0));  // multiplier 1/8
    const auto got = op.Run({ToBytes(std::vector<int8_t>{-20}), ToBytes(std::vector<int8_t>{1})});
    EXPECT_EQ(FromBytes<int8_t>(got)[0], depthwise ? -3 : -2);
  }
}

OpTester GoodConv() {
  OpTester op(OpCode::kCONV_2D);
  op.options = MakeOptions(UnitStride());
  op.Input(DType::kInt8, Shape{1, 4, 4, 2}, PerTensor(0.5F, 0));
  op.Input(DType::kInt8, Shape{2, 3, 3, 2}, QuantParams{{0.5F, 0.25F}, {0, 0}, 0});
  op.Input(DType::kInt32, Shape{2});
  op.Output(DType::kInt8, PerTensor(0.5F, 0));
  return op;
}

template <class Change>
std::string ErrorAfter(const Change& change) {
  OpTester op = GoodConv();
  change(op);
  return op.Error();
}

TEST(Convolution, ShapesThatDoNotFitAreRefused) {
  EXPECT_EQ(ErrorAfter([](OpTester&) {}), "");
  EXPECT_EQ(ErrorAfter([](OpTester& op) {
              op.inputs[0].shape = Shape{1, 4, 2};
            }),
            "model: input [1,4,2] and filter [2,3,3,2] must both have rank 4");
  EXPECT_EQ(ErrorAfter([](OpTester& op) {
              op.inputs[0].shape = Shape{1, 4, 4, 3};
            }),
            "model: filter [2,3,3,2] does not fit input [1,4,4,3]");
  EXPECT_EQ(ErrorAfter([](OpTester& op) {
              op.inputs[0].shape = Shape{1, 4, 4, 0};
            }),
            "model: filter [2,3,3,2] and input [1,4,4,0] must have channels");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[2].shape = Shape{3}; }),
            "model: 'input2' bias of shape [3] for 2 output channels");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs.resize(1); }),
            "model: 1 inputs where the operator takes 2 to 3");
}

TEST(Convolution, MissingOrWrongQuantizationIsRefused) {
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[0].quant = {}; }),
            "model: 'input0' needs one scale and zero point, has 0");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.output.quant.scales[0] = 0; }),
            "model: 'output' scale 0.000000 is not positive and finite");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.output.quant.zero_points[0] = 128; }),
            "model: 'output' zero point 128 is not a code of its type");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[1].quant = {}; }),
            "model: 'input1' weights carry no scale");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[1].quant.axis = 3; }),
            "model: 'input1' 2 scales along axis 3 where 2 along axis 0 are needed");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[1].quant.zero_points[1] = 4; }),
            "model: 'input1' int8 weights must have zero point 0, slice 1 has 4");
}

TEST(Convolution, TypesWithoutAKernelAreRefused) {
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[2].dtype = DType::kFloat32; }),
            "unsupported: bias of type float32 where int32 is needed");
  EXPECT_EQ(ErrorAfter([](OpTester& op) { op.inputs[0].dtype = DType::kFloat32; }),
            "unsupported: no kernel for types float32, int8, int32 -> int8");
}

TEST(Convolution, WindowsThatDoNotFitAreRefused) {
  const auto with = [](int stride, int dilation) {
    return ErrorAfter([=](OpTester& op) {
      schema::Conv2DOptionsT options = UnitStride();
      options.padding = schema::Padding::VALID;
      options.stride_h = stride;
      options.dilation_h_factor = dilation;
      op.options = MakeOptions(options);
    });
  };
  EXPECT_EQ(with(0, 1),
            "model: window with input 4, filter 3, stride 0, dilation 1: each must be at least 1");
  EXPECT_EQ(with(1, 2), "model: window of 5 does not fit into the input's 4");
  EXPECT_EQ(with(1, 1), "");
}

// A dilation near 2^31 pushes all taps but the middle one out of the input; the arithmetic on the
// way must not wrap back into it.
TEST(Convolution, HugeDilationReadsOnlyTheInput) {
  const auto run = [](int filter, int dilation) {
    OpTester op(OpCode::kCONV_2D);
    schema::Conv2DOptionsT options = UnitStride();
    options.dilation_w_factor = dilation;
    op.options = MakeOptions(options);
    op.Input(DType::kFloat32, Shape{1, 1, 1, 1});
    op.Input(DType::kFloat32, Shape{1, 1, filter, 1});
    op.Output(DType::kFloat32);
    const std::vector<float> weights(static_cast<size_t>(filter), 1.0F);
    return FromBytes<float>(op.Run({ToBytes(std::vector<float>{7}), ToBytes(weights)}))[0];
  };
  EXPECT_EQ(run(3, INT32_MAX / 2), 7.0F);
  EXPECT_EQ(run(2, INT32_MAX - 1), 0.0F);  // both taps lie half a dilation away
}

TEST(Convolution, FusedActivationsWithoutAKernelAreRefused) {
  EXPECT_EQ(ErrorAfter([](OpTester& op) {
              schema::Conv2DOptionsT options = UnitStride();
              options.fused_activation_function = schema::ActivationFunctionType::TANH;
              op.options = MakeOptions(options);
            }),
            "unsupported: fused activation 4 (NONE, RELU, RELU_N1_TO_1 and RELU6 run here)");
}

// A per-axis uint8 filter would need a zero point a channel, which no kernel takes.
TEST(Convolution, ZeroPointsThatDifferByChannelAreRefused) {
  EXPECT_EQ(ErrorAfter([](OpTester& op) {
              for (auto& input : op.inputs) input.dtype = DType::kUInt8;
              op.inputs[2].dtype = DType::kInt32;
              op.output.dtype = DType::kUInt8;
              op.inputs[1].quant.zero_points = {3, 4};
            }),
            "unsupported: 'input1' zero points that differ by channel");
}

}  // namespace
}  // namespace quantgate
